// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor} from "./Actor.sol";

/// @dev Burns all the gas it gets with native coin, or as much as `setAppetite` says.
contract GasEatingReceiver is Actor {
    uint256 public appetite = type(uint256).max;

    receive() external payable {
        uint256 start = gasleft();
        uint256 wanted = appetite;
        while (start - gasleft() < wanted) {}
    }

    function setAppetite(uint256 appetite_) external {
        appetite = appetite_;
    }
}
