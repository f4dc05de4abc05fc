// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Who governs, who guards
/// @notice The governor is the default admin of OpenZeppelin's AccessControlDefaultAdminRules: a wallet that acts
/// through its timelock. It alone configures. Guardians can pause, and do nothing else. Every change of a role is on
/// the audit trail.
/// @dev Invariants 36 and 45.
interface IGoverned {
    /// @notice The governor's delay and grace period last `got` seconds, not less than the longest pause, `limit`: it
    /// could not answer a pause while it lasts.
    error GovernorTooSlow(address governor, uint256 got, uint256 limit);

    /// @notice The role that may pause and do nothing else.
    function GUARDIAN_ROLE() external view returns (bytes32);
}
