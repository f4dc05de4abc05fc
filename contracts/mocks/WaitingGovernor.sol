// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Says of itself that it waits as long as it was told, as a wallet with another floor and ceiling would.
contract WaitingGovernor {
    uint256 public constant GRACE_SECONDS = 7 days;

    uint256 public immutable getMinDelay;

    constructor(uint256 minDelay) {
        getMinDelay = minDelay;
    }
}
