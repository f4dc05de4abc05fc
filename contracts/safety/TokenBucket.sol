// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITokenBucket} from "../../interfaces/ITokenBucket.sol";

abstract contract TokenBucket is ITokenBucket {
    struct Bucket {
        // slot 0: 12 + 12 + 3 + 5 = 32 bytes
        uint96 capacity;
        uint96 available; // at the second updatedAt
        uint24 refillSeconds;
        uint40 updatedAt; // lasts until the year 36812
    }

    uint256 private constant MAX_CAPACITY = type(uint96).max;
    uint256 private constant MAX_REFILL_SECONDS = type(uint24).max;

    mapping(address asset => Bucket bucket) private _buckets;

    /// @inheritdoc ITokenBucket
    function available(address asset) public view returns (uint256) {
        return _availableIn(_buckets[asset]);
    }

    /// @inheritdoc ITokenBucket
    function limitOf(address asset) external view returns (uint256 capacity, uint256 refillSeconds) {
        Bucket storage bucket = _buckets[asset];
        return (bucket.capacity, bucket.refillSeconds);
    }

    /// @dev Takes `amount` out of the bucket. If the bucket holds less: false, nothing is written, and the caller
    /// queues. An amount of 0 is always granted and writes nothing.
    function _consume(address asset, uint256 amount) internal returns (bool granted) {
        if (amount == 0) return true;
        Bucket storage bucket = _buckets[asset];
        uint256 held = _availableIn(bucket);
        if (amount > held) return false;

        // amount ≤ held ≤ capacity < 2^96
        unchecked {
            bucket.available = uint96(held - amount);
        }
        bucket.updatedAt = uint40(block.timestamp);
        return true;
    }

    /// @dev Whoever calls this has checked that the caller may.
    function _configureLimit(address asset, uint256 capacity, uint256 refillSeconds) internal {
        if (capacity > MAX_CAPACITY) revert CapacityTooLarge(asset, capacity, MAX_CAPACITY);
        if (refillSeconds == 0 || refillSeconds > MAX_REFILL_SECONDS) {
            revert InvalidRefill(asset, refillSeconds, MAX_REFILL_SECONDS);
        }

        Bucket storage bucket = _buckets[asset];
        uint256 held = bucket.refillSeconds == 0 ? capacity : _availableIn(bucket);
        if (held > capacity) held = capacity;
        // both fit: held ≤ capacity ≤ MAX_CAPACITY, refillSeconds ≤ MAX_REFILL_SECONDS
        _buckets[asset] = Bucket(uint96(capacity), uint96(held), uint24(refillSeconds), uint40(block.timestamp));
        emit LimitConfigured(asset, capacity, refillSeconds, held);
    }

    function _availableIn(Bucket storage bucket) private view returns (uint256 held) {
        uint256 capacity = bucket.capacity;
        if (capacity == 0) return 0; // also of an asset never configured, whose refillSeconds of 0 divides nothing

        // updatedAt is a past block.timestamp, so seconds fit 40 bits; times a capacity 136; plus what is there 137
        unchecked {
            held = bucket.available + ((block.timestamp - bucket.updatedAt) * capacity) / bucket.refillSeconds;
        }
        if (held > capacity) held = capacity;
    }
}
