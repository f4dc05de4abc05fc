// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedToken} from "./SignedToken.sol";

/// @dev Takes the largest number there is for "all that the sender has" (as cUSDCv3).
contract MaxAsBalanceToken is SignedToken {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value == type(uint256).max ? balanceOf(from) : value);
    }
}
