// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Forces the value of the call on `target`, which cannot refuse what a selfdestruct sends.
contract Forcer {
    function force(address payable target) external payable {
        selfdestruct(target);
    }
}
