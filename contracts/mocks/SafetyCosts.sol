// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Governed} from "../safety/Governed.sol";
import {Fees} from "../payment/Fees.sol";
import {TokenBucket} from "../safety/TokenBucket.sol";

/// @dev What the safety parts add to a call, measured in place. A call touches each slot for the first time.
contract SafetyCosts is Fees, TokenBucket {
    event Cost(uint256 gas, bool granted, uint256 rateBps);

    constructor(address governor) Governed(0, governor, governor) Fees(0, governor) {}

    function configureLimit(address asset, uint256 capacity, uint256 refillSeconds) external {
        _configureLimit(asset, capacity, refillSeconds);
    }

    /// @dev The slot that every call reads anyway.
    function measureBare() external {
        uint256 before = gasleft();
        uint256 rateBps = feeBps;
        emit Cost(before - gasleft(), false, rateBps);
    }

    function measureBreaker() external {
        uint256 before = gasleft();
        uint256 rateBps = _enter();
        emit Cost(before - gasleft(), false, rateBps);
    }

    function measureLimiter(address asset, uint256 amount) external {
        uint256 before = gasleft();
        bool granted = _consume(asset, amount);
        emit Cost(before - gasleft(), granted, 0);
    }

    function measureBoth(address asset, uint256 amount) external {
        uint256 before = gasleft();
        uint256 rateBps = _enter();
        bool granted = _consume(asset, amount);
        emit Cost(before - gasleft(), granted, rateBps);
    }

    function measureRecord(bytes32 kind, bytes memory payload) external {
        uint256 before = gasleft();
        _record(kind, payload);
        emit Cost(before - gasleft(), false, 0);
    }
}
