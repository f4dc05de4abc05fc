// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor} from "./Actor.sol";

/// @dev Calls `target` with `data` once, when its heir springs the trap, and remembers what came of it.
abstract contract Reentrant is Actor {
    address public target; // slot 0: 20 + 1 + 1 = 22 bytes
    bool public called;
    bool public succeeded;
    bytes public data;
    bytes public returned;

    function arm(address target_, bytes calldata data_) external {
        (target, data, called, succeeded, returned) = (target_, data_, false, false, "");
    }

    function _spring() internal {
        if (target == address(0)) return;
        address victim = target;
        target = address(0);
        called = true;
        (succeeded, returned) = victim.call(data);
    }
}
