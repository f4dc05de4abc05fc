// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Reentrant} from "./Reentrant.sol";
import {SignedToken} from "./SignedToken.sol";

/// @dev Once armed, calls back inside its next transfer or transferFrom, before anything moves.
contract ReentrantToken is SignedToken, Reentrant {
    function transfer(address to, uint256 value) public override(ERC20, IERC20) returns (bool) {
        _spring();
        return super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override(ERC20, IERC20) returns (bool) {
        _spring();
        return super.transferFrom(from, to, value);
    }
}
