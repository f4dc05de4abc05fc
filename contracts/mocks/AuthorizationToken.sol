// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {
    ERC20TransferAuthorization
} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20TransferAuthorization.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @dev A token that moves by signatures too, an account's or those a contract says yes to: OpenZeppelin's as it is.
contract AuthorizationToken is ERC20TransferAuthorization {
    constructor() ERC20("Test Token", "TEST") EIP712("Test Token", "1") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
