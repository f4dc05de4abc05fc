// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Reentrant} from "./Reentrant.sol";

/// @dev Once armed, calls back when it next receives native coin.
contract ReentrantReceiver is Reentrant {
    receive() external payable {
        _spring();
    }
}
