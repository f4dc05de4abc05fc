// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC1363} from "@openzeppelin/contracts/token/ERC20/extensions/ERC1363.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

/// @dev A token that its holders move by signatures, as FiatToken 2: EIP-2612, and EIP-3009 with random nonces and
/// signatures as v, r and s alone. And one that calls whom its holders approve (ERC-1363). OpenZeppelin's as it is.
contract SignedToken is ERC20Permit, ERC3009, ERC1363 {
    constructor() ERC20("Signed Token", "SIGN") ERC20Permit("Signed Token") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
