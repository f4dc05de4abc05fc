// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Fees go to the fee recipient, within limits
/// @notice Fees gather in the contract, and anyone sends them on, as much as the limit of their asset lets out.
/// @dev Invariants 4 and 40.
interface ISweep {
    /// @notice Fees went to the fee recipient.
    event FeesSwept(address indexed token, address indexed feeRecipient, uint256 amount);

    /// @notice The limit of `token` lets nothing out now; `held` waits.
    error LimitReached(address token, uint256 held);

    /// @notice Send the contract's `token` to the fee recipient, as much as its limit lets out now; what is above it
    /// waits. Anyone may; works while paused. A token without a limit waits until the governor has set one.
    /// @dev Between calls the contract holds nothing but fees and what was sent to it unasked.
    /// Errors: ZeroAmount, LimitReached, TransferFailed, NotAToken, SafeERC20FailedOperation.
    function sweep(address token) external;
}
