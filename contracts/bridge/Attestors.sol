// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInbox} from "../../interfaces/IInbox.sol";
import {Signatures} from "../governance/Signatures.sol";

/// @title A set of attestors, and what enough of them signed
/// @dev Kept as one hash. The ascending order makes list, count and membership one thing.
library Attestors {
    /// @dev More would make no set safer, and what a quorum costs stays bounded.
    uint256 internal constant MAX = 32;

    uint256 private constant SIGNATURE_BYTES = 64;

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

        // Solidity: hashOf(epoch, threshold, attestors), attestor i the signer of the next signature if its bit is set,
        // else the next of the absent; without bounds, since there are as many as was checked
        assembly ("memory-safe") {
            set := mload(0x40)
            mstore(0x40, add(set, shl(5, add(count, 2)))) // recover works behind it
            mstore(set, epoch)
            mstore(add(set, 0x20), threshold)
            signature.length := SIGNATURE_BYTES
        }
        for (uint256 i = 0; i != count;) {
            address attestor;
            if (signers >> i & 1 == 1) {
                attestor = Signatures.recover(digest, signature);
                if (attestor == address(0)) revert IInbox.InvalidSignature(i, digest);
                assembly ("memory-safe") {
                    signature.offset := add(signature.offset, SIGNATURE_BYTES)
                }
            } else {
                assembly ("memory-safe") {
                    attestor := calldataload(absent.offset)
                    absent.offset := add(absent.offset, 0x20)
                }
            }
            assembly ("memory-safe") {
                i := add(i, 1)
                mstore(add(set, shl(5, add(i, 1))), attestor)
            }
        }
        assembly ("memory-safe") {
            set := keccak256(set, shl(5, add(count, 2)))
        }
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
