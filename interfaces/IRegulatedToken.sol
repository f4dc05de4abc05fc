// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What the project's regulated tokens share beyond ERC-20 and ERC-7943
/// @dev Invariants 46 to 52.
interface IRegulatedToken {
    /// @notice Amounts, balances and the supply fit 112 bits.
    error AmountTooLarge(uint256 got, uint256 limit);

    /// @notice The role that freezes and moves by force: the governor appoints it.
    function ENFORCER_ROLE() external view returns (bytes32);

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
