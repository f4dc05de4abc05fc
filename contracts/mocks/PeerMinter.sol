// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {BridgeERC7802} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC7802.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";

/// @dev OpenZeppelin's bridge that mints and burns a token of ERC-7802.
contract PeerMinter is BridgeERC7802 {
    constructor(IERC7802 asset) BridgeERC7802(asset) CrosschainLinked(new Link[](0)) {}

    function link(address gateway, bytes calldata counterpart) external {
        _setLink(gateway, counterpart, false);
    }
}
