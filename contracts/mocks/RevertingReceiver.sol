// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor} from "./Actor.sol";

/// @dev Refuses native coin until it is told to accept it.
contract RevertingReceiver is Actor {
    bool public accepting;

    error Refused(address from, uint256 amount);

    receive() external payable {
        if (!accepting) revert Refused(msg.sender, msg.value);
    }

    function accept(bool accepting_) external {
        accepting = accepting_;
    }
}
