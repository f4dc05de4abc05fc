// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHeartbeat} from "../../interfaces/IHeartbeat.sol";

abstract contract Heartbeat is IHeartbeat {
    /// @inheritdoc IHeartbeat
    uint48 public constant HEARTBEAT_SECONDS = 180 days;

    /// @inheritdoc IHeartbeat
    mapping(address guardian => uint48 until) public heartbeatUntil;

    /// @inheritdoc IHeartbeat
    function heartbeat() external {
        _requireGuardian();
    }

    /// @dev The caller is a guardian whose power has not lapsed, and this is a sign of its life.
    function _requireGuardian() internal {
        _checkGuardian(msg.sender);
        uint48 until = heartbeatUntil[msg.sender];
        if (until != 0 && block.timestamp >= until) revert GuardianLapsed(msg.sender, until);

        _hear(msg.sender);
    }

    function _hear(address guardian) internal {
        uint48 until = uint48(block.timestamp) + HEARTBEAT_SECONDS;
        heartbeatUntil[guardian] = until;
        emit GuardianHeard(guardian, until);
    }

    /// @dev Reverts unless the account is a guardian.
    function _checkGuardian(address account) internal view virtual;
}
