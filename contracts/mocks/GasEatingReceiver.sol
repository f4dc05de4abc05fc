// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor} from "./Actor.sol";

/// @dev Burns all the gas it gets with native coin, or little more than `setAppetite` says, in few steps: traces stay short.
contract GasEatingReceiver is Actor {
    uint256 public appetite = type(uint256).max;

    receive() external payable {
        uint256 start = gasleft();
        uint256 wanted = appetite;
        assembly {
            if gt(wanted, start) { invalid() }
            for {} lt(sub(start, gas()), wanted) {} { mstore(0, keccak256(0, 4096)) }
        }
    }

    function setAppetite(uint256 appetite_) external {
        appetite = appetite_;
    }
}
