// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {BridgeERC20} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @dev OpenZeppelin's bridge that takes an ERC-20 into custody: what our vault is measured against.
contract PeerVault is BridgeERC20 {
    constructor(IERC20 asset) BridgeERC20(asset) CrosschainLinked(new Link[](0)) {}

    function link(address gateway, bytes calldata counterpart) external {
        _setLink(gateway, counterpart, false);
    }
}
