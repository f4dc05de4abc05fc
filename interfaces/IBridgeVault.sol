// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInbox} from "./IInbox.sol";
import {IOutbox} from "./IOutbox.sol";

/// @title Lock here, release here
/// @notice The vault of one route: one asset of this chain, native coin or ERC-20, one BridgeToken of another. What is
/// locked here is minted there, what is burned there is released here. The vault of each route is its own contract, so
/// no route's loss touches another's collateral. `lock` records what arrived, in the route's units: `unit` base units
/// of the asset are one of them. A fraction of a unit is refused.
/// @dev Invariants 55 to 65. Errors and events of IOutbox and IInbox.
interface IBridgeVault is IInbox, IOutbox {
    /// @notice Record `nonce`: `amount` units are minted to `to` on the other chain. `acc` closes over it.
    event Locked(uint256 indexed nonce, address indexed from, address indexed to, uint256 amount, bytes32 acc);

    /// @notice The route is open to a contract of another chain.
    event RouteListed(bytes32 indexed route, uint256 chainId, address bridgeToken);

    /// @notice Nothing is locked any more; what was locked comes back as before.
    event RouteUnlisted(bytes32 indexed route);

    /// @notice `amount` is not a whole number of units.
    error Dust(uint256 amount, uint256 unit);

    /// @notice Native coin must come with exactly the amount, tokens with none.
    error WrongValue(uint256 got, uint256 expected);

    /// @notice Nothing leaves: the governor has not listed this route, or has unlisted it.
    error NotListed();

    /// @notice The vault belongs to another contract already.
    error AlreadyListed(bytes32 route);

    /// @notice The declared decimals of the token are not its own, or fewer than the route's.
    error WrongDecimals(uint256 got, uint256 expected);

    /// @notice What the vault holds covers what it owes.
    error Solvent(uint256 held, uint256 owed);

    /// @notice More would come back than was ever locked, whoever signed it.
    error MoreThanLocked(uint256 got, uint256 limit);

    /// @notice Only the vault itself calls this.
    error NotItself(address caller);

    /// @notice Lock `amount` base units for `to` on the other chain. What counts is what arrives.
    function lock(address to, uint256 amount) external payable returns (uint64 nonce);

    /// @notice Release what was burned on the other chain, up to a checkpoint: `records` are the records between
    /// what has arrived and its count.
    function release(Checkpoint calldata checkpoint, bytes calldata records, Attestation calldata attestation) external;

    /// @notice The same up to a point that `split` proved.
    function releasePoint(Point calldata point, bytes calldata records) external;

    /// @notice Send `amount` base units to `to`, and say whether they went. The vault itself only: it calls this, so
    /// that what a token did is undone if it answers neither true nor nothing.
    function push(address to, uint256 amount) external returns (bool);

    /// @notice Open the route to its contract on another chain, once and for good, or again after it was unlisted. The
    /// governor only.
    function list(uint256 chainId, address bridgeToken) external;

    /// @notice Lock nothing more. The governor only.
    function unlist() external;

    /// @notice Prove that the vault holds less than it owes: it is paused.
    function proveInsolvency() external;

    /// @notice What the vault holds, and what it owes to those who locked, in base units.
    function solvency() external view returns (uint256 held, uint256 owed);

    /// @notice The asset: an ERC-20, or the zero address for native coin.
    function token() external view returns (address);

    /// @notice How many base units of the asset are one unit of the route: a power of ten.
    function unit() external view returns (uint256);

    /// @notice Whether `lock` is open.
    function isListed() external view returns (bool);

    /// @notice The version of this contract (semantic versioning).
    function version() external pure returns (string memory);
}
