// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedToken} from "./SignedToken.sol";

/// @dev Refuses to move anything from or to an account on its list.
contract BlocklistToken is SignedToken {
    mapping(address account => bool) public blocked;

    error Blocked(address account);

    // `block` is what everyone calls it; nothing here reads the global of that name
    function block(address account) external {
        blocked[account] = true;
    }

    function unblock(address account) external {
        blocked[account] = false;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (blocked[from]) revert Blocked(from);
        if (blocked[to]) revert Blocked(to);
        super._update(from, to, value);
    }
}
