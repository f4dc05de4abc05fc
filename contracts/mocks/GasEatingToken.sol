// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SignedToken} from "./SignedToken.sol";

/// @dev Burns all the gas it gets in a transfer while it is told to.
contract GasEatingToken is SignedToken {
    bool public eating;

    function setEating(bool eating_) external {
        eating = eating_;
    }

    function transfer(address to, uint256 value) public override(ERC20, IERC20) returns (bool) {
        if (eating) {
            assembly {
                invalid()
            }
        }
        return super.transfer(to, value);
    }
}
