// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {ICircuitBreaker} from "../../interfaces/ICircuitBreaker.sol";

abstract contract CircuitBreaker is ICircuitBreaker, AccessControlDefaultAdminRules {
    /// @inheritdoc ICircuitBreaker
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    /// @inheritdoc ICircuitBreaker
    uint48 public constant MAX_PAUSE_SECONDS = 14 days;

    /// @inheritdoc ICircuitBreaker
    uint48 public constant COOL_DOWN_SECONDS = 7 days;

    /// @inheritdoc ICircuitBreaker
    uint48 public pausedUntil; // shares its slot with whatever small value the heir reads on every call

    constructor(uint48 governorDelaySeconds, address governor, address guardian)
        AccessControlDefaultAdminRules(governorDelaySeconds, governor)
    {
        _grantRole(GUARDIAN_ROLE, guardian);
    }

    /// @inheritdoc ICircuitBreaker
    function pause(uint48 durationSeconds) external {
        if (durationSeconds == 0 || durationSeconds > MAX_PAUSE_SECONDS) {
            revert InvalidPause(durationSeconds, MAX_PAUSE_SECONDS);
        }
        if (msg.sender != defaultAdmin()) {
            _checkRole(GUARDIAN_ROLE);
            uint48 ready = pausedUntil == 0 ? 0 : pausedUntil + COOL_DOWN_SECONDS;
            if (block.timestamp < ready) revert CoolingDown(ready);
        }

        pausedUntil = uint48(block.timestamp) + durationSeconds;
        emit Paused(msg.sender, pausedUntil);
    }

    /// @inheritdoc ICircuitBreaker
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (block.timestamp >= pausedUntil) revert NotPaused();

        pausedUntil = uint48(block.timestamp);
        emit Unpaused(msg.sender, pausedUntil);
    }
}
