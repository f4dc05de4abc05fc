// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @dev Burns all the gas it gets in a transfer while it is told to.
contract GasEatingToken is TestToken {
    bool public eating;

    function setEating(bool eating_) external {
        eating = eating_;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        if (eating) {
            assembly {
                invalid()
            }
        }
        return super.transfer(to, value);
    }
}
