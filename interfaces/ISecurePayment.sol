// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAssets} from "./IAssets.sol";

/// @title Hold, then release
/// @notice Two things: a balance of its own for every account, and escrows between a payer and a merchant: authorize,
/// capture (in parts), refund (in parts), void by the merchant, reclaim by the payer once the time is over. A push to
/// somebody who cannot receive credits that account's balance instead, so nobody can block anybody. Token is the zero
/// address for native coin, amounts are in its base units, times in Unix seconds, fees in basis points.
/// Every function that changes state reverts with ReentrancyGuardReentrantCall if it is entered from within one.
interface ISecurePayment is IAssets {
    /// @notice Status of an escrow. It only moves forward; Captured, Voided and Reclaimed are terminal.
    enum Status {
        None,
        Authorized,
        Captured,
        Voided,
        Reclaimed
    }

    /// @notice What payer and merchant agree on. Its hash, with chain and contract, names the escrow.
    struct Terms {
        address payer;
        address merchant;
        address token;
        uint256 amount; // at most 2^112 - 1
        uint256 captureDeadline; // captures before it, reclaim from it on
        uint256 refundDeadline; // refunds before it
        uint256 minFeeBps; // the fee in force at authorize must lie in this range, and stays
        uint256 maxFeeBps;
        uint256 salt;
    }

    /// @notice An account added to its own balance.
    event BalanceDeposited(address indexed account, address indexed token, uint256 amount);

    /// @notice An account took from its own balance.
    event BalanceWithdrawn(address indexed account, address indexed token, uint256 amount);

    /// @notice An account's balance grew by a fee, or by a push that it, or the token, did not accept.
    event BalanceCredited(address indexed account, address indexed token, uint256 amount);

    /// @notice The payer put the full amount in escrow. The event carries the terms whole.
    event EscrowAuthorized(
        bytes32 indexed key,
        address indexed payer,
        address indexed merchant,
        address token,
        uint256 amount,
        uint256 captureDeadline,
        uint256 refundDeadline,
        uint256 minFeeBps,
        uint256 maxFeeBps,
        uint256 salt
    );

    /// @notice The merchant took `amount`, of which `fee` went to the fee recipient.
    event EscrowCaptured(bytes32 indexed key, uint256 amount, uint256 fee);

    /// @notice The merchant returned `amount` of what it had captured.
    event EscrowRefunded(bytes32 indexed key, uint256 amount);

    /// @notice The merchant released the uncaptured `amount` to the payer.
    event EscrowVoided(bytes32 indexed key, uint256 amount);

    /// @notice The payer took back the uncaptured `amount`.
    event EscrowReclaimed(bytes32 indexed key, uint256 amount);

    /// @notice The account has less than it wants to withdraw.
    error InsufficientBalance(address account, uint256 got, uint256 available);

    /// @notice These terms were authorized before.
    error AlreadyAuthorized(bytes32 key, Status status);

    /// @notice The escrow is not open: never authorized, or closed.
    error NotAuthorized(bytes32 key, Status status);

    /// @notice Only the payer of the terms may do this.
    error NotPayer(address got, address expected);

    /// @notice Only the merchant of the terms may do this.
    error NotMerchant(address got, address expected);

    /// @notice More than an escrow can hold.
    error AmountTooLarge(uint256 got, uint256 limit);

    /// @notice The capture deadline lies not in the future, or the refund deadline before it.
    error InvalidDeadlines(uint256 now_, uint256 captureDeadline, uint256 refundDeadline);

    /// @notice The fee in force lies outside the range of the terms.
    error FeeOutOfRange(uint256 got, uint256 minFeeBps, uint256 maxFeeBps);

    /// @notice The time to capture or refund is over.
    error Expired(bytes32 key, uint256 now_, uint256 deadline);

    /// @notice The payer can reclaim at `deadline`, not before.
    error TooEarly(bytes32 key, uint256 now_, uint256 deadline);

    /// @notice More than is left to capture.
    error CaptureExceeded(bytes32 key, uint256 got, uint256 limit);

    /// @notice More than is captured and not yet refunded.
    error RefundExceeded(bytes32 key, uint256 got, uint256 limit);

    /// @notice Add the value of the call, in wei, to the caller's balance.
    /// @dev Invariant 5. Errors: ContractPaused, ZeroAmount.
    function deposit() external payable;

    /// @notice Add `amount` of `token` from the caller's approval to its balance.
    /// @dev Invariants 5 and 11. Errors: ContractPaused, ZeroAmount, NotAToken, InexactTransfer,
    /// SafeERC20FailedOperation.
    function depositToken(address token, uint256 amount) external;

    /// @notice Take `amount` wei from the caller's balance. Works while paused.
    /// @dev Invariants 5 and 9. Errors: ZeroAmount, InsufficientBalance, TransferFailed.
    function withdraw(uint256 amount) external;

    /// @notice Take `amount` of `token`, or of native coin for the zero address, from the caller's balance. Works while
    /// paused.
    /// @dev Errors: as withdraw, and SafeERC20FailedOperation.
    function withdrawToken(address token, uint256 amount) external;

    /// @notice Put the full amount of the terms in escrow. The payer only; native coin comes with the call, a token
    /// from the payer's approval.
    /// @dev Invariants 5, 9 and 10. Errors: ContractPaused, NotPayer, InvalidPayee, SelfPayment, ZeroAmount,
    /// AmountTooLarge, InvalidDeadlines, FeeOutOfRange, AlreadyAuthorized, WrongValue, NotAToken, InexactTransfer,
    /// SafeERC20FailedOperation.
    function authorize(Terms calldata terms) external payable;

    /// @notice Take `amount` of what is in escrow, before the capture deadline. The merchant only; works while paused.
    /// The fee is the fixed rate on all captured so far, rounded down, less the fee already taken: splitting a
    /// capture changes nothing.
    /// @dev Invariants 5 to 10. Errors: NotMerchant, ZeroAmount, NotAuthorized, Expired, CaptureExceeded,
    /// InsufficientGas, TransferFailed.
    function capture(Terms calldata terms, uint256 amount) external;

    /// @notice Return `amount` of what was captured, before the refund deadline. The merchant only, who pays it with
    /// the call or from its approval; a fee taken is not returned. Works while paused.
    /// @dev Invariants 6 and 9. Errors: NotMerchant, ZeroAmount, Expired, RefundExceeded, WrongValue, NotAToken,
    /// InexactTransfer, SafeERC20FailedOperation, InsufficientGas, TransferFailed.
    function refund(Terms calldata terms, uint256 amount) external payable;

    /// @notice Give the rest of an open escrow back to the payer, at any time. The merchant only; works while paused.
    /// @dev Invariants 5 to 7. Errors: NotMerchant, NotAuthorized, InsufficientGas, TransferFailed.
    function void(Terms calldata terms) external;

    /// @notice Take back the rest of an open escrow from the capture deadline on. The payer only; works while paused.
    /// @dev Invariant 8. Errors: NotPayer, NotAuthorized, TooEarly, InsufficientGas, TransferFailed.
    function reclaim(Terms calldata terms) external;

    /// @notice The balance of `account`, withdrawable by it at any time.
    function balanceOf(address account, address token) external view returns (uint256);

    /// @notice The key of an escrow: keccak256(abi.encode(chainid, contract, terms)).
    function escrowKey(Terms calldata terms) external view returns (bytes32);

    /// @notice What was captured, refunded, the fee rate and the status behind a key; zeros if never authorized.
    function escrows(bytes32 key)
        external
        view
        returns (uint112 captured, uint112 refunded, uint16 feeBps, Status status);

    /// @notice What the merchant could capture of these terms, deadline aside: the amount that is still in escrow.
    function capturable(Terms calldata terms) external view returns (uint256);

    /// @notice What the merchant could refund of these terms, deadline aside.
    function refundable(Terms calldata terms) external view returns (uint256);

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
