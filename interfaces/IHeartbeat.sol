// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A guardian who must show life
/// @notice A guardian's power lapses when it was not heard from for HEARTBEAT_SECONDS: a key that was lost and turns up
/// years later, in whatever hands, can do nothing. A wallet's first guardian is counted from its first sign of life on:
/// let it show one. Only the governor brings a lapsed guardian back, by appointing it
/// again. Everything a guardian does counts as a sign of life. Times are Unix seconds.
/// @dev Invariants 35 and 36.
interface IHeartbeat {
    /// @notice `guardian` was heard from; unless it is heard from again, its power lapses at the second `until`.
    event GuardianHeard(address indexed guardian, uint48 until);

    /// @notice The guardian was not heard from in time: its power lapsed at `until`.
    error GuardianLapsed(address guardian, uint48 until);

    /// @notice Show life. A guardian only, and only before its power lapses.
    /// @dev Errors: that of a caller who is no guardian, GuardianLapsed.
    function heartbeat() external;

    /// @notice When the power of a guardian lapses. 0: it was never heard from and not appointed after deployment, so
    /// its time has not begun to run.
    function heartbeatUntil(address guardian) external view returns (uint48);

    /// @notice How long a guardian may be silent, in seconds.
    function HEARTBEAT_SECONDS() external view returns (uint48);
}
