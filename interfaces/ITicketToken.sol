// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Tickets: each one unique
/// @notice An ERC-721 that a merchant issues and sells: a seat, a receipt, a warranty. It can be redeemed once, at the
/// door, by the merchant with the holder's consent; a redeemed ticket stays with its holder and no longer moves.
/// @dev Invariant 53. Errors of ERC-721 are those of ERC-6093.
interface ITicketToken {
    /// @notice Ticket `tokenId` was redeemed.
    event TicketRedeemed(uint256 indexed tokenId, address indexed holder);

    /// @notice A redeemed ticket does not move, and is not redeemed again.
    error TicketUsed(uint256 tokenId);

    /// @notice Issue a ticket to an account. The merchant only.
    /// @param uri Where what the ticket stands for is described, as ERC-721 metadata; "" for none.
    function issue(address to, uint256 tokenId, string calldata uri) external;

    /// @notice Redeem a ticket that its holder has approved the merchant for, or that the merchant's own holder redeems.
    /// @dev Errors: AccessControlUnauthorizedAccount, ERC721InsufficientApproval, TicketUsed.
    function redeem(uint256 tokenId) external;

    /// @notice Whether a ticket was redeemed.
    function isRedeemed(uint256 tokenId) external view returns (bool);

    /// @notice The role that issues and redeems.
    function MERCHANT_ROLE() external view returns (bytes32);

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
