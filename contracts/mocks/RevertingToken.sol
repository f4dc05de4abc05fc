// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedToken} from "./SignedToken.sol";

/// @dev Every transfer reverts with an error of its own while it is told to.
contract RevertingToken is SignedToken {
    bool public reverting = true;

    error TransferRefused(address from, address to, uint256 value);

    function setReverting(bool reverting_) external {
        reverting = reverting_;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (reverting && from != address(0)) revert TransferRefused(from, to, value);
        super._update(from, to, value);
    }
}
