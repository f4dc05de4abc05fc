// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ERC1155Supply} from "@openzeppelin/contracts/token/ERC1155/extensions/ERC1155Supply.sol";
import {IVoucherToken} from "../../interfaces/IVoucherToken.sol";
import {Governed} from "../safety/Governed.sol";

contract VoucherToken is IVoucherToken, ERC1155Supply, Governed {
    /// @inheritdoc IVoucherToken
    bytes32 public constant MERCHANT_ROLE = keccak256("MERCHANT_ROLE");

    constructor(string memory uri, uint48 governorDelaySeconds, address governor, address guardian)
        ERC1155(uri)
        Governed(governorDelaySeconds, governor, guardian)
    {}

    /// @inheritdoc IVoucherToken
    function issue(address to, uint256 id, uint256 amount) external onlyRole(MERCHANT_ROLE) {
        if (amount == 0) revert ZeroAmount();

        _mint(to, id, amount, "");
    }

    /// @inheritdoc IVoucherToken
    function redeem(uint256 id, uint256 amount) external {
        if (amount == 0) revert ZeroAmount();

        emit VoucherRedeemed(msg.sender, id, amount);
        _burn(msg.sender, id, amount);
    }

    /// @inheritdoc IVoucherToken
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    function supportsInterface(bytes4 interfaceId)
        public
        view
        override(ERC1155, AccessControlDefaultAdminRules)
        returns (bool)
    {
        return super.supportsInterface(interfaceId);
    }

    /// @dev To the zero address goes what its holder redeems: an exit, which no pause blocks.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        if (to != address(0) && block.timestamp < pausedUntil) revert ContractPaused(pausedUntil);
        super._update(from, to, ids, values);
    }
}
