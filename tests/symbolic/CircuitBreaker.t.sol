// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitBreaker} from "../../contracts/safety/CircuitBreaker.sol";
import {vm} from "./Vm.sol";

/// @custom:bounds Block times below 2^47, the trail's length below its last. Any pause, heartbeat and trail before.
contract CircuitBreakerProofs is CircuitBreaker {
    address private constant GOVERNOR = address(0x60);
    address private constant GUARDIAN = address(0x6a);

    /// @notice A guardian's pause ends within the longest; one that is refused changes nothing.
    function check_i35_a_guardians_pause_is_bounded(uint48 time, uint48 until, uint48 heard, uint48 duration) external {
        bool done = _pausedByGuardian(time, until, heard, duration);

        assert(pausedUntil == (done ? time + duration : until));
        assert(!done || (duration > 0 && duration <= MAX_PAUSE_SECONDS));
    }

    /// @notice A guardian's pause begins only after the cool-down of the last.
    function check_i35_a_guardian_waits_for_the_cool_down(uint48 time, uint48 until, uint48 heard, uint48 duration)
        external
    {
        bool done = _pausedByGuardian(time, until, heard, duration);

        assert(!done || until == 0 || time >= until + COOL_DOWN_SECONDS);
    }

    /// @notice The governor's pause is bounded as well, whatever ran before.
    function check_i35_the_governors_pause_is_bounded(uint48 time, uint48 until, uint48 duration) external {
        _given(time, until, 0);
        vm.prank(GOVERNOR);
        (bool done,) = address(this).call(abi.encodeCall(this.pause, (duration)));

        assert(done == (duration > 0 && duration <= MAX_PAUSE_SECONDS));
        assert(pausedUntil == (done ? time + duration : until));
    }

    /// @notice Nobody but guardian and governor moves the pause by `pause`, nobody but the governor by `unpause`, and
    /// showing life does not move it.
    function check_i34_nobody_else_moves_the_pause(
        uint48 time,
        uint48 until,
        uint48 heard,
        uint48 duration,
        address who
    ) external {
        vm.assume(who != GOVERNOR && who != address(this));
        _given(time, until, heard);
        vm.prank(who);
        (bool ended,) = address(this).call(abi.encodeCall(this.unpause, ()));
        assert(!ended && pausedUntil == until);
        vm.prank(who);
        (bool heartbeat_,) = address(this).call(abi.encodeCall(this.heartbeat, ()));
        assert(pausedUntil == until && (who == GUARDIAN || !heartbeat_));
        if (who == GUARDIAN) return;
        vm.prank(who);
        (bool paused,) = address(this).call(abi.encodeCall(this.pause, (duration)));
        assert(!paused && pausedUntil == until);
    }

    /// @notice A trip is the longest pause from now on, or nothing while a pause runs; it does not revert.
    function check_i37_a_trip_holds(uint48 time, uint48 until, bytes32 proof) external {
        _given(time, until, 0);
        _trip(proof);

        assert(pausedUntil == (time < until ? until : time + MAX_PAUSE_SECONDS));
    }

    function _pausedByGuardian(uint48 time, uint48 until, uint48 heard, uint48 duration) private returns (bool done) {
        _given(time, until, heard);
        vm.prank(GUARDIAN);
        (done,) = address(this).call(abi.encodeCall(this.pause, (duration)));
    }

    function _given(uint48 time, uint48 until, uint48 heard) private {
        vm.assume(time < 2 ** 47 && until < 2 ** 47);
        vm.warp(time);
        pausedUntil = until;
        heartbeatUntil[GUARDIAN] = heard;
    }

    function _checkGovernor() internal view override {
        require(msg.sender == GOVERNOR);
    }

    function _checkGuardian(address account) internal pure override {
        require(account == GUARDIAN);
    }

    function _isGovernor(address account) internal pure override returns (bool) {
        return account == GOVERNOR;
    }
}
