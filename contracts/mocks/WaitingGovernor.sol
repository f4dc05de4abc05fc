// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A governor that says of itself how long it waits; it does nothing else.
contract WaitingGovernor {
    uint256 public immutable getMinDelay;
    uint256 public immutable GRACE_SECONDS;

    constructor(uint256 minDelay, uint256 graceSeconds) {
        (getMinDelay, GRACE_SECONDS) = (minDelay, graceSeconds);
    }
}
