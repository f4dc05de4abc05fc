// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMultiSigFactory} from "../../interfaces/IMultiSigFactory.sol";

/// @title A set of owners and how many of them must agree
/// @dev Kept as one hash. The ascending order makes list, count and membership one thing (invariant 17).
library Owners {
    /// @dev More would not fit a meeting, and what a quorum costs stays bounded.
    uint256 internal constant MAX = 50;

    /// @dev keccak256 of the threshold and the owners, each a word of 32 bytes.
    function hashOf(uint256 threshold, address[] calldata owners) internal pure returns (bytes32 hash) {
        // Solidity: keccak256(abi.encodePacked(threshold, owners)), which copies word by word. Dirty bits in an address
        // hash to a set that nobody has
        assembly ("memory-safe") {
            let words := mload(0x40)
            let size := shl(5, owners.length)
            mstore(words, threshold)
            calldatacopy(add(words, 0x20), owners.offset, size)
            hash := keccak256(words, add(size, 0x20))
        }
    }

    function requireSound(uint256 threshold, address[] calldata owners, address wallet) internal pure {
        uint256 count = owners.length;
        if (threshold == 0 || threshold > count) revert IMultiSigFactory.InvalidThreshold(threshold, count);
        if (count > MAX) revert IMultiSigFactory.TooManyOwners(count, MAX);
        address previous;
        for (uint256 i = 0; i < count; ++i) {
            address owner = owners[i];
            if (owner <= previous) revert IMultiSigFactory.OwnerOutOfOrder(i, owner);
            if (owner == wallet) revert IMultiSigFactory.SelfOwner(owner);
            previous = owner;
        }
    }
}
