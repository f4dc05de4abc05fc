"""record: each privileged act moves the head, by a rule that anyone can repeat."""

import pytest
from brownie import chain
from eth_abi import encode
from eth_utils import keccak

from scripts.papers import audit
from tests.support import NATIVE, emitted, event, reverts

KIND = b"limit.configure".ljust(32, b"\0")
TYPES = ["bytes32", "uint256", "uint256", "address", "bytes32", "bytes32"]
DAY = 86_400


def genesis(contract):
    typehash = keccak(text="AuditTrail(uint256 chainId,address contract)")
    return keccak(encode(["bytes32", "uint256", "address"], [typehash, chain.id, contract.address]))


def test_an_empty_trail_has_the_head_of_its_chain_and_contract(audited, proven):
    assert bytes(audited.auditHead()) == genesis(audited)
    assert audited.auditLength() == 0
    assert proven(audited) == []


def test_two_contracts_have_trails_of_their_own(audited, deploy, governor):
    other = deploy("AuditedLimits", governor)
    assert bytes(other.auditHead()) != bytes(audited.auditHead())
    for contract in (audited, other):
        contract.configureLimit(NATIVE, 1000, DAY, {"from": governor})
    assert bytes(other.auditHead()) != bytes(audited.auditHead())


def test_an_act_appends_one_record_that_says_what_was_changed_by_whom_and_when(audited, governor, proven):
    tx = audited.configureLimit(NATIVE, 1000, DAY, {"from": governor})
    payload = encode(["address", "uint256", "uint256"], [NATIVE, 1000, DAY])
    fields = [genesis(audited), 0, tx.timestamp, governor.address, KIND, keccak(payload)]
    head = keccak(encode(TYPES, fields))
    record = event("ActRecorded", 0, governor, KIND, tx.timestamp, payload, head)
    assert emitted(tx, audited) == [event("LimitConfigured", NATIVE, 1000, DAY, 1000), record]
    assert (bytes(audited.auditHead()), audited.auditLength()) == (head, 1)
    assert proven(audited) == [audit.AuditRecord(0, governor.address, KIND, tx.timestamp, payload, head)]


def test_the_actor_is_the_contract_that_calls_and_not_who_signed_the_transaction(audited, deploy, stranger, proven):
    wallet = deploy("RevertingReceiver")
    wallet.execute(audited, 0, audited.record.encode_input(KIND, b"by a wallet"), {"from": stranger})
    assert [record.actor for record in proven(audited)] == [wallet.address]


def test_a_record_follows_from_the_head_before_it(audited, stranger):
    audited.record(KIND, b"first", {"from": stranger})
    before = bytes(audited.auditHead())
    tx = audited.record(KIND, b"second", {"from": stranger})
    expected = keccak(encode(TYPES, [before, 1, tx.timestamp, stranger.address, KIND, keccak(b"second")]))
    assert bytes(audited.auditHead()) == expected


def test_the_same_act_twice_in_a_second_is_two_records(audited, governor, token, proven):
    audited.configureLimits([NATIVE, NATIVE, token], 1000, DAY, {"from": governor})
    first, second, third = proven(audited)
    assert (first.payload, first.at) == (second.payload, second.at)
    assert len({first.head, second.head, third.head}) == 3


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 5000])
def test_a_payload_of_any_size_is_recorded_whole(audited, stranger, proven, size):
    payload = bytes(range(256)) * 20
    audited.record(KIND, payload[:size], {"from": stranger})
    assert [record.payload for record in proven(audited)] == [payload[:size]]


def test_an_act_that_is_refused_leaves_no_record(audited, governor, stranger):
    head = audited.auditHead()
    with reverts("NotGovernor", stranger):
        audited.configureLimit(NATIVE, 1000, DAY, {"from": stranger})
    with reverts("InvalidRefill", NATIVE, 0, 2**24 - 1):
        audited.configureLimits([NATIVE], 1000, 0, {"from": governor})
    assert (audited.auditHead(), audited.auditLength()) == (head, 0)


def test_what_is_no_privilege_leaves_no_record(audited, governor, stranger):
    audited.configureLimit(NATIVE, 1000, DAY, {"from": governor})
    head = audited.auditHead()
    for amount in (0, 1000, 1001):
        audited.consume(NATIVE, amount, {"from": stranger})
    assert (audited.auditHead(), audited.auditLength()) == (head, 1)


def test_a_log_without_one_of_its_records_is_not_proven(audited, governor, token, exported):
    audited.configureLimits([NATIVE, token, NATIVE], 1000, DAY, {"from": governor})
    records, head = exported(audited), bytes(audited.auditHead())
    with pytest.raises(audit.RecordDropped) as broken:
        audit.verify([records[0], records[2]], chain.id, audited.address, head, 3)
    assert broken.value.index == 1
