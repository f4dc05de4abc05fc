// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TokenBucket} from "../../contracts/safety/TokenBucket.sol";
import {Lemmas} from "./Lemmas.sol";
import {vm} from "./Vm.sol";

/// @dev A proof begins with any sound bucket, and those of 39 show that every act leaves it sound: so each holds after
/// any number of acts. The two of 40 on the law are the beginning and the step of an induction over the outflows.
/// @custom:bounds Block times below 2^40. Lemmas on products and quotients, each proven apart.
contract TokenBucketProofs is TokenBucket {
    uint256 private constant BUCKETS_SLOT = 0;

    /// @notice No consumption leaves more than the capacity, nor does any wait after it.
    function check_i39_a_consumption_leaves_at_most_the_capacity(
        address asset,
        Bucket memory bucket,
        uint40 time,
        uint40 later,
        uint256 amount
    ) external {
        assert(_isSound(_at(asset)));
        _given(asset, bucket, time);
        _consume(asset, amount);

        assert(_isSound(_at(asset)));
        _waitUntil(later);
        assert(available(asset) <= _at(asset).capacity);
    }

    /// @notice No limit that is accepted leaves more than its capacity, nor does any wait after it.
    function check_i39_a_change_of_limit_leaves_at_most_the_capacity(
        address asset,
        Bucket memory bucket,
        uint40 time,
        uint40 later,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        _given(asset, bucket, time);
        _configureLimit(asset, capacity, refillSeconds);

        assert(_isSound(_at(asset)));
        _waitUntil(later);
        assert(available(asset) <= capacity);
    }

    /// @notice What leaves and what is left after it are at most what was there and what the rate has brought since.
    function check_i40_a_consumption_makes_nothing(address asset, Bucket memory bucket, uint40 time, uint256 amount)
        external
    {
        _given(asset, bucket, time);
        vm.assume(amount > 0 && _consume(asset, amount));

        assert(amount <= bucket.capacity);
        _assertNothingMade(bucket, _at(asset), amount);
    }

    /// @notice What is left after a change of limit is at most what was there and what the old rate has brought since.
    function check_i40_a_change_of_limit_makes_nothing(
        address asset,
        Bucket memory bucket,
        uint40 time,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        vm.assume(bucket.refillSeconds > 0);
        _given(asset, bucket, time);
        _configureLimit(asset, capacity, refillSeconds);

        _assertNothingMade(bucket, _at(asset), 0);
    }

    /// @notice The law holds for a first outflow, also with what is left after it.
    function check_i40_a_first_outflow_keeps_the_law(address asset, Bucket memory bucket, uint40 time, uint256 amount)
        external
    {
        _given(asset, bucket, time);
        vm.assume(amount > 0 && _consume(asset, amount));

        uint256 all = amount + _at(asset).available;
        assert(all <= bucket.capacity && _at(asset).updatedAt == time);
        Lemmas.useRises(all, bucket.capacity, bucket.refillSeconds);
        assert(_isLawful(bucket, all, 0));
    }

    /// @notice If the law holds for some outflows with what is left after them, it holds with the next outflow too.
    function check_i40_a_next_outflow_keeps_the_law(
        address asset,
        Bucket memory bucket,
        uint40 start,
        uint144 gone,
        uint40 time,
        uint256 amount
    ) external {
        _given(asset, bucket, time);
        vm.assume(start <= bucket.updatedAt);
        uint256 before = uint256(gone) + bucket.available;
        vm.assume(_isLawful(bucket, before, bucket.updatedAt - start));
        vm.assume(amount > 0 && _consume(asset, amount));

        _useRefill(bucket, before, bucket.updatedAt, time);
        _useElapsed(bucket, bucket.updatedAt - start, time - bucket.updatedAt);
        uint256 all = gone + amount + _at(asset).available;
        Lemmas.useRises(all, before + _refill(bucket, bucket.updatedAt, time), bucket.refillSeconds);
        assert(_isLawful(bucket, all, _at(asset).updatedAt - start));
    }

    /// @notice Consuming nothing is granted and writes nothing, not even what is there already.
    function check_i41_consuming_nothing_writes_nothing(address asset, Bucket memory bucket, uint40 time) external {
        _given(asset, bucket, time);

        assert(_consumeWithoutWriting(asset, 0));
    }

    /// @notice A refusal writes nothing, not even what is there already.
    function check_i41_a_refusal_writes_nothing(address asset, Bucket memory bucket, uint40 time, uint256 amount)
        external
    {
        _given(asset, bucket, time);
        vm.assume(amount > available(asset));

        assert(!_consumeWithoutWriting(asset, amount));
    }

    /// @notice A consumption of one asset changes no other asset's bucket.
    function check_i42_a_consumption_touches_no_other_asset(
        address asset,
        address other,
        Bucket memory bucket,
        Bucket memory others,
        uint40 time,
        uint256 amount
    ) external {
        vm.assume(asset != other);
        _given(asset, bucket, time);
        _given(other, others, time);
        _consume(asset, amount);

        assert(_same(_at(other), others));
    }

    /// @notice A change of one asset's limit changes no other asset's bucket.
    function check_i42_a_change_of_limit_touches_no_other_asset(
        address asset,
        address other,
        Bucket memory bucket,
        Bucket memory others,
        uint40 time,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        vm.assume(asset != other);
        _given(asset, bucket, time);
        _given(other, others, time);
        _configureLimit(asset, capacity, refillSeconds);

        assert(_same(_at(other), others));
    }

    /// @notice After a change of limit the lesser of what was available and the new capacity is.
    function check_i43_a_change_of_limit_adds_nothing(
        address asset,
        Bucket memory bucket,
        uint40 time,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        vm.assume(bucket.refillSeconds > 0);
        _given(asset, bucket, time);
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

    function consume(address asset, uint256 amount) external returns (bool) {
        return _consume(asset, amount);
    }

    /// @dev A static call fails at the first write.
    function _consumeWithoutWriting(address asset, uint256 amount) private view returns (bool granted) {
        (bool success, bytes memory answer) = address(this).staticcall(abi.encodeCall(this.consume, (asset, amount)));
        assert(success);
        return abi.decode(answer, (bool));
    }

    function _given(address asset, Bucket memory bucket, uint40 time) private {
        vm.warp(time);
        vm.assume(_isSound(bucket));
        Bucket storage stored = _at(asset);
        stored.capacity = bucket.capacity;
        stored.available = bucket.available;
        stored.refillSeconds = bucket.refillSeconds;
        stored.updatedAt = bucket.updatedAt;
    }

    function _waitUntil(uint40 time) private {
        vm.assume(time >= block.timestamp);
        vm.warp(time);
    }

    function _at(address asset) private pure returns (Bucket storage bucket) {
        bytes32 slot = keccak256(abi.encode(asset, BUCKETS_SLOT));
        assembly {
            bucket.slot := slot
        }
    }

    /// @dev As never configured, or with a window, no more than the capacity, and of no later time than now.
    function _isSound(Bucket memory bucket) private view returns (bool) {
        if (bucket.refillSeconds == 0) return bucket.capacity == 0 && bucket.available == 0 && bucket.updatedAt == 0;
        return bucket.available <= bucket.capacity && bucket.updatedAt <= block.timestamp;
    }

    /// @dev amount ≤ capacity + rate · elapsed, in whole numbers.
    function _isLawful(Bucket memory bucket, uint256 amount, uint256 elapsed) private pure returns (bool) {
        unchecked {
            return amount * bucket.refillSeconds <= (uint256(bucket.refillSeconds) + elapsed) * bucket.capacity;
        }
    }

    /// @dev gone + what is there ≤ what was there + rate · elapsed, in whole numbers, as of the time that is stored.
    function _assertNothingMade(Bucket memory before, Bucket memory now_, uint256 gone) private {
        _useRefill(before, before.available, before.updatedAt, now_.updatedAt);
        uint256 all = gone + now_.available;
        uint256 most = before.available + _refill(before, before.updatedAt, now_.updatedAt);
        Lemmas.useRises(all, most, before.refillSeconds);
        unchecked {
            uint256 inflow = uint256(now_.updatedAt - before.updatedAt) * before.capacity;
            assert(all * before.refillSeconds <= uint256(before.available) * before.refillSeconds + inflow);
        }
    }

    function _refill(Bucket memory bucket, uint40 since, uint40 time) private pure returns (uint256) {
        unchecked {
            return (uint256(time - since) * bucket.capacity) / bucket.refillSeconds;
        }
    }

    /// @dev (before + refill) · window ≤ before · window + seconds · capacity
    function _useRefill(Bucket memory bucket, uint256 before, uint40 since, uint40 time) private {
        Lemmas.useFitsWide(time - since, bucket.capacity);
        Lemmas.useFits(before, bucket.refillSeconds);
        unchecked {
            Lemmas.useRoundsDown(uint256(time - since) * bucket.capacity, bucket.refillSeconds);
        }
        Lemmas.useDistributes(before, _refill(bucket, since, time), bucket.refillSeconds);
    }

    /// @dev (window + first + second) · capacity = (window + first) · capacity + second · capacity
    function _useElapsed(Bucket memory bucket, uint256 first, uint256 second) private {
        Lemmas.useFitsWide(uint256(bucket.refillSeconds) + first, bucket.capacity);
        Lemmas.useDistributes(uint256(bucket.refillSeconds) + first, second, bucket.capacity);
    }

    function _same(Bucket memory one, Bucket memory other) private pure returns (bool) {
        return keccak256(abi.encode(one)) == keccak256(abi.encode(other));
    }
}
