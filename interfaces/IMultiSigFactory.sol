// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The maker of wallets
/// @notice Makes MultiSig wallets as minimal clones (ERC-1167) at addresses that CREATE2 fixes beforehand. What a
/// wallet begins with is part of its code, so it is set up by existing: nothing is left for anyone to initialise.
/// Anyone may create any wallet; its address binds owners, threshold, guardian and delay.
/// @dev Invariants 16, 17 and 19.
interface IMultiSigFactory {
    /// @notice A wallet was created.
    event WalletCreated(
        address indexed wallet,
        bytes32 indexed ownerSet,
        address indexed guardian,
        uint256 delaySeconds,
        uint256 threshold,
        address[] owners
    );

    /// @notice The threshold is 0 or above the number of owners.
    error InvalidThreshold(uint256 got, uint256 owners);

    /// @notice A wallet has one owner to MAX_OWNERS owners.
    error TooManyOwners(uint256 got, uint256 limit);

    /// @notice Owners are in ascending order, without zero and doubles: owner `index` is not above the one before it.
    error OwnerOutOfOrder(uint256 index, address owner);

    /// @notice The wallet cannot own itself.
    error SelfOwner(address owner);

    /// @notice Create a wallet. The delay, in seconds, is the least of its timelock.
    /// @dev Errors: InvalidThreshold, TooManyOwners, OwnerOutOfOrder, InvalidGuardian, DelayTooShort, DelayTooLong;
    /// FailedDeployment if that very wallet exists.
    function create(uint256 threshold, address[] calldata owners, address guardian, uint256 delaySeconds, bytes32 salt)
        external
        returns (address wallet);

    /// @notice Where `create` with these arguments puts the wallet, or has put it.
    function addressOf(
        uint256 threshold,
        address[] calldata owners,
        address guardian,
        uint256 delaySeconds,
        bytes32 salt
    ) external view returns (address wallet);

    /// @notice The contract that all wallets share the code of.
    function IMPLEMENTATION() external view returns (address);

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
