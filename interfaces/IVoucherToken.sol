// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Vouchers: many of a kind
/// @notice An ERC-1155 that a merchant issues and sells: each id is a kind of voucher, for a coffee or a night. The
/// holder redeems, which burns. A pause blocks issue and transfers, not redemption.
/// @dev Invariants 46, 47 and 54. Errors of ERC-1155 are those of ERC-6093.
interface IVoucherToken {
    /// @notice `holder` redeemed `amount` vouchers of the kind `id`.
    event VoucherRedeemed(address indexed holder, uint256 indexed id, uint256 amount);

    /// @notice An issue or a redemption of nothing.
    error ZeroAmount();

    /// @notice Issue vouchers to an account; a contract must take them (ERC-1155). The merchant only.
    /// @dev Errors: AccessControlUnauthorizedAccount, ZeroAmount, ContractPaused, ERC1155InvalidReceiver, or the
    /// receiver's own.
    function issue(address to, uint256 id, uint256 amount) external;

    /// @notice Redeem the caller's own vouchers.
    /// @dev Errors: ZeroAmount, ERC1155InsufficientBalance.
    function redeem(uint256 id, uint256 amount) external;

    /// @notice The role that issues.
    function MERCHANT_ROLE() external view returns (bytes32);

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
