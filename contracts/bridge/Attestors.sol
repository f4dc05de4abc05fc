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
    function hashOf(uint256 epoch, uint256 threshold, address[] calldata attestors)
        internal
        pure
        returns (bytes32 hash)
    {
        if (attestors.length > MAX) revert IInbox.TooManyAttestors(attestors.length, MAX);
        // Solidity: keccak256(abi.encodePacked(epoch, threshold, attestors)), which copies word by word. Dirty bits in
        // an address hash to a set that nobody appointed
        assembly ("memory-safe") {
            let words := mload(0x40)
            let size := shl(5, attestors.length)
            mstore(words, epoch)
            mstore(add(words, 0x20), threshold)
            calldatacopy(add(words, 0x40), attestors.offset, size)
            hash := keccak256(words, add(size, 0x40))
        }
    }

    /// @dev Reverts unless at least the threshold of the set signed the digest. Each attestor has one bit, so none
    /// counts twice. The caller has checked that the set is the one in office.
    function requireQuorum(IInbox.Attestation calldata attestation, bytes32 digest) internal view {
        address[] calldata attestors = attestation.attestors;
        bytes calldata signatures = attestation.signatures;
        uint256 signers = attestation.signers;
        if (signers >> attestors.length != 0) revert IInbox.UnknownSigner(signers, attestors.length);
        uint256 count = _bitsOf(signers);
        if (signatures.length != count * SIGNATURE_BYTES) {
            revert IInbox.WrongSignaturesLength(signatures.length, count * SIGNATURE_BYTES);
        }
        if (count < attestation.threshold) revert IInbox.ThresholdNotMet(count, attestation.threshold);

        unchecked {
            // i stays below 256, and the signatures are as long as was checked
            for (uint256 i = 0; signers != 0; ++i) {
                if (signers & 1 == 1) {
                    address attestor = attestors[i];
                    // no member is zero, which is what a forged signature recovers to
                    if (Signatures.recover(digest, _first(signatures)) != attestor) {
                        revert IInbox.InvalidSignature(attestor, digest);
                    }
                    signatures = _rest(signatures);
                }
                signers >>= 1;
            }
        }
    }

    function contains(address[] calldata attestors, address account) internal pure returns (bool) {
        for (uint256 i = 0; i < attestors.length; ++i) {
            if (attestors[i] == account) return true;
        }
        return false;
    }

    /// @dev Solidity: `signatures[:64]`, without bounds.
    function _first(bytes calldata signatures) private pure returns (bytes calldata signature) {
        assembly ("memory-safe") {
            signature.offset := signatures.offset
            signature.length := SIGNATURE_BYTES
        }
    }

    /// @dev Solidity: `signatures[64:]`, without bounds.
    function _rest(bytes calldata signatures) private pure returns (bytes calldata rest) {
        assembly ("memory-safe") {
            rest.offset := add(signatures.offset, SIGNATURE_BYTES)
            rest.length := sub(signatures.length, SIGNATURE_BYTES)
        }
    }

    function _bitsOf(uint256 word) private pure returns (uint256 count) {
        unchecked {
            for (; word != 0; word &= word - 1) {
                ++count; // each turn clears the lowest bit
            }
        }
    }
}
