// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What a record says, the head aside.
struct Act {
    uint64 time;
    address actor;
    bytes32 kind;
    bytes payload;
}

function genesis(address trail) view returns (bytes32) {
    return keccak256(abi.encode(keccak256("AuditTrail(uint256 chainId,address contract)"), block.chainid, trail));
}

function fold(bytes32 head, uint256 index, Act memory act) pure returns (bytes32) {
    return keccak256(abi.encode(head, index, uint256(act.time), act.actor, act.kind, keccak256(act.payload)));
}
