// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";

/// @dev OpenZeppelin's bucket, one a asset, behind the calls of LimitedOutflow.
contract PeerOutflow {
    using RateLimiter for RateLimiter.RefillingBucket;

    event Answered(address indexed asset, uint256 amount, bool granted);

    mapping(address asset => RateLimiter.RefillingBucket) private _buckets;

    /// @dev New settings as OpenZeppelin applies them.
    function configureLimit(address asset, uint208 capacity, uint48 refillSeconds) external {
        _buckets[asset].updateSettings(refillSeconds, capacity);
    }

    /// @dev New settings from a given level: the bucket holds exactly `held` now.
    function alignLimit(address asset, uint208 capacity, uint48 refillSeconds, uint256 held) external {
        _buckets[asset].reset(0);
        _buckets[asset].updateSettings(refillSeconds, capacity);
        _buckets[asset].consume(0, capacity - held);
    }

    function consume(address asset, uint256 amount) external {
        emit Answered(asset, amount, _buckets[asset].tryConsume(0, amount));
    }

    function available(address asset) external view returns (uint256) {
        return _buckets[asset].available(0);
    }
}
