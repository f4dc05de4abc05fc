// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Reentrant} from "./Reentrant.sol";
import {TestToken} from "./TestToken.sol";

/// @dev Once armed, calls back inside its next transfer or transferFrom, before anything moves.
contract ReentrantToken is TestToken, Reentrant {
    function transfer(address to, uint256 value) public override returns (bool) {
        _spring();
        return super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        _spring();
        return super.transferFrom(from, to, value);
    }
}
