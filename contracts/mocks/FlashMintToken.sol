// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20FlashMint} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20FlashMint.sol";
import {SignedToken} from "./SignedToken.sol";

/// @dev Lends anyone as much of itself as there are numbers, for the length of a call: OpenZeppelin's as it is.
contract FlashMintToken is SignedToken, ERC20FlashMint {}
