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

    /// @notice An authorization is for other terms: the upper 192 bits of its nonce are not those of the payment's key.
    error WrongNonce(bytes32 nonce, bytes32 key);

    /// @notice The token takes no transfers by authorization (EIP-3009), or refused this one without a word.
    error NoAuthorization(address token);

    /// @notice There is no Permit2 on this chain.
    error NoPermit2();

    /// @notice The caller is no token that says (ERC-165) that it calls whom its holders approve (ERC-1363).
    error NotERC1363(address caller);

    /// @notice What the owner has approved is not what the call is about, so it was not approved for this call.
    error WrongAllowance(address owner, uint256 got, uint256 expected);

    /// @notice Pay `amount` wei to `to`. The call must carry exactly `amount`; the payee receives it less the fee.
    /// @dev Invariants 1 to 4.
    /// Errors: ContractPaused, WrongValue, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid, TransferFailed.
    function processPayment(address to, uint256 amount, bytes32 paymentId) external payable;

    /// @notice Pay `amount` of `token` to `to` from the caller, who has approved the processor for it.
    /// @dev Invariants 1 to 4, 11 and 13.
    /// Errors: ContractPaused, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid, NotAToken, InexactTransfer, or
    /// SafeERC20FailedOperation for a token that returns false; a token's own error is passed on.
    function processTokenPayment(address token, address to, uint256 amount, bytes32 paymentId) external;

    /// @notice Pay `amount` of `token` to `to` from the caller, who approves the processor for it by a signature in the
    /// same call (EIP-2612): r, s and v over the amount and the deadline. The permit is tried and its refusal
    /// tolerated, for anyone could have carried it to the token before; what decides is whether the allowance is there.
    /// @dev Invariants 1 to 4, 11 to 13. The caller alone is pulled from, so a token that swallows `permit` in a
    /// fallback gives nobody's money away. Errors: those of processTokenPayment.
    function processTokenPaymentWithPermit(
        address token,
        address to,
        uint256 amount,
        bytes32 paymentId,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Pay `amount` of `token` to `to` from `from`, who has signed an authorization (EIP-3009,
    /// ReceiveWithAuthorization) of exactly this amount to the processor; whoever submits it pays the gas. The payer is
    /// `from`. `validAfter` and `validBefore` are Unix seconds, both excluded.
    /// The upper 192 bits of the nonce are those of the payment's key, so the signature is good for these terms alone.
    /// The lower 64 are the payer's: 0 at first; after a cancellation any other, which for a token that counts its
    /// nonces (OpenZeppelin's ERC20TransferAuthorization) is the next. A token may take the signature as bytes, of an
    /// account or a contract (ERC-1271), or as v, r and s. That an authorization is used is no proof of payment: a
    /// cancellation uses it, too. Only `isPaid` proves it.
    /// @dev Invariants 1 to 4 and 11 to 13. The tokens come to the processor and go on less the fee; both exactly.
    /// Errors: ContractPaused, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid, WrongNonce, NotAToken,
    /// NoAuthorization, InexactTransfer, SafeERC20FailedOperation; the token's own, as for an authorization that is
    /// forged, used, cancelled, too early or too late, is passed on. Source: EIP-3009.
    function processTokenPaymentWithAuthorization(
        address token,
        address from,
        address to,
        uint256 amount,
        bytes32 paymentId,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Pay `amount` of `token` to `to` from `from`, who has approved Permit2 for the token and signed a
    /// PermitWitnessTransferFrom of this amount for the processor as spender, with the payment's key as witness
    /// (`bytes32 paymentKey`); whoever submits it pays the gas. The payer is `from`; the nonce is Permit2's, unordered;
    /// the deadline is a Unix second, itself included.
    /// @dev Invariants 1 to 4 and 11 to 13. Without a fee the tokens go to the payee, with one by the processor;
    /// exactly.
    /// Permit2 is the one at 0x000000000022D473030F116dDEE9F6B43aC78BA3, the same on every chain.
    /// Errors: ContractPaused, ZeroAmount, InvalidPayee, SelfPayment, AlreadyPaid, NotAToken, NoPermit2,
    /// InexactTransfer, SafeERC20FailedOperation; Permit2's own (InvalidSigner, InvalidNonce, SignatureExpired, or
    /// "TRANSFER_FROM_FAILED" where the token refuses) are passed on. Source: github.com/Uniswap/permit2.
    function processTokenPaymentWithPermit2(
        address token,
        address from,
        address to,
        uint256 amount,
        bytes32 paymentId,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Pay in one transaction with a token of ERC-1363: `approveAndCall(processor, amount, abi.encode(to,
    /// paymentId))`, which approves the processor and calls this. The payer is `owner`. An allowance that was there
    /// before is replaced, as by any `approve`, and used up.
    /// `transferAndCall` and `transferFromAndCall` are not taken, and revert in the token: tokens that came before the
    /// call cannot be told from fees that were not swept.
    /// @dev Invariants 1 to 4, 11 and 13. The token is the caller. It must be of ERC-1363 and the allowance exactly
    /// `value`, as it is in approveAndCall: a token that can be made to call anyone cannot spend what its holders have
    /// approved without limit. Returns the selector. Errors: NotERC1363, WrongAllowance, those of processTokenPayment.
    /// Source: ERC-1363.
    function onApprovalReceived(address owner, uint256 value, bytes calldata data) external returns (bytes4);

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
