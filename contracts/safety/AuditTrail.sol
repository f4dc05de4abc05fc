// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAuditTrail} from "../../interfaces/IAuditTrail.sol";

abstract contract AuditTrail is IAuditTrail {
    bytes32 private constant GENESIS_TYPEHASH = keccak256("AuditTrail(uint256 chainId,address contract)");

    bytes32 private _head; // whole: a shorter one would bring forged pairs of records into reach

    /// @inheritdoc IAuditTrail
    uint32 public auditLength; // last, so that it shares the slot of the heir's small values after it

    /// @inheritdoc IAuditTrail
    function auditHead() public view returns (bytes32) {
        // worked out and not stored, so that a clone, which has no constructor, begins its own chain too
        if (auditLength == 0) return keccak256(abi.encode(GENESIS_TYPEHASH, block.chainid, address(this)));
        return _head;
    }

    /// @dev Exactly once in each privileged act, after its checks. The actor is the caller, never a parameter.
    function _record(bytes32 kind, bytes memory payload) internal {
        uint256 index = auditLength;
        bytes32 head = keccak256(abi.encode(auditHead(), index, block.timestamp, msg.sender, kind, keccak256(payload)));

        ++auditLength; // checked: after 2^32 records, which would take years of nothing else, there is no further act
        _head = head;
        emit ActRecorded(index, msg.sender, kind, block.timestamp, payload, head);
    }
}
