// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Bridgeable} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC20Bridgeable.sol";

/// @dev OpenZeppelin's ERC-20 of ERC-7802, with one bridge that may mint and burn.
contract PeerBridgeableToken is ERC20Bridgeable {
    error NotTheBridge(address caller);

    address public bridge;

    constructor() ERC20("Peer Token", "PEER") {}

    function link(address bridge_) external {
        bridge = bridge_;
    }

    function _checkTokenBridge(address caller) internal view override {
        if (caller != bridge) revert NotTheBridge(caller);
    }
}
