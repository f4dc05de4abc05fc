// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A token of BNB Chain
/// @notice BEP-20 is ERC-20 with name, symbol, decimals (18) and `getOwner`. The governor mints, a guardian pauses all
/// transfers for a bounded time.
/// @dev Invariants 46 to 50. Source: BEP-20. Errors of ERC-20 are those of ERC-6093.
interface IBep20Token {
    /// @notice Mint to an account. The governor only; on the audit trail.
    function mint(address to, uint256 amount) external;

    /// @notice Burn the caller's own tokens.
    function burn(uint256 amount) external;

    /// @notice Who owns the token: the governor. BEP-20's extension over ERC-20.
    function getOwner() external view returns (address);

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
