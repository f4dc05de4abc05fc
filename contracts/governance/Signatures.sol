// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IMultiSig} from "../../interfaces/IMultiSig.sol";

/// @title Who signed a digest
library Signatures {
    // Half the order of secp256k1: the other half holds a second, malleated signature for each
    uint256 private constant MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev Reverts unless at least the threshold of the owners signed. Each owner has one bit, so none counts twice;
    /// each signature belongs to one owner, so their order is the owners' order. The caller has checked the owner set.
    function requireQuorum(
        IMultiSig.Quorum calldata quorum,
        bytes32 digest,
        mapping(bytes32 digest => mapping(address owner => bool)) storage approvals
    ) internal view {
        address[] calldata owners = quorum.owners;
        uint256 signers = quorum.signers;
        if (signers >> owners.length != 0) revert IMultiSig.UnknownSigner(signers, owners.length);
        bytes calldata signatures = quorum.signatures;
        uint256 start;
        uint256 length = signatures.length;
        assembly ("memory-safe") {
            start := signatures.offset
        }

        (uint256 count, uint256 end) = _count(signers, owners, start, digest, approvals);
        // what was read beyond the end counts for nothing
        if (end - start != length) revert IMultiSig.WrongSignaturesLength(length, end - start);
        if (count < quorum.threshold) revert IMultiSig.ThresholdNotMet(count, quorum.threshold);
    }

    /// @dev ECDSA first, also of an account with code: under EIP-7702 a key's account has some. Then ERC-1271. What the
    /// key of an owner did not sign, be it a malleated signature, the owner's code decides.
    function isSigned(
        address owner,
        bytes32 digest,
        bytes calldata signature,
        mapping(bytes32 digest => mapping(address owner => bool)) storage approvals
    ) internal view returns (bool) {
        if (signature.length == 0) {
            return approvals[digest][owner];
        }
        if (recover(digest, signature) == owner) return true; // an owner is never zero
        return owner.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(owner, digest, signature);
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

    /// @dev How many signed, and where in the calldata their signatures end.
    function _count(
        uint256 signers,
        address[] calldata owners,
        uint256 position,
        bytes32 digest,
        mapping(bytes32 digest => mapping(address owner => bool)) storage approvals
    ) private view returns (uint256 count, uint256 end) {
        unchecked {
            // i and count stay below 256, and each of so many signers moves the position by less than 2^16 + 2
            for (uint256 i = 0; signers != 0; ++i) {
                if (signers & 1 == 1) {
                    address owner = _ownerAt(owners, i);
                    bytes calldata signature = _signatureAt(position);
                    if (!isSigned(owner, digest, signature, approvals)) {
                        revert IMultiSig.InvalidSignature(owner, digest);
                    }
                    position += 2 + signature.length;
                    ++count;
                }
                signers >>= 1;
            }
        }
        end = position;
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
