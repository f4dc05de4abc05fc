// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {IGoverned} from "../../interfaces/IGoverned.sol";
import {ITimelock} from "../../interfaces/ITimelock.sol";
import {CircuitBreaker} from "./CircuitBreaker.sol";

abstract contract Governed is IGoverned, AccessControlDefaultAdminRules, CircuitBreaker {
    /// @inheritdoc IGoverned
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    constructor(uint48 governorDelaySeconds, address governor, address guardian)
        AccessControlDefaultAdminRules(governorDelaySeconds, governor)
    {
        _requireActsWithinPause(governor);

        _grantRole(GUARDIAN_ROLE, guardian);
    }

    /// @dev A guardian begins to live when it is appointed, and again when it is appointed again.
    function _grantRole(bytes32 role, address account) internal override returns (bool granted) {
        granted = super._grantRole(role, account);
        if (granted || role == GUARDIAN_ROLE) _record("grantRole", abi.encode(role, account));
        if (role == GUARDIAN_ROLE) _hear(account);
    }

    function _revokeRole(bytes32 role, address account) internal override returns (bool revoked) {
        revoked = super._revokeRole(role, account);
        if (revoked) _record("revokeRole", abi.encode(role, account));
    }

    function _beginDefaultAdminTransfer(address newAdmin) internal override {
        super._beginDefaultAdminTransfer(newAdmin);
        _record("beginDefaultAdminTransfer", abi.encode(newAdmin));
    }

    function _cancelDefaultAdminTransfer() internal override {
        super._cancelDefaultAdminTransfer();
        _record("cancelDefaultAdminTransfer", "");
    }

    function _changeDefaultAdminDelay(uint48 newDelay) internal override {
        super._changeDefaultAdminDelay(newDelay);
        _record("changeDefaultAdminDelay", abi.encode(newDelay));
    }

    function _rollbackDefaultAdminDelay() internal override {
        super._rollbackDefaultAdminDelay();
        _record("rollbackDefaultAdminDelay", "");
    }

    function _checkGovernor() internal view override {
        _checkRole(DEFAULT_ADMIN_ROLE);
    }

    function _checkGuardian(address account) internal view override {
        _checkRole(GUARDIAN_ROLE, account);
    }

    function _isGovernor(address account) internal view override returns (bool) {
        return account == defaultAdmin();
    }

    /// @dev A governor behind a delay must be able to answer a pause while it lasts. One without code, an account of a
    /// test, has no delay.
    function _requireActsWithinPause(address governor) private view {
        if (governor.code.length == 0) return;
        uint256 waitSeconds = ITimelock(governor).getMinDelay() + ITimelock(governor).GRACE_SECONDS();
        if (waitSeconds >= MAX_PAUSE_SECONDS) revert GovernorTooSlow(governor, waitSeconds, MAX_PAUSE_SECONDS);
    }
}
