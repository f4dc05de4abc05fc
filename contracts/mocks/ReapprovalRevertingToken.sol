// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @dev Approves nothing but 0 where something is approved already (as USDT, KNC).
contract ReapprovalRevertingToken is TestToken {
    error StillApproved(address owner, address spender, uint256 left);

    function approve(address spender, uint256 value) public override returns (bool) {
        uint256 left = allowance(msg.sender, spender);
        if (value != 0 && left != 0) revert StillApproved(msg.sender, spender, left);
        return super.approve(spender, value);
    }
}
