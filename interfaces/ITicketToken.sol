// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Tickets: each one unique
/// @notice An ERC-721 that a merchant issues and sells: a seat, a receipt, a warranty. It can be redeemed once, at the
/// door, by the merchant with the holder's consent; a redeemed ticket stays with its holder and no longer moves, so
/// nobody buys a used one. A pause blocks issue and transfers, not redemption. Tickets are never burned.
/// @dev Invariant 53. Errors of ERC-721 are those of ERC-6093.
interface ITicketToken {
    /// @notice Ticket `tokenId` was redeemed.
    event TicketRedeemed(uint256 indexed tokenId, address indexed holder);

    /// @notice A redeemed ticket does not move, and is not redeemed again.
    error TicketUsed(uint256 tokenId);

    /// @notice Issue a ticket to an account. The merchant only. A contract is not asked whether it takes tickets.
    /// @param uri Where what the ticket stands for is described, as ERC-721 metadata; "" for none.
    /// @dev Errors: AccessControlUnauthorizedAccount, ContractPaused, ERC721InvalidReceiver, ERC721InvalidSender for an
    /// id that is issued already.
    function issue(address to, uint256 tokenId, string calldata uri) external;

    /// @notice Redeem a ticket. The merchant only, whom the holder has approved, or who holds it itself. An approval of
    /// one ticket ends when it changes hands.
    /// @dev Errors: AccessControlUnauthorizedAccount, ERC721NonexistentToken, ERC721InsufficientApproval, TicketUsed.
    function redeem(uint256 tokenId) external;

    /// @notice Whether a ticket was redeemed.
    function isRedeemed(uint256 tokenId) external view returns (bool);

    /// @notice The role that issues and redeems.
    function MERCHANT_ROLE() external view returns (bytes32);

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
