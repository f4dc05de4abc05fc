// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IMultiSig} from "../../interfaces/IMultiSig.sol";
import {IMultiSigFactory} from "../../interfaces/IMultiSigFactory.sol";
import {Owners} from "./Owners.sol";

/// @title Who signed a digest
library Signatures {
    // Half the order of secp256k1: the other half holds a second, malleated signature for each
    uint256 private constant MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev Reverts unless at least the threshold of the owners signed. Each owner has one bit, so none counts twice;
    /// each signature belongs to one owner, so their order is the owners' order. The caller has checked that the owners,
    /// which `ownersOf` gives, are the owner set.
    function requireQuorum(
        IMultiSig.Quorum calldata quorum,
        address[] calldata owners,
        bytes32 digest,
        mapping(bytes32 digest => mapping(address owner => bool)) storage approvals
    ) internal view {
        if (quorum.signers >> owners.length != 0) {
            revert IMultiSig.UnknownSigner(quorum.signers, owners.length);
        }
        (uint256 given, uint256 start) = _signaturesOf(quorum);
        (uint256 count, uint256 length) = _count(quorum.signers, owners, start, digest, approvals);
        // what was read beyond the end counts for nothing
        if (length != given) revert IMultiSig.WrongSignaturesLength(given, length);
        if (count < quorum.threshold) revert IMultiSig.ThresholdNotMet(count, quorum.threshold);
    }

    /// @dev Solidity: `quorum.owners`. The bound on its length keeps the size of what is hashed from wrapping around:
    /// a list of 2^251 more owners than it has would hash as the list, and what lies behind it would count as owners.
    /// Within it the hash of the owner set vouches for bounds and clean bits: beyond the calldata all is zero.
    function ownersOf(IMultiSig.Quorum calldata quorum) internal pure returns (address[] calldata owners) {
        assembly ("memory-safe") {
            let tail := add(quorum, calldataload(add(quorum, 0x20)))
            owners.length := calldataload(tail)
            owners.offset := add(tail, 0x20)
        }
        if (owners.length > Owners.MAX) revert IMultiSigFactory.TooManyOwners(owners.length, Owners.MAX);
    }

    /// @dev Solidity: OpenZeppelin's `ECDSA.parseCalldata`, then `ECDSA.tryRecover`: 65 bytes (r, s, v) or 64 bytes
    /// (ERC-2098), the low s only. Zero if nobody signed so. By hand it costs a third.
    function recover(bytes32 digest, bytes calldata signature) internal view returns (address signer) {
        assembly ("memory-safe") {
            let data := mload(0x40)
            let s := calldataload(add(signature.offset, 0x20))
            let v := byte(0, calldataload(add(signature.offset, 0x40)))
            let known := eq(signature.length, 65)
            if eq(signature.length, 64) {
                v := add(27, shr(255, s))
                s := shr(1, shl(1, s))
                known := 1
            }
            if and(known, iszero(gt(s, MAX_S))) {
                mstore(data, digest)
                mstore(add(data, 0x20), v)
                mstore(add(data, 0x40), calldataload(signature.offset))
                mstore(add(data, 0x60), s)
                mstore(0, 0)
                pop(staticcall(gas(), 1, data, 0x80, 0, 0x20))
                signer := mload(0)
            }
        }
    }

    /// @dev How many signed, and how many bytes their signatures take.
    function _count(
        uint256 signers,
        address[] calldata owners,
        uint256 start,
        bytes32 digest,
        mapping(bytes32 digest => mapping(address owner => bool)) storage approvals
    ) private view returns (uint256 count, uint256 length) {
        unchecked {
            // i and count stay below 256, and each of so many signers adds less than 2^16 + 2 to the length
            for (uint256 i = 0; signers != 0; ++i) {
                if (signers & 1 == 1) {
                    address owner = _ownerAt(owners, i);
                    bytes calldata signature = _signatureAt(start + length);
                    // an owner is never zero
                    if (recover(digest, signature) != owner) _requireAccepted(owner, digest, signature, approvals);
                    length += 2 + signature.length;
                    ++count;
                }
                signers >>= 1;
            }
        }
    }

    /// @dev What the key of the owner did not sign, be it a malleated signature, the owner's code or its approval on
    /// chain decides. ECDSA came first, also for an account with code: under EIP-7702 a key's account has some.
    function _requireAccepted(
        address owner,
        bytes32 digest,
        bytes calldata signature,
        mapping(bytes32 digest => mapping(address owner => bool)) storage approvals
    ) private view {
        bool accepted = signature.length == 0
            ? approvals[digest][owner]
            : owner.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(owner, digest, signature);
        if (!accepted) revert IMultiSig.InvalidSignature(owner, digest);
    }

    /// @dev Solidity: `quorum.signatures`, its length and where it starts in the calldata, without bounds.
    function _signaturesOf(IMultiSig.Quorum calldata quorum) private pure returns (uint256 length, uint256 start) {
        assembly ("memory-safe") {
            let tail := add(quorum, calldataload(add(quorum, 0x60)))
            length := calldataload(tail)
            start := add(tail, 0x20)
        }
    }

    /// @dev Solidity: `owners[i]`, whose bounds and clean bits the hash of the owner set vouches for.
    function _ownerAt(address[] calldata owners, uint256 i) private pure returns (address owner) {
        assembly ("memory-safe") {
            owner := calldataload(add(owners.offset, shl(5, i)))
        }
    }

    /// @dev Solidity: `msg.data[position + 2:][:uint16(bytes2(msg.data[position:]))]`, without bounds.
    function _signatureAt(uint256 position) private pure returns (bytes calldata signature) {
        assembly ("memory-safe") {
            signature.offset := add(position, 2)
            signature.length := shr(240, calldataload(position))
        }
    }
}
