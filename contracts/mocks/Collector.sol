// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {Reentrant} from "./Reentrant.sol";

/// @dev A contract that signs everything (ERC-1271) and takes coin, tickets and vouchers. Once armed it calls back when
/// it next receives any of them; it remembers what it held of each in the hook, and may pass them on there.
contract Collector is Reentrant, ERC721Holder, ERC1155Holder {
    address public heir;
    uint256[] private _heldInHook;

    receive() external payable {
        _spring();
    }

    function passOn(address heir_) external {
        heir = heir_;
    }

    function heldInHook() external view returns (uint256[] memory) {
        return _heldInHook;
    }

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }

    function onERC721Received(address operator, address from, uint256 id, bytes memory data_)
        public
        override
        returns (bytes4)
    {
        delete _heldInHook;
        _heldInHook.push(IERC721(msg.sender).ownerOf(id) == address(this) ? 1 : 0);
        _spring();
        if (heir != address(0)) IERC721(msg.sender).transferFrom(address(this), heir, id);
        return super.onERC721Received(operator, from, id, data_);
    }

    function onERC1155Received(address operator, address from, uint256 id, uint256 amount, bytes memory data_)
        public
        override
        returns (bytes4)
    {
        delete _heldInHook;
        _heldInHook.push(IERC1155(msg.sender).balanceOf(address(this), id));
        _spring();
        if (heir != address(0)) IERC1155(msg.sender).safeTransferFrom(address(this), heir, id, amount, "");
        return super.onERC1155Received(operator, from, id, amount, data_);
    }

    function onERC1155BatchReceived(
        address operator,
        address from,
        uint256[] memory ids,
        uint256[] memory amounts,
        bytes memory data_
    ) public override returns (bytes4) {
        delete _heldInHook;
        for (uint256 i = 0; i < ids.length; ++i) {
            _heldInHook.push(IERC1155(msg.sender).balanceOf(address(this), ids[i]));
        }
        _spring();
        return super.onERC1155BatchReceived(operator, from, ids, amounts, data_);
    }
}
