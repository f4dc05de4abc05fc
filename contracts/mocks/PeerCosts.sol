// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";

/// @dev What OpenZeppelin's Pausable and RateLimiter add to a call, measured as SafetyCosts measures ours.
contract PeerCosts is Pausable {
    using RateLimiter for RateLimiter.RefillingBucket;

    event Cost(uint256 gas, bool granted, uint256 rateBps);

    RateLimiter.RefillingBucket private _bucket;

    function configureLimit(uint208 capacity, uint48 refillSeconds) external {
        _bucket.updateSettings(refillSeconds, capacity);
    }

    function measureBreaker() external {
        uint256 before = gasleft();
        _requireNotPaused();
        emit Cost(before - gasleft(), false, 0);
    }

    function measureLimiter(address asset, uint256 amount) external {
        uint256 before = gasleft();
        bool granted = _bucket.tryConsume(bytes32(uint256(uint160(asset))), amount);
        emit Cost(before - gasleft(), granted, 0);
    }
}
