// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedToken} from "./SignedToken.sol";

/// @dev Burns a part, 1 % at first, of what the payee of every transfer gets.
contract FeeToken is SignedToken {
    uint256 public feeBps = 100;

    function setFeeBps(uint256 feeBps_) external {
        feeBps = feeBps_;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(to, address(0), (value * feeBps) / 10_000);
    }
}
