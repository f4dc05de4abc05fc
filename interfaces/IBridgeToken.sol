// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInbox} from "./IInbox.sol";
import {IOutbox} from "./IOutbox.sol";

/// @title Deliver here, burn here
/// @notice The ERC-20 that stands, one to one, for what a BridgeVault of another chain has locked; its decimals are the
/// route's. `deliver` mints what was locked there, `burn` gives it up so that it is released there. There is no other
/// way to mint: the supply is what arrived, less what waits, less what was burned. Permit (EIP-2612) included.
/// @dev Invariants 55 to 65. Errors and events of IOutbox and IInbox; those of ERC-20 are ERC-6093's.
interface IBridgeToken is IInbox, IOutbox {
    /// @notice Record `nonce`: `amount` is released to `to` on the other chain. `acc` closes over it.
    event Burned(uint256 indexed nonce, address indexed from, address indexed to, uint256 amount, bytes32 acc);

    /// @notice Mint what was locked on the other chain, up to a checkpoint: `records` are the records between what
    /// has arrived and its count.
    function deliver(Checkpoint calldata checkpoint, bytes calldata records, Attestation calldata attestation) external;

    /// @notice The same up to a point that `split` proved.
    function deliverPoint(Point calldata point, bytes calldata records) external;

    /// @notice Burn `amount` of the caller's, so that it is released to `to` on the other chain.
    function burn(address to, uint256 amount) external returns (uint64 nonce);

    /// @notice The version of this contract (semantic versioning).
    function version() external pure returns (string memory);
}
