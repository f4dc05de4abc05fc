// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A limit on what leaves, per asset
/// @notice Each asset has a bucket. It holds at most `capacity` and refills evenly, from empty to full in
/// `refillSeconds`: a capacity of 1,000,000 and 86,400 seconds let a million go at once and a million a day. What is
/// more than the bucket holds does not leave now: the contract queues it, it neither reverts nor pauses anything. An
/// asset is an ERC-20 address, or the zero address for the chain's native coin; amounts are in its base units.
/// @dev Invariants 39 to 43. The rate is the fraction capacity / refillSeconds, exact, and no whole number of units a
/// second: so one slot holds capacities of 2^96 − 1, and a slow limit of a token with few decimals is not rounded
/// to nothing. What the seconds bring is rounded down at each consumption, so the outflow never gains by rounding.
///
/// An asset that was never configured has capacity 0, and all of it queues: a forgotten limit then costs time, where no
/// limit could cost all the money. The first configuration fills the bucket, for the capacity is what it allows at
/// once. No later one adds anything to what is there, and none can be taken back to make another one the first.
interface ITokenBucket {
    /// @notice The limit of `asset` from now on, and what its bucket holds now.
    event LimitConfigured(address indexed asset, uint256 capacity, uint256 refillSeconds, uint256 available);

    /// @notice A capacity is at most 2^96 − 1.
    error CapacityTooLarge(address asset, uint256 got, uint256 limit);

    /// @notice A bucket refills in one second to 2^24 − 1 seconds (194 days).
    error InvalidRefill(address asset, uint256 got, uint256 limit);

    /// @notice Set the limit of `asset`: at most `capacity` of its base units at once, from empty to full in
    /// `refillSeconds`. The governor only: of a wallet, the wallet itself.
    /// @dev Invariants 43 and 45. Errors: that of a caller who is no governor, CapacityTooLarge, InvalidRefill.
    function configureLimit(address asset, uint256 capacity, uint256 refillSeconds) external;

    /// @notice What may leave now, in base units of the asset.
    function available(address asset) external view returns (uint256);

    /// @notice The limit of an asset: what its bucket holds at most, in base units, and the seconds in which it fills;
    /// both 0 if it was never configured.
    function limitOf(address asset) external view returns (uint256 capacity, uint256 refillSeconds);
}
