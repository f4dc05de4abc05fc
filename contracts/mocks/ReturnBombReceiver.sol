// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor} from "./Actor.sol";

/// @dev Answers native coin with a huge blob, of which a copy would cost its caller more than half a push's allowance.
contract ReturnBombReceiver is Actor {
    uint256 public size = 150_000;
    bool public refusing;

    receive() external payable {
        (uint256 length, bool refuse) = (size, refusing);
        assembly {
            if refuse { revert(0, length) }
            return(0, length)
        }
    }

    function setBomb(uint256 size_, bool refusing_) external {
        (size, refusing) = (size_, refusing_);
    }
}
