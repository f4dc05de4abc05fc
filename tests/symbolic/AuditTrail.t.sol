// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuditTrail} from "../../contracts/safety/AuditTrail.sol";
import {Act, fold, genesis} from "./Fold.sol";
import {vm} from "./Vm.sol";

/// @custom:bounds Payloads of 0, 33 or 96 bytes. keccak256 without collisions. That the event says the same is
/// left to the stateful test.
/// @custom:halmos --default-bytes-lengths 0,33,96
contract AuditTrailProofs is AuditTrail {
    uint256 private constant HEAD_SLOT = 0;

    /// @notice A trail without records has the head of its chain and contract, on any chain.
    function check_i44_a_trail_begins_at_its_genesis(uint64 chainId) external {
        vm.chainId(chainId);

        assert(auditLength == 0);
        assert(auditHead() == genesis(address(this)));
    }

    /// @notice Whatever the head and the number of records: one more record folds itself onto that head.
    function check_i44_any_record_is_folded_onto_any_head(bytes32 head, uint32 length, Act memory act) external {
        vm.assume(length > 0 && length < type(uint32).max);
        _given(head, length);
        assert(auditHead() == head);
        _do(act);

        assert(auditHead() == fold(head, length, act));
        assert(auditLength == length + 1);
    }

    /// @notice The head after one, two and three records is their fold from the genesis.
    function check_i44_the_head_of_three_records_is_their_fold(Act memory first, Act memory second, Act memory third)
        external
    {
        bytes32 head = genesis(address(this));
        _do(first);
        head = fold(head, 0, first);
        assert(auditHead() == head);
        _do(second);
        head = fold(head, 1, second);
        assert(auditHead() == head);
        _do(third);
        assert(auditHead() == fold(head, 2, third));
        assert(auditLength == 3);
    }

    /// @notice A log that differs in any record, or begins elsewhere, has another head.
    function check_i44_another_log_has_another_head(
        bytes32 head,
        bytes32 other,
        uint32 length,
        Act memory act,
        Act memory edited
    ) external pure {
        if (fold(head, length, act) != fold(other, length, edited)) return;

        assert(head == other);
        assert(act.time == edited.time && act.actor == edited.actor && act.kind == edited.kind);
        assert(keccak256(act.payload) == keccak256(edited.payload));
    }

    function record(bytes32 kind, bytes calldata payload) external {
        _record(kind, payload);
    }

    function _do(Act memory act) private {
        vm.warp(act.time);
        vm.prank(act.actor);
        this.record(act.kind, act.payload);
    }

    function _given(bytes32 head, uint32 length) private {
        auditLength = length;
        assembly {
            sstore(HEAD_SLOT, head)
        }
    }
}
