// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SignedToken} from "./SignedToken.sol";

/// @dev Refuses an approval of 2^96 and more, one without limit included.
contract LargeApprovalRevertingToken is SignedToken {
    error ApprovalTooLarge(uint256 value);

    function approve(address spender, uint256 value) public override(ERC20, IERC20) returns (bool) {
        if (value > type(uint96).max) revert ApprovalTooLarge(value);
        return super.approve(spender, value);
    }
}
