// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SignedToken} from "./SignedToken.sol";

/// @dev Approves nothing but 0 where something is approved already (as USDT, KNC).
contract ReapprovalRevertingToken is SignedToken {
    error StillApproved(address owner, address spender, uint256 left);

    function approve(address spender, uint256 value) public override(ERC20, IERC20) returns (bool) {
        uint256 left = allowance(msg.sender, spender);
        if (value != 0 && left != 0) revert StillApproved(msg.sender, spender, left);
        return super.approve(spender, value);
    }
}
