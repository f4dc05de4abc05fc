// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

/// @dev The plainest thing that a timelock can own: one value that only the owner may set.
contract OwnedValue is Ownable {
    uint256 public value = 1;

    constructor(address owner) Ownable(owner) {}

    function setValue(uint256 value_) external onlyOwner {
        value = value_;
    }
}
