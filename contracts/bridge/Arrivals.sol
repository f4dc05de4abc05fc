// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What has arrived
/// @dev Apart from Inbox, which has bases that take slots, so that an heir can lay it beside the pause.
abstract contract Arrivals {
    // slot 0: cumulative 16 + count 5 + largeShift 1 = 22 bytes
    uint128 internal _arrivedTotal;
    uint40 internal _arrivedCount;
    uint8 internal _largeShift; // of the queue, which every arrival asks

    bytes32 internal _arrivedAcc; // slot 1
}
