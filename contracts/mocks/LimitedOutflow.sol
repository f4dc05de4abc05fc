// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TokenBucket} from "../safety/TokenBucket.sol";

/// @dev The token bucket with its doors open: anyone configures and consumes, and every answer is an event.
contract LimitedOutflow is TokenBucket {
    event Answered(address indexed asset, uint256 amount, bool granted);

    function configureLimit(address asset, uint256 capacity, uint256 refillSeconds) external {
        _configureLimit(asset, capacity, refillSeconds);
    }

    function consume(address asset, uint256 amount) external {
        emit Answered(asset, amount, _consume(asset, amount));
    }
}
