// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What leaves for the other chain
/// @notice Every transfer that leaves is record number `nonce`, from 0 on. A contract keeps no list of them: it keeps
/// how many there were (`count`), the sum of their amounts (`cumulative`) and one hash that closes over all (`acc`):
///
/// acc of no records = route = keccak256(abi.encode(version, chain, contract, token, chain, contract, token))
/// acc' = keccak256(abi.encode(acc, nonce, from, to, amount))
///
/// with source before destination in a route, `version` the uint256 1, and everything else a word each. An attestor
/// reads the three values by a storage proof and needs no log; who knows the records proves them by folding. Amounts
/// are in the route's units, those of the token on the chain where it is minted.
/// @dev Invariants 55, 56 and 57. `count` and `cumulative` share a slot, `acc` has the one before it: attestors read
/// both, so their places are part of the interface (`offchain/core/checkpoint.py`, held by a test).
interface IOutbox {
    /// @notice What came back, or goes back, to `to` instead of what was record `queuedNonce` of the other direction.
    event Returned(
        uint256 indexed nonce,
        address indexed from,
        address indexed to,
        uint256 amount,
        bytes32 acc,
        uint256 queuedNonce
    );

    /// @notice A record of no amount would prove nothing.
    error ZeroAmount();

    /// @notice A record needs a recipient on the other chain.
    error ZeroRecipient();

    /// @notice A record has at most `limit` units, 2^96 - 1.
    error AmountTooLarge(uint256 got, uint256 limit);

    /// @notice The other chain cannot be this one, its contract cannot be zero.
    error InvalidPeer(uint256 chainId, address peer);

    /// @notice How many records there are, the sum of their amounts, and the hash that closes over them.
    function outbox() external view returns (uint64 count, uint128 cumulative, bytes32 acc);

    /// @notice The route of what leaves; zero as long as it has none.
    function outboundRoute() external view returns (bytes32);
}
