// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The fee a merchant pays
/// @notice In basis points (1/100 of a percent) of the amount, taken from the merchant's side, rounded down.
/// @dev Invariant 10.
interface IFees {
    /// @notice The fee of payments made from now on.
    event FeeChanged(uint16 feeBps);

    /// @notice Where fees go from now on.
    event FeeRecipientChanged(address indexed feeRecipient);

    /// @notice The fee is above the cap that no governor can lift.
    error FeeAboveCap(uint16 got, uint16 limit);

    /// @notice The zero address and the contract itself cannot receive fees.
    error InvalidFeeRecipient(address feeRecipient);

    /// @notice Set the fee in basis points. The governor only.
    function setFee(uint16 feeBps) external;

    /// @notice Set where fees go. The governor only. SecurePayment credits them: the account must be able to withdraw.
    function setFeeRecipient(address feeRecipient) external;

    /// @notice The fee of a payment made now, in basis points.
    function feeBps() external view returns (uint16);

    /// @notice Where fees go.
    function feeRecipient() external view returns (address);

    /// @notice The cap on the fee, in basis points.
    function MAX_FEE_BPS() external view returns (uint16);
}
