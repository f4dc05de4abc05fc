// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A pause that ends by itself
/// @notice A guardian can stop new money from coming in, for a bounded time, and then not again until a cool-down has
/// passed. A pause blocks entry, never exit. The governor ends or renews a pause at any time. A proof on chain that
/// something is broken trips the breaker: a pause of the longest duration, by nobody. Times are Unix seconds.
/// @dev Invariants 8, 9 and 34 to 38.
interface ICircuitBreaker {
    /// @notice Entry is blocked until the second `until`.
    event Paused(address indexed account, uint48 until);

    /// @notice The pause was ended early, at block time `at`.
    event Unpaused(address indexed account, uint48 at);

    /// @notice The breaker tripped on `proof`: entry is blocked until the second `until`.
    event Tripped(bytes32 indexed proof, uint48 until);

    /// @notice The contract takes nothing in until `until`.
    error ContractPaused(uint48 until);

    /// @notice A pause lasts from one second to `limit` seconds.
    error InvalidPause(uint48 got, uint48 limit);

    /// @notice The guardian may pause again at `until`.
    error CoolingDown(uint48 until);

    /// @notice There is no pause to end.
    error NotPaused();

    /// @notice Block entry for `durationSeconds` from now. The guardian may do so once no pause and no cool-down is
    /// running; the governor always, and so renews a pause.
    function pause(uint48 durationSeconds) external;

    /// @notice End the pause now. The governor only; the guardian's cool-down starts now.
    function unpause() external;

    /// @notice The second at which the last pause ended or will end; 0 before the first.
    function pausedUntil() external view returns (uint48);

    /// @notice The longest pause, in seconds.
    function MAX_PAUSE_SECONDS() external view returns (uint48);

    /// @notice The time after a pause in which the guardian cannot pause, in seconds.
    function COOL_DOWN_SECONDS() external view returns (uint48);
}
