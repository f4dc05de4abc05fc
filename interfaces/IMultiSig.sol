// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A wallet of several owners, who agree by signatures
/// @notice `threshold` of the owners sign an act (EIP-712) and anyone submits it. A payment inside the wallet's limit
/// goes at once; a payment above it, and everything else, is scheduled on the wallet's own timelock (ITimelock). Owners,
/// guardian, delay and limits change only by an operation of that timelock. The guardian can pause payments at once,
/// cancel operations and show life; it moves nothing. There is no delegatecall.
///
/// The wallet keeps the owner set as one hash and takes the owners as calldata. The hash is the `salt` of the wallet's
/// EIP-712 domain, so it is in every digest, those of ERC-1271 signatures included: a signature dies with the owner set
/// it was made under. The domain's name is "Quittance MultiSig", its version is `version()`. The types are
///
/// Payment(address to,uint256 amount,address token,uint256 nonce,uint256 deadline)
/// Batch(address token,uint256 total,Payout[] payouts,uint256 nonce,uint256 deadline)Payout(address to,uint256 amount)
/// OwnerChange(uint256 threshold,address[] owners,uint256 nonce,uint256 deadline)
/// Operation(Call[] calls,bytes32 predecessor,uint256 delaySeconds,uint256 nonce,uint256 deadline)
///     Call(address target,uint256 value,bytes data)
/// Cancellation(bytes32 id,uint256 nonce,uint256 deadline)
///
/// Amounts are wei or token base units, times are Unix seconds; a token of address zero is the chain's native coin.
/// A wallet is made by MultiSigFactory. It has no limits at first: every payment waits until they are configured.
/// @dev Invariants 15 to 26, 31, 45.
interface IMultiSig {
    /// @notice An amount for one of the payees of a batch.
    struct Payout {
        address to;
        uint256 amount;
    }

    /// @notice A payment as the owners sign it; nonce and deadline stand beside it.
    struct Payment {
        address to;
        uint256 amount;
        address token;
    }

    /// @notice One call of an operation.
    struct Call {
        address target;
        uint256 value;
        bytes data;
    }

    /// @notice The owner set, and the signatures of some of its members. Bit i of `signers` says that owner i signed.
    /// `signatures` are theirs in that order, each behind its length in two bytes: 65 bytes (r, s, v) or 64 (ERC-2098)
    /// of an account's key, any length that an ERC-1271 owner accepts, or 0 and nothing from an owner who approved the
    /// digest on chain.
    struct Quorum {
        uint256 threshold;
        address[] owners;
        uint256 signers;
        bytes signatures;
    }

    /// @notice The wallet paid `amount` of `token` to `to`, at once or as an operation.
    event PaymentExecuted(address indexed to, address indexed token, uint256 amount);

    /// @notice `owner` approved the act with that digest on chain.
    event ActApproved(bytes32 indexed digest, address indexed owner);

    /// @notice `owner` took its approval back.
    event ActDisapproved(bytes32 indexed digest, address indexed owner);

    /// @notice The owner set from now on.
    event OwnersChanged(bytes32 indexed ownerSet, uint256 threshold, address[] owners);

    /// @notice The guardian from now on.
    event GuardianChanged(address indexed guardian);

    /// @notice `verifier` was admitted as one whose ERC-1271 questions are answered, or dismissed.
    event VerifierChanged(address indexed verifier, bool admitted);

    /// @notice The deadline of the act has passed.
    error PastDeadline(uint256 got, uint256 limit);

    /// @notice These owners with this threshold are not the wallet's owner set.
    error WrongOwnerSet(bytes32 got, bytes32 expected);

    /// @notice Bits of `signers` beyond the owners.
    error UnknownSigner(uint256 signers, uint256 owners);

    /// @notice The signatures of the signers take `expected` bytes in all.
    error WrongSignaturesLength(uint256 got, uint256 expected);

    /// @notice Fewer owners signed than must.
    error ThresholdNotMet(uint256 got, uint256 threshold);

    /// @notice The signature is not one of `owner` over this digest.
    error InvalidSignature(address owner, bytes32 digest);

    /// @notice The caller has not approved this digest.
    error NotApproved(bytes32 digest, address owner);

    /// @notice The caller is not the guardian.
    error NotGuardian(address account);

    /// @notice The zero address and the wallet itself cannot be guardian.
    error InvalidGuardian(address guardian);

    /// @notice The zero address and the wallet itself cannot be paid.
    error InvalidPayee(address to);

    /// @notice A payment of nothing.
    error ZeroAmount();

    /// @notice The payouts do not add up to the total that was named.
    error WrongTotal(uint256 got, uint256 expected);

    /// @notice Pay within the limit at once, or schedule the payment with the least delay. Anyone submits it.
    /// @dev Invariants 15, 20, 22 to 24, 26 and 40. Errors: ContractPaused, PastDeadline, those of `requireQuorum`,
    /// ZeroAmount, InvalidPayee, TransferFailed, SafeERC20FailedOperation, and AlreadyScheduled.
    /// @return id The operation that it became; 0 if it was paid.
    function pay(Payment calldata payment, uint256 deadline, Quorum calldata quorum) external returns (bytes32 id);

    /// @notice Pay several payees as one: at once if the total is within the limit, else after the least delay.
    /// @dev As `pay`; and WrongTotal, EmptyBatch.
    /// @return id The operation that it became; 0 if it was paid.
    function payBatch(address token, uint256 total, Payout[] calldata payouts, uint256 deadline, Quorum calldata quorum)
        external
        returns (bytes32 id);

    /// @notice Schedule a change of the owner set with the least delay. It is carried out only if the owner set is
    /// still the one that agreed to it.
    /// @dev Invariants 16 to 18. Errors: PastDeadline, those of `requireQuorum`, those of an owner set.
    function changeOwners(uint256 threshold, address[] calldata owners, uint256 deadline, Quorum calldata quorum)
        external
        returns (bytes32 id);

    /// @notice Schedule any calls, to become ready in `delaySeconds`. The operation's salt is the act's nonce.
    /// @dev Invariants 20, 22 to 24 and 30. Errors: PastDeadline, those of `requireQuorum`, EmptyBatch, DelayTooShort,
    /// DelayTooLong.
    function schedule(
        Call[] calldata calls,
        bytes32 predecessor,
        uint256 delaySeconds,
        uint256 deadline,
        Quorum calldata quorum
    ) external returns (bytes32 id);

    /// @notice Cancel a pending operation: the owners, by signatures.
    /// @dev Invariant 32. Errors: PastDeadline, those of `requireQuorum`, NotScheduled, AlreadyDone, AlreadyExecuting,
    /// Expired.
    function cancelBySignatures(bytes32 id, uint256 deadline, Quorum calldata quorum) external;

    /// @notice Cancel a pending operation: the guardian. It cannot cancel its own removal: an operation that is one call
    /// of this wallet's `setGuardian`, or one of `revokeRole(role, guardian)` of any contract.
    /// @dev Invariant 32. Errors: NotGuardian, GuardianLapsed, NotScheduled, AlreadyDone, AlreadyExecuting, Expired,
    /// NotCancellable.
    function cancel(bytes32 id) external;

    /// @notice Approve the act with that digest, in place of a signature: of an owner that cannot sign.
    function approve(bytes32 digest) external;

    /// @notice Take an approval back.
    /// @dev Errors: NotApproved.
    function disapprove(bytes32 digest) external;

    /// @notice Make a payment that waited. The wallet itself only, in an operation.
    /// @dev Invariant 26. Errors: NotTimelock, TransferFailed, SafeERC20FailedOperation.
    function settle(Payment calldata payment) external;

    /// @notice Make a batch of payments that waited. The wallet itself only, in an operation.
    /// @dev Invariant 26. Errors: NotTimelock, TransferFailed, SafeERC20FailedOperation.
    function settleBatch(address token, Payout[] calldata payouts) external;

    /// @notice Replace the owner set `current`. The wallet itself only, in an operation.
    /// @dev Invariants 16 to 18 and 23. Errors: NotTimelock, WrongOwnerSet, those of an owner set.
    function setOwners(bytes32 current, uint256 threshold, address[] calldata owners) external;

    /// @notice Replace the guardian, or revive it after it lapsed. The wallet itself only, in an operation.
    /// @dev Errors: NotTimelock, InvalidGuardian.
    function setGuardian(address guardian) external;

    /// @notice Revert unless enough owners signed the digest.
    /// @dev Invariants 20 and 21. Errors: TooManyOwners, WrongOwnerSet, UnknownSigner, InvalidSignature,
    /// WrongSignaturesLength, ThresholdNotMet.
    function requireQuorum(bytes32 digest, Quorum calldata quorum) external view;

    /// @notice Admit a contract as one whose ERC-1271 questions are answered, or dismiss it. The wallet itself only, in an
    /// operation: a token or a permit contract that takes the owners' signatures moves money at once, above any limit.
    /// @dev Invariants 26 and 31. Errors: NotTimelock.
    function setVerifier(address verifier, bool admitted) external;

    /// @notice ERC-1271 under ERC-7739: `signature` is that standard's nesting around abi.encode(Quorum). Without
    /// nesting, the owners sign PersonalSign of the hash. Only admitted contracts get a yes, and callers off chain, who
    /// ask in the name of the zero address.
    /// @return magic 0x1626ba7e if it is valid, 0xffffffff if not.
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4 magic);

    /// @notice Whether a contract's ERC-1271 questions are answered.
    function isVerifier(address verifier) external view returns (bool);

    /// @notice Whether an owner approved a digest on chain.
    function isApproved(bytes32 digest, address owner) external view returns (bool);

    /// @notice The nonce of the next act.
    function nonce() external view returns (uint48);

    /// @notice keccak256 of the threshold and the owners, each a word of 32 bytes.
    function ownerSet() external view returns (bytes32);

    /// @notice Who may pause payments at once, and cancel operations.
    function guardian() external view returns (address);

    /// @notice ERC-5267. The salt is the owner set.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
