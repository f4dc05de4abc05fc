// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A central bank's digital currency
/// @notice An ERC-20 of 2 decimals that only registered accounts hold, each in a tier with a holding limit. The central
/// bank issues and redeems; intermediaries register their customers in the tiers that the bank allows them. Tier 0 is
/// not registered.
/// @dev Invariants 46 to 52. Errors of ERC-20 are those of ERC-6093.
interface ICentralBankToken {
    /// @notice The account is in this tier from now on; `registrar` put it there.
    event AccountRegistered(address indexed account, uint8 tier, address indexed registrar);

    /// @notice The intermediary `registrar`, or any if it is zero, may register the account from now on.
    event AccountEntrusted(address indexed account, address indexed registrar);

    /// @notice An account of this tier holds at most `limit` base units from now on.
    event HoldingLimitChanged(uint8 tier, uint256 limit);

    /// @notice There are tiers 1 to 3; 0 takes an account out of the register.
    error UnknownTier(uint8 tier);

    /// @notice An intermediary registers its customers in tiers 1 and 2; the bank alone in tier 3, and out of it.
    error NotIntermediarysTier(address intermediary, uint8 tier);

    /// @notice The account is the customer of another intermediary, or the bank's: only `registrar` or the bank changes
    /// it.
    error NotRegistrar(address account, address got, address registrar);

    /// @notice A holding limit fits 56 bits.
    error LimitTooLarge(uint256 got, uint256 limit);

    /// @notice Issue money to an account. The central bank only; on the audit trail.
    /// @dev Invariant 47. Errors: AccessControlUnauthorizedAccount, ContractPaused, ERC7943CannotReceive,
    /// ERC7943CannotTransfer above the holding limit, AmountTooLarge.
    function issue(address to, uint256 amount) external;

    /// @notice Redeem money of an account that has approved the bank for it. The central bank only; on the audit trail.
    /// Works during a pause and for an account out of the register, never below what is frozen.
    /// @dev Invariants 47 and 52. Errors: AccessControlUnauthorizedAccount, ERC20InsufficientAllowance,
    /// ERC20InsufficientBalance, ERC7943InsufficientUnfrozenBalance.
    function redeem(address from, uint256 amount) external;

    /// @notice Put an account in a tier, or with 0 out of the register. What it holds stays. The bank, or an
    /// intermediary its own customers and those who are nobody's; on the audit trail. Whom the bank has registered, or
    /// taken out of the register, only the bank changes.
    /// @dev Errors: UnknownTier, AccessControlUnauthorizedAccount, NotIntermediarysTier, NotRegistrar.
    function register(address account, uint8 tier) external;

    /// @notice Name who may register the account from now on: another intermediary, or any, if zero. Its tier stays.
    /// The central bank only; on the audit trail.
    /// @dev Errors: AccessControlUnauthorizedAccount.
    function entrust(address account, address registrar) external;

    /// @notice Whose customer an account is: who registered it, or was entrusted with it; zero if nobody.
    function registrarOf(address account) external view returns (address);

    /// @notice Set the holding limit of a tier. The governor only; on the audit trail.
    /// @dev Errors: AccessControlUnauthorizedAccount, UnknownTier, LimitTooLarge.
    function setHoldingLimit(uint8 tier, uint256 limit) external;

    /// @notice The tier of an account; 0 if it is not registered.
    function tierOf(address account) external view returns (uint8);

    /// @notice The holding limit of a tier, in base units.
    function holdingLimit(uint8 tier) external view returns (uint256);

    /// @notice The role of the central bank.
    function BANK_ROLE() external view returns (bytes32);

    /// @notice The role of an intermediary.
    function INTERMEDIARY_ROLE() external view returns (bytes32);
}
