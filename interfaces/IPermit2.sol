// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What PaymentProcessor asks of Permit2
/// @notice The contract at 0x000000000022D473030F116dDEE9F6B43aC78BA3, whom holders of any token may approve once and
/// then sign each transfer for. Source: github.com/Uniswap/permit2, ISignatureTransfer.
interface IPermit2 {
    /// @notice What the owner lets go, in base units of the token.
    struct TokenPermissions {
        address token;
        uint256 amount;
    }

    /// @notice What the owner signs, beside the spender and the witness; the deadline in Unix seconds, itself included.
    struct PermitTransferFrom {
        TokenPermissions permitted;
        uint256 nonce;
        uint256 deadline;
    }

    /// @notice Where it goes, and how much of it.
    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount;
    }

    /// @notice The deadline has passed.
    error SignatureExpired(uint256 signatureDeadline);

    /// @notice The owner has used this nonce, or cancelled it.
    error InvalidNonce();

    /// @notice The signature is of another account, or over something else.
    error InvalidSigner();

    /// @notice The signature is of no account at all.
    error InvalidSignature();

    /// @notice The signature of an account is neither 65 nor 64 bytes long.
    error InvalidSignatureLength();

    /// @notice The owner is a contract and says no (ERC-1271).
    error InvalidContractSignature();

    /// @notice Move an owner's tokens by a signature over the permit, the caller as spender, and a witness of the
    /// caller's own. `witnessTypeString` is the rest of the EIP-712 type, from the witness on.
    function permitWitnessTransferFrom(
        PermitTransferFrom calldata permit,
        SignatureTransferDetails calldata transferDetails,
        address owner,
        bytes32 witness,
        string calldata witnessTypeString,
        bytes calldata signature
    ) external;
}
