// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITokenBucket} from "../../interfaces/ITokenBucket.sol";

abstract contract TokenBucket is ITokenBucket {
    struct Bucket {
        // slot 0: capacity 12 + available 12 at the second updatedAt + refillSeconds 3 + updatedAt 5 (until the year
        // 36812) = 32 bytes, packed by hand: solc reads and writes field by field
        uint256 word;
    }

    // capacity and refillSeconds: what consuming leaves as it is
    uint256 private constant SETTINGS = type(uint96).max | uint256(type(uint24).max) << 192;
    uint256 private constant AVAILABLE_SHIFT = 96;
    uint256 private constant REFILL_SHIFT = 192;
    uint256 private constant UPDATED_SHIFT = 216;
    uint256 private constant MAX_CAPACITY = type(uint96).max;
    uint256 private constant MAX_REFILL_SECONDS = type(uint24).max;

    mapping(address asset => Bucket bucket) private _buckets;

    /// @inheritdoc ITokenBucket
    function available(address asset) public view returns (uint256) {
        return _availableIn(_buckets[asset].word);
    }

    /// @inheritdoc ITokenBucket
    function limitOf(address asset) external view returns (uint256 capacity, uint256 refillSeconds) {
        uint256 word = _buckets[asset].word;
        return (uint96(word), uint24(word >> REFILL_SHIFT));
    }

    /// @dev What may leave now, what the bucket holds at most, and the bucket as it is now, for `_takeFrom`.
    function _limitNow(address asset) internal view returns (uint256 held, uint256 capacity, uint256 bucket) {
        uint256 word = _buckets[asset].word;
        held = _availableIn(word);
        return (held, uint96(word), word & SETTINGS | held << AVAILABLE_SHIFT | block.timestamp << UPDATED_SHIFT);
    }

    /// @dev Takes `amount` out of a bucket that `_limitNow` read: no more than it held then, and nothing else has
    /// changed it since. An amount of 0 writes nothing.
    function _takeFrom(address asset, uint256 bucket, uint256 amount) internal {
        if (amount == 0) return;
        unchecked {
            _buckets[asset].word = bucket - (amount << AVAILABLE_SHIFT);
        }
    }

    /// @dev Takes `amount` out of the bucket. If the bucket holds less: false, nothing is written, and the caller
    /// queues. An amount of 0 is always granted and writes nothing.
    function _consume(address asset, uint256 amount) internal returns (bool granted) {
        if (amount == 0) return true;
        Bucket storage bucket = _buckets[asset];
        uint256 word = bucket.word;
        uint256 held = _availableIn(word);
        if (amount > held) return false;

        // amount ≤ held ≤ capacity < 2^96
        unchecked {
            bucket.word = word & SETTINGS | (held - amount) << AVAILABLE_SHIFT | block.timestamp << UPDATED_SHIFT;
        }
        return true;
    }

    /// @dev Whoever calls this has checked that the caller may.
    function _configureLimit(address asset, uint256 capacity, uint256 refillSeconds) internal {
        if (capacity > MAX_CAPACITY) revert CapacityTooLarge(asset, capacity, MAX_CAPACITY);
        if (refillSeconds == 0 || refillSeconds > MAX_REFILL_SECONDS) {
            revert InvalidRefill(asset, refillSeconds, MAX_REFILL_SECONDS);
        }

        Bucket storage bucket = _buckets[asset];
        uint256 held = bucket.word == 0 ? capacity : _availableIn(bucket.word);
        if (held > capacity) held = capacity;
        // each fits its field: both checked above, held within the capacity, the time 40 bits
        bucket.word =
            capacity | held << AVAILABLE_SHIFT | refillSeconds << REFILL_SHIFT | block.timestamp << UPDATED_SHIFT;
        emit LimitConfigured(asset, capacity, refillSeconds, held);
    }

    function _availableIn(uint256 word) private view returns (uint256 held) {
        uint256 capacity = uint96(word);
        if (capacity == 0) return 0; // also of an asset never configured, whose refillSeconds of 0 divides nothing

        // updatedAt is a past block.timestamp, so seconds fit 40 bits; times a capacity 136; plus what is there 137
        unchecked {
            uint256 back = ((block.timestamp - (word >> UPDATED_SHIFT)) * capacity) / uint24(word >> REFILL_SHIFT);
            held = uint96(word >> AVAILABLE_SHIFT) + back;
        }
        if (held > capacity) held = capacity;
    }
}
