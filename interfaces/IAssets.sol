// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What can go wrong when native coin or an ERC-20 token moves
/// @notice An asset is an ERC-20 address, or the zero address for the chain's native coin. Every amount is in the
/// asset's base units (wei for native coin, never scaled by decimals).
interface IAssets {
    /// @notice The native coin sent with the call is not what the call asks for (0 for a token).
    error WrongValue(uint256 got, uint256 expected);

    /// @notice Nothing would move.
    error ZeroAmount();

    /// @notice The zero address and the contract itself cannot be paid.
    error InvalidPayee(address to);

    /// @notice Payer and payee are one.
    error SelfPayment(address payer);

    /// @notice The address answers no balanceOf: it has no code, where a transfer would succeed and move nothing, or is
    /// no ERC-20 token.
    error NotAToken(address token);

    /// @notice A token moved another amount than asked: `account` holds `got` after the transfer, not `expected`.
    /// @dev Raised for tokens that take a fee, move less, or move more (invariants 3, 4, 11).
    error InexactTransfer(address token, address account, uint256 got, uint256 expected);

    /// @notice The recipient did not accept the native coin, or the token refused the transfer.
    error TransferFailed(address to, uint256 amount);

    /// @notice Too little gas is left to give a push its full allowance, so failing it would prove nothing.
    error InsufficientGas(uint256 got, uint256 expected);
}
