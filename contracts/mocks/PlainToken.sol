// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev OpenZeppelin's ERC-20 and nothing else, its supply with whoever deploys it: what gas is measured with.
contract PlainToken is ERC20 {
    constructor() ERC20("Plain Token", "PLAIN") {
        _mint(msg.sender, 1e30);
    }
}
