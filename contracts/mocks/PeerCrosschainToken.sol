// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Crosschain} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Crosschain.sol";

/// @dev OpenZeppelin's ERC-20 with the bridge inside: what our bridge token is measured against.
contract PeerCrosschainToken is ERC20Crosschain {
    constructor() ERC20("Peer Token", "PEER") CrosschainLinked(new Link[](0)) {}

    function link(address gateway, bytes calldata counterpart) external {
        _setLink(gateway, counterpart, false);
    }
}
