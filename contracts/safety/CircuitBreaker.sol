// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICircuitBreaker} from "../../interfaces/ICircuitBreaker.sol";
import {AuditTrail} from "./AuditTrail.sol";
import {Heartbeat} from "./Heartbeat.sol";

abstract contract CircuitBreaker is ICircuitBreaker, Heartbeat, AuditTrail {
    /// @inheritdoc ICircuitBreaker
    uint48 public constant MAX_PAUSE_SECONDS = 14 days;

    /// @inheritdoc ICircuitBreaker
    uint48 public constant COOL_DOWN_SECONDS = 7 days;

    /// @inheritdoc ICircuitBreaker
    uint48 public pausedUntil; // shares its slot with whatever small value the heir reads on every call

    /// @inheritdoc ICircuitBreaker
    function pause(uint48 durationSeconds) external {
        if (durationSeconds == 0 || durationSeconds > MAX_PAUSE_SECONDS) {
            revert InvalidPause(durationSeconds, MAX_PAUSE_SECONDS);
        }
        if (!_isGovernor(msg.sender)) {
            _requireGuardian();
            uint48 ready = pausedUntil == 0 ? 0 : pausedUntil + COOL_DOWN_SECONDS;
            if (block.timestamp < ready) revert CoolingDown(ready);
        }

        uint48 until = uint48(block.timestamp) + durationSeconds;
        pausedUntil = until;
        emit Paused(msg.sender, until);
        _record("pause", abi.encode(until));
    }

    /// @inheritdoc ICircuitBreaker
    function unpause() external {
        _checkGovernor();
        if (block.timestamp >= pausedUntil) revert NotPaused();

        pausedUntil = uint48(block.timestamp);
        emit Unpaused(msg.sender, pausedUntil);
        _record("unpause", abi.encode(pausedUntil));
    }

    /// @dev The longest pause, on proof that something is broken. The heir has checked the proof, uses each proof once,
    /// and must not revert afterwards, for that would undo the trip: it returns. While a pause runs nothing changes, so
    /// no series of trips extends one.
    function _trip(bytes32 proof) internal {
        if (block.timestamp < pausedUntil) return;

        pausedUntil = uint48(block.timestamp) + MAX_PAUSE_SECONDS;
        emit Tripped(proof, pausedUntil);
        _record("trip", abi.encode(proof, pausedUntil));
    }

    /// @dev Reverts unless the caller is the governor.
    function _checkGovernor() internal view virtual;

    function _isGovernor(address account) internal view virtual returns (bool);
}
