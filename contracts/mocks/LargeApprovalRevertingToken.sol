// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @dev Refuses an approval of 2^96 and more, one without limit included.
contract LargeApprovalRevertingToken is TestToken {
    error ApprovalTooLarge(uint256 value);

    function approve(address spender, uint256 value) public override returns (bool) {
        if (value > type(uint96).max) revert ApprovalTooLarge(value);
        return super.approve(spender, value);
    }
}
