// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A token with rules about who holds it (ERC-7943, for ERC-20 tokens)
/// @notice Accounts may be barred from sending or receiving, part of a balance may be frozen, and an enforcer may move
/// tokens by force. Amounts are base units. Signatures, events and errors are the standard's.
/// @dev Invariants 48 and 50 to 52. Source: ERC-7943.
interface IERC7943Fungible {
    /// @notice The enforcer moved `amount` from `from` to `to`.
    event ForcedTransfer(address indexed from, address indexed to, uint256 amount);

    /// @notice Of what `account` holds, `amount` is frozen from now on.
    event Frozen(address indexed account, uint256 amount);

    /// @notice The account may not send.
    error ERC7943CannotSend(address account);

    /// @notice The account may not receive.
    error ERC7943CannotReceive(address account);

    /// @notice The rules do not allow this transfer: the receiver would hold more than it may.
    error ERC7943CannotTransfer(address from, address to, uint256 amount);

    /// @notice The account holds the amount, but only `unfrozen` of it is free.
    error ERC7943InsufficientUnfrozenBalance(address account, uint256 amount, uint256 unfrozen);

    /// @notice Move tokens by force: during a pause, from an account that may not send, above a holding limit, and
    /// frozen ones too, once the free ones are gone: then what is frozen falls by as many, first. Only that the
    /// receiver may receive is still asked. The enforcer only; on the audit trail.
    /// @dev Errors: AccessControlUnauthorizedAccount, ERC20InvalidSender, ERC7943CannotReceive,
    /// ERC20InsufficientBalance.
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool result);

    /// @notice Set how much of what an account holds, or will hold, is frozen: the most, 2^112 - 1, is everything. The
    /// enforcer only; on the audit trail.
    /// @dev Errors: AccessControlUnauthorizedAccount, AmountTooLarge.
    function setFrozenTokens(address account, uint256 amount) external returns (bool result);

    /// @notice Whether the account may send.
    function canSend(address account) external view returns (bool allowed);

    /// @notice Whether the account may receive.
    function canReceive(address account) external view returns (bool allowed);

    /// @notice How much of the account's tokens is frozen; it can be more than it holds.
    function getFrozenTokens(address account) external view returns (uint256 amount);

    /// @notice Whether a transfer would go now: standings, frozen amounts, holding limit and pause included. More than
    /// the balance is more than what is free of it, and so false. It does not ask for an allowance.
    function canTransfer(address from, address to, uint256 amount) external view returns (bool allowed);
}
