// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IMultiSig} from "../../interfaces/IMultiSig.sol";

/// @title Who signed a digest
library Signatures {
    /// @dev Reverts unless at least the threshold of the owners signed. Each owner has one bit, so none counts twice;
    /// each signature belongs to one owner, so their order is the owners' order.
    function requireQuorum(
        IMultiSig.Quorum calldata quorum,
        bytes32 digest,
        mapping(bytes32 digest => mapping(address owner => bool)) storage approvals
    ) internal view {
        address[] calldata owners = quorum.owners;
        bytes[] calldata signatures = quorum.signatures;
        uint256 signers = quorum.signers;
        if (signers >> owners.length != 0) revert IMultiSig.UnknownSigner(signers, owners.length);
        uint256 count;
        for (uint256 i = 0; signers != 0; ++i) {
            if (signers & 1 == 1) {
                if (count == signatures.length) break;
                address owner = owners[i];
                bytes calldata signature = signatures[count];
                bool signed = signature.length == 0 ? approvals[digest][owner] : isSigned(owner, digest, signature);
                if (!signed) revert IMultiSig.InvalidSignature(owner, digest);
                ++count;
            }
            signers >>= 1;
        }
        if (signers != 0 || count != signatures.length) {
            revert IMultiSig.WrongSignatureCount(signatures.length, _bits(quorum.signers));
        }
        if (count < quorum.threshold) revert IMultiSig.ThresholdNotMet(count, quorum.threshold);
    }

    /// @dev ECDSA first, also of an account with code: under EIP-7702 a key's account has some. Then ERC-1271. What the
    /// key of an owner did not sign, be it a malleated signature, the owner's code decides.
    function isSigned(address owner, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        if (signature.length == 64 || signature.length == 65) {
            (uint8 v, bytes32 r, bytes32 s) = ECDSA.parseCalldata(signature);
            (address signer, ECDSA.RecoverError error,) = ECDSA.tryRecover(digest, v, r, s);
            if (error == ECDSA.RecoverError.NoError && signer == owner) return true;
        }
        return owner.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(owner, digest, signature);
    }

    function _bits(uint256 word) private pure returns (uint256 count) {
        for (; word != 0; word &= word - 1) {
            ++count;
        }
    }
}
