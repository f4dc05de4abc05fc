// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";
import {ITicketToken} from "../../interfaces/ITicketToken.sol";
import {Governed} from "../safety/Governed.sol";

contract TicketToken is ITicketToken, ERC721URIStorage, Governed {
    /// @inheritdoc ITicketToken
    bytes32 public constant MERCHANT_ROLE = keccak256("MERCHANT_ROLE");

    /// @inheritdoc ITicketToken
    mapping(uint256 tokenId => bool redeemed) public isRedeemed;

    constructor(
        string memory name,
        string memory symbol,
        uint48 governorDelaySeconds,
        address governor,
        address guardian
    ) ERC721(name, symbol) Governed(governorDelaySeconds, governor, guardian) {}

    /// @inheritdoc ITicketToken
    function issue(address to, uint256 tokenId, string calldata uri) external onlyRole(MERCHANT_ROLE) {
        _mint(to, tokenId);
        if (bytes(uri).length != 0) _setTokenURI(tokenId, uri);
    }

    /// @inheritdoc ITicketToken
    function redeem(uint256 tokenId) external onlyRole(MERCHANT_ROLE) {
        address holder = _requireOwned(tokenId);
        _checkAuthorized(holder, msg.sender, tokenId);
        if (isRedeemed[tokenId]) revert TicketUsed(tokenId);

        isRedeemed[tokenId] = true;
        emit TicketRedeemed(tokenId, holder);
    }

    /// @inheritdoc ITicketToken
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    function supportsInterface(bytes4 interfaceId)
        public
        view
        override(ERC721URIStorage, AccessControlDefaultAdminRules)
        returns (bool)
    {
        return super.supportsInterface(interfaceId);
    }

    function _update(address to, uint256 tokenId, address auth) internal override returns (address) {
        if (block.timestamp < pausedUntil) revert ContractPaused(pausedUntil);
        if (isRedeemed[tokenId]) revert TicketUsed(tokenId);
        return super._update(to, tokenId, auth);
    }
}
