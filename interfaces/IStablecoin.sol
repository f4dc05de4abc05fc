// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A stablecoin
/// @notice An ERC-20 of 6 decimals with permit (EIP-2612) and transfers by signed authorization (EIP-3009 with keyed
/// nonces: the upper 192 bits name a sequence, the lower 64 count in it; sequence 0 is that of the permits). What is
/// signed is signed for the domain that `eip712Domain()` answers: its version is "1", not that of this contract. An
/// authorization is used or cancelled: `authorizationState` is true after both, so it proves no payment. A master
/// minter gives minters allowances; blocked accounts neither send nor receive nor spend; a guardian pauses all
/// transfers for a bounded time, in which approvals, permits and cancellations go on.
/// @dev Invariants 46 to 52. Errors of ERC-20 are those of ERC-6093.
interface IStablecoin {
    /// @notice The minter may mint `allowance` base units from now on.
    event MinterConfigured(address indexed minter, uint256 allowance);

    /// @notice The account neither sends nor receives from now on.
    event AccountBlocked(address indexed account);

    /// @notice The account may send and receive again.
    event AccountUnblocked(address indexed account);

    /// @notice Tokens that had strayed to this contract were sent on.
    event TokenRescued(address indexed token, address indexed to, uint256 amount);

    /// @notice The minter may mint `limit` more.
    error MinterAllowanceExceeded(address minter, uint256 got, uint256 limit);

    /// @notice A blocked account may not use an allowance either.
    error BlockedSpender(address spender);

    /// @notice Set what a minter may mint from now on; 0 ends it. A minter who sees the change coming can use its old
    /// allowance first, so set 0 before another amount. The master minter only; on the audit trail.
    function configureMinter(address minter, uint256 allowance) external;

    /// @notice Mint to an account, out of the caller's allowance. On the audit trail.
    /// @dev Invariant 47. Errors: MinterAllowanceExceeded, ContractPaused, ERC7943CannotReceive, AmountTooLarge.
    function mint(address to, uint256 amount) external;

    /// @notice Burn the caller's own tokens: redemption.
    /// @dev Invariants 47 and 52. Errors: ContractPaused, ERC7943CannotSend, ERC20InsufficientBalance,
    /// ERC7943InsufficientUnfrozenBalance.
    function burn(uint256 amount) external;

    /// @notice Block an account. The blocklister only; on the audit trail.
    function blockAccount(address account) external;

    /// @notice Unblock an account. The blocklister only; on the audit trail.
    function unblockAccount(address account) external;

    /// @notice Send on tokens that strayed to this contract. The governor only; on the audit trail.
    function rescue(address token, address to, uint256 amount) external;

    /// @notice What a minter may still mint.
    function minterAllowance(address minter) external view returns (uint256);

    /// @notice Whether an account is blocked.
    function isBlocked(address account) external view returns (bool);

    /// @notice The role that configures minters.
    function MASTER_MINTER_ROLE() external view returns (bytes32);

    /// @notice The role that blocks and unblocks.
    function BLOCKLISTER_ROLE() external view returns (bytes32);
}
