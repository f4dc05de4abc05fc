// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedToken} from "./SignedToken.sol";

/// @dev Reverts on a transfer of nothing (as LEND).
contract ZeroRevertingToken is SignedToken {
    error NothingToMove(address from, address to);

    function _update(address from, address to, uint256 value) internal override {
        if (value == 0) revert NothingToMove(from, to);
        super._update(from, to, value);
    }
}
