// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInbox} from "../../interfaces/IInbox.sol";

/// @title A set of attestors, and what enough of them signed
/// @dev Kept as one hash. The ascending order makes list, count and membership one thing.
library Attestors {
    /// @dev More would make no set safer, and what a quorum costs stays bounded.
    uint256 internal constant MAX = 32;

    uint256 private constant SIGNATURE_BYTES = 64;

    // Half the order of secp256k1: the other half holds a second, malleated signature for each
    uint256 private constant MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev keccak256 of the epoch, the threshold and the attestors, each a word of 32 bytes.
    function hashOf(uint256 epoch, uint256 threshold, address[] memory attestors) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(epoch, threshold, attestors));
    }

    /// @dev The hash of the set that follows from who signed the digest and who is said to be absent. If it is that of
    /// the set in office, at least the threshold of it signed, each once: the set has each of its members once, and
    /// nobody finds another list with its hash. Dirty bits in an address make it a set that nobody appointed.
    function setOf(IInbox.Attestation calldata attestation, uint256 epoch, bytes32 digest)
        internal
        view
        returns (bytes32 set)
    {
        (uint256 signers, uint256 threshold) = (attestation.signers, attestation.threshold);
        bytes calldata signature = attestation.signatures;
        address[] calldata absent = attestation.absent;
        uint256 count = _requireEnough(signers, threshold, signature.length, absent.length);

        // Solidity: hashOf, each attestor by `Signatures.recover` or the next absent one; some 170 gas less a signature
        (uint256 place, uint256 end) = (0, 0);
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, epoch)
            mstore(add(words, 0x20), threshold)
            place := add(words, 0x40)
            end := add(place, shl(5, count))
            mstore(end, digest) // what is recovered from lies behind what is hashed
            for {} lt(place, end) { place := add(place, 0x20) } {
                switch and(signers, 1)
                case 0 {
                    mstore(place, calldataload(absent.offset))
                    absent.offset := add(absent.offset, 0x20)
                }
                default {
                    let s := calldataload(add(signature.offset, 0x20))
                    mstore(add(end, 0x20), add(27, shr(255, s)))
                    mstore(add(end, 0x40), calldataload(signature.offset))
                    s := shr(1, shl(1, s))
                    mstore(add(end, 0x60), s)
                    mstore(place, 0)
                    if iszero(gt(s, MAX_S)) { pop(staticcall(gas(), 1, end, 0x80, place, 0x20)) }
                    if iszero(mload(place)) { break }
                    signature.offset := add(signature.offset, SIGNATURE_BYTES)
                }
                signers := shr(1, signers)
            }
            set := keccak256(words, sub(end, words))
        }
        if (place != end) revert IInbox.InvalidSignature(count - (end - place) / 32, digest);
    }

    function contains(address[] calldata attestors, address account) internal pure returns (bool) {
        for (uint256 i = 0; i < attestors.length; ++i) {
            if (attestors[i] == account) return true;
        }
        return false;
    }

    /// @dev How many attestors are named, those who signed and those who are absent.
    function _requireEnough(uint256 signers, uint256 threshold, uint256 length, uint256 absent)
        private
        pure
        returns (uint256 count)
    {
        uint256 signed = _bitsOf(signers);
        count = signed + absent;
        if (signers >> count != 0) revert IInbox.UnknownSigner(signers, count);
        if (length != signed * SIGNATURE_BYTES) {
            revert IInbox.WrongSignaturesLength(length, signed * SIGNATURE_BYTES);
        }
        if (signed < threshold) revert IInbox.ThresholdNotMet(signed, threshold);
    }

    function _bitsOf(uint256 word) private pure returns (uint256 count) {
        unchecked {
            for (; word != 0; word &= word - 1) {
                ++count; // each turn clears the lowest bit
            }
        }
    }
}
