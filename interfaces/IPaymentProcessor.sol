// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAssets} from "./IAssets.sol";

/// @title Pay now, once, provably
/// @notice A payment is named by its terms: token (zero address for native coin), payee, amount and the merchant's
/// paymentId. Their key settles at most once, whoever pays, and the one storage slot behind it proves who paid and
/// when. The same paymentId under other terms is another payment: never match by paymentId alone. Amounts are in the
/// token's base units, times in Unix seconds, fees in basis points.
/// Every function that changes state reverts with ReentrancyGuardReentrantCall if it is entered from within one.
interface IPaymentProcessor is IAssets {
    /// @notice Status of a payment key. It only moves forward.
    enum Status {
        None,
        Paid,
        Refunded
    }

    /// @notice A payment as a record; `processed` is true while it is paid and not refunded.
    struct Payment {
        address from;
        address to;
        uint256 amount;
        uint256 timestamp;
        bool processed;
    }

    /// @notice Native coin was paid. Tokens never emit this event.
    event PaymentProcessed(bytes32 indexed paymentId, address indexed from, address indexed to, uint256 amount);

    /// @notice A token was paid; `fee` is the part of `amount` that the merchant left to the processor.
    /// @dev `paymentId` is not indexed: a payment is found by `key`, which binds all of its terms.
    event TokenPaymentProcessed(
        bytes32 indexed key,
        bytes32 paymentId,
        address token,
        address indexed from,
        address indexed to,
        uint256 amount,
        uint256 fee
    );

    /// @notice The payee returned the full amount to the payer.
    event PaymentRefunded(
        bytes32 indexed key, address indexed payer, address indexed to, address token, uint256 amount
    );

    /// @notice One payer paid `count` payees `total` in all; the batch's slot binds the token and every payout.
    event BatchProcessed(
        bytes32 indexed batchId, address indexed payer, address indexed token, uint256 count, uint256 total
    );

    /// @notice Fees went to the fee recipient.
    event FeesSwept(address indexed token, address indexed feeRecipient, uint256 amount);

    /// @notice The key is settled already.
    error AlreadyPaid(bytes32 key, address payer, uint48 paidAt);

    /// @notice The key is not in the state Paid: never paid, or refunded before.
    error NotPaid(bytes32 key, Status status);

    /// @notice Only the payee may refund.
    error NotPayee(bytes32 key, address got, address expected);

    /// @notice This payer has used this batchId before.
    error BatchAlreadyProcessed(address payer, bytes32 batchId);

    /// @notice A batch pays from one to `limit` payees.
    error InvalidBatchSize(uint256 got, uint256 limit);

    /// @notice Payout number `index` (from 0) has no amount, no payee, the payer or the processor as payee.
    error InvalidPayout(uint256 index, address to, uint256 amount);

    /// @notice The payouts do not add up to the total that was named.
    error WrongTotal(uint256 got, uint256 expected);

    /// @notice The limit of `token` lets nothing out now; `held` waits.
    error LimitReached(address token, uint256 held);

    /// @notice Pay `amount` wei to `to`. The call must carry exactly `amount`; the payee receives it less the fee.
    /// @dev Invariants 1 to 4.
    /// Errors: ContractPaused, WrongValue, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid, TransferFailed.
    function processPayment(address to, uint256 amount, bytes32 paymentId) external payable;

    /// @notice Pay `amount` of `token` to `to` from the caller, who has approved the processor for it.
    /// @dev Invariants 1 to 4, 11 and 13.
    /// Errors: ContractPaused, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid, NotAToken, InexactTransfer, or
    /// SafeERC20FailedOperation for a token that returns false; a token's own error is passed on.
    function processTokenPayment(address token, address to, uint256 amount, bytes32 paymentId) external;

    /// @notice Pay many payees at once, all or nothing, no fee. Each payout is one word: the payee's 20 bytes, then the
    /// amount in 12 bytes, so at most 2^96 - 1 a payee. `total` is their sum and, for native coin, the value of the
    /// call. Payouts are not payments: they set no payment key, so nobody can fail a batch by paying one of its items.
    /// @dev Invariants 1, 3 and 14. A token is pulled once, exactly, then sent on; each send must succeed, and nothing
    /// may be left over. A token that debits the processor in full and credits a payee with less is beyond what this
    /// checks.
    /// Errors: ContractPaused, InvalidBatchSize, BatchAlreadyProcessed, WrongValue, InvalidPayout, WrongTotal,
    /// TransferFailed, NotAToken, InexactTransfer, SafeERC20FailedOperation.
    function processBatch(address token, bytes32[] calldata payouts, uint256 total, bytes32 batchId) external payable;

    /// @notice Return the full amount of a payment to its payer. The payee only, once; a fee taken is not returned.
    /// Native coin comes with the call, a token from the caller's approval. Works while paused.
    /// @dev Invariants 1, 7 and 9. Errors: NotPaid, NotPayee, WrongValue, TransferFailed, NotAToken, InexactTransfer,
    /// SafeERC20FailedOperation.
    function refund(address token, address to, uint256 amount, bytes32 paymentId) external payable;

    /// @notice Send the processor's `token` to the fee recipient, as much as its limit lets out now; what is above it
    /// waits. Anyone may; works while paused. A token without a limit waits until the governor has set one.
    /// @dev Between calls the processor holds nothing but fees and what was sent to it unasked (invariants 4 and 40).
    /// Errors: ZeroAmount, LimitReached, TransferFailed, NotAToken, SafeERC20FailedOperation.
    function sweep(address token) external;

    /// @notice Who paid a key, when, and its status; zeros for a key never paid.
    function payments(bytes32 key) external view returns (address payer, uint48 paidAt, Status status);

    /// @notice The key of a payment: keccak256(abi.encode(chainid, processor, token, to, amount, paymentId)).
    function paymentKey(address token, address to, uint256 amount, bytes32 paymentId) external view returns (bytes32);

    /// @notice Whether exactly these terms are paid and not refunded.
    function isPaid(address token, address to, uint256 amount, bytes32 paymentId) external view returns (bool);

    /// @notice The payment of these terms as a record; `from` and `timestamp` are zero if it was never paid.
    function getPayment(address token, address to, uint256 amount, bytes32 paymentId)
        external
        view
        returns (Payment memory);

    /// @notice The commitment of this payer's batch, zero if there was none.
    function batches(address payer, bytes32 batchId) external view returns (bytes32 commitment);

    /// @notice What a batch's slot holds: keccak256(abi.encode(token, keccak256(payouts))), payouts packed word by
    /// word.
    function batchCommitment(address token, bytes32[] calldata payouts) external pure returns (bytes32);

    /// @notice The largest batch; to as many new accounts, in native coin or a plain token, it fits in a transaction
    /// of 2^24 gas (EIP-7825).
    function MAX_BATCH() external view returns (uint256);

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
