// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {ProxiedToken} from "./ProxiedToken.sol";

/// @dev A proxied token that anyone may turn into another one: the ledger stays, the rules change.
contract UpgradeableToken is ProxiedToken {
    constructor(address implementation) ProxiedToken(implementation) {}

    function upgradeTo(address implementation) external {
        ERC1967Utils.upgradeToAndCall(implementation, "");
    }
}
