// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TokenBucket} from "../../contracts/safety/TokenBucket.sol";
import {vm} from "./Vm.sol";

/// @dev A proof begins with any sound bucket, and those of 39 show that every act leaves it sound: so each holds after
/// any number of acts.
/// @custom:bounds Block times below 2^40.
contract TokenBucketProofs is TokenBucket {
    /// @dev The word of a bucket, which the contract packs by hand, as solc packs it.
    struct Parts {
        uint96 capacity;
        uint96 available;
        uint24 refillSeconds;
        uint40 updatedAt;
    }

    uint256 private constant BUCKETS_SLOT = 0;

    /// @notice No consumption leaves more than the capacity, nor does any wait after it.
    function check_i39_a_consumption_leaves_at_most_the_capacity(
        address asset,
        Parts memory parts,
        uint40 time,
        uint40 later,
        uint256 amount
    ) external {
        assert(_isSound(_at(asset)));
        _given(asset, parts, time);
        _consume(asset, amount);

        assert(_isSound(_at(asset)));
        _waitUntil(later);
        assert(available(asset) <= _at(asset).capacity);
    }

    /// @notice No limit that is accepted leaves more than its capacity, nor does any wait after it.
    function check_i39_a_change_of_limit_leaves_at_most_the_capacity(
        address asset,
        Parts memory parts,
        uint40 time,
        uint40 later,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        _given(asset, parts, time);
        _configureLimit(asset, capacity, refillSeconds);

        assert(_isSound(_at(asset)));
        _waitUntil(later);
        assert(available(asset) <= capacity);
    }

    /// @notice What leaves and is left is within the capacity and within what was there and what the seconds brought,
    /// rounded down; the seconds after it begin now.
    function check_i40_a_consumption_makes_nothing(address asset, Parts memory parts, uint40 time, uint256 amount)
        external
    {
        vm.assume(parts.refillSeconds > 0);
        _given(asset, parts, time);
        vm.assume(amount > 0 && _consume(asset, amount));

        assert(_at(asset).updatedAt == time);
        assert(amount <= parts.capacity);
        assert(amount + _at(asset).available <= parts.capacity);
        assert(amount + _at(asset).available <= _refilled(parts, time));
    }

    /// @notice What is left by a change of limit is within what was there and what the seconds brought at the old rate,
    /// rounded down; the seconds after it begin now.
    function check_i40_a_change_of_limit_makes_nothing(
        address asset,
        Parts memory parts,
        uint40 time,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        vm.assume(parts.refillSeconds > 0);
        _given(asset, parts, time);
        _configureLimit(asset, capacity, refillSeconds);

        assert(_at(asset).updatedAt == time);
        assert(_at(asset).available <= _refilled(parts, time));
    }

    /// @notice Consuming nothing is granted and writes nothing, not even what is there already.
    function check_i41_consuming_nothing_writes_nothing(address asset, Parts memory parts, uint40 time) external {
        _given(asset, parts, time);

        assert(_consumeWithoutWriting(asset, 0));
    }

    /// @notice A refusal writes nothing, not even what is there already.
    function check_i41_a_refusal_writes_nothing(address asset, Parts memory parts, uint40 time, uint256 amount)
        external
    {
        _given(asset, parts, time);
        vm.assume(amount > available(asset));

        assert(!_consumeWithoutWriting(asset, amount));
    }

    /// @notice A consumption of one asset changes no other asset's parts.
    function check_i42_a_consumption_touches_no_other_asset(
        address asset,
        address other,
        Parts memory parts,
        Parts memory others,
        uint40 time,
        uint256 amount
    ) external {
        vm.assume(asset != other);
        _given(asset, parts, time);
        _given(other, others, time);
        _consume(asset, amount);

        assert(_same(_at(other), others));
    }

    /// @notice A change of one asset's limit changes no other asset's parts.
    function check_i42_a_change_of_limit_touches_no_other_asset(
        address asset,
        address other,
        Parts memory parts,
        Parts memory others,
        uint40 time,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        vm.assume(asset != other);
        _given(asset, parts, time);
        _given(other, others, time);
        _configureLimit(asset, capacity, refillSeconds);

        assert(_same(_at(other), others));
    }

    /// @notice After a change of limit the lesser of what was available and the new capacity is.
    function check_i43_a_change_of_limit_adds_nothing(
        address asset,
        Parts memory parts,
        uint40 time,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        vm.assume(parts.refillSeconds > 0);
        _given(asset, parts, time);
        uint256 held = available(asset);
        _configureLimit(asset, capacity, refillSeconds);

        assert(available(asset) == (held < capacity ? held : capacity));
    }

    /// @notice The first limit of an asset makes its whole capacity available.
    function check_i43_the_first_limit_fills_the_bucket(
        address asset,
        uint40 time,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        vm.warp(time);
        _configureLimit(asset, capacity, refillSeconds);

        assert(available(asset) == capacity);
    }

    function configureLimit(address asset, uint256 capacity, uint256 refillSeconds) external {
        _configureLimit(asset, capacity, refillSeconds);
    }

    function consume(address asset, uint256 amount) external returns (bool) {
        return _consume(asset, amount);
    }

    /// @dev A static call fails at the first write.
    function _consumeWithoutWriting(address asset, uint256 amount) private view returns (bool granted) {
        (bool success, bytes memory answer) = address(this).staticcall(abi.encodeCall(this.consume, (asset, amount)));
        assert(success);
        return abi.decode(answer, (bool));
    }

    function _given(address asset, Parts memory parts, uint40 time) private {
        vm.warp(time);
        vm.assume(_isSound(parts));
        Parts storage stored = _at(asset);
        stored.capacity = parts.capacity;
        stored.available = parts.available;
        stored.refillSeconds = parts.refillSeconds;
        stored.updatedAt = parts.updatedAt;
    }

    function _waitUntil(uint40 time) private {
        vm.assume(time >= block.timestamp);
        vm.warp(time);
    }

    function _at(address asset) private pure returns (Parts storage bucket) {
        bytes32 slot = keccak256(abi.encode(asset, BUCKETS_SLOT));
        assembly {
            bucket.slot := slot
        }
    }

    /// @dev As never configured, or with a window, no more than the capacity, and of no later time than now.
    function _isSound(Parts memory parts) private view returns (bool) {
        if (parts.refillSeconds == 0) return parts.capacity == 0 && parts.available == 0 && parts.updatedAt == 0;
        return parts.available <= parts.capacity && parts.updatedAt <= block.timestamp;
    }

    function _refilled(Parts memory parts, uint40 time) private pure returns (uint256) {
        unchecked {
            return parts.available + (uint256(time - parts.updatedAt) * parts.capacity) / parts.refillSeconds;
        }
    }

    function _same(Parts memory one, Parts memory other) private pure returns (bool) {
        return keccak256(abi.encode(one)) == keccak256(abi.encode(other));
    }
}
