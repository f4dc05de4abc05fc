"""The verifier of audit trails: a whole log passes, and every way to tamper with one is found and named."""

from dataclasses import replace

import pytest
from eth_abi import encode
from eth_utils import keccak
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.core import given  # the package's own `given` is Brownie's, which reverts a chain: here is none

from scripts.papers import audit
from scripts.papers.audit import AuditRecord

CHAIN_ID = 31_337
CONTRACT = "0x" + "c0" * 20
GUARDIAN = "0x" + "1a" * 20
ONE_OFF = "0x" + "1b" * 20


def trail(*payloads, contract=CONTRACT):
    """A log of acts with these payloads, as the contract would have made it."""
    records, head = [], audit.genesis(CHAIN_ID, contract)
    for index, payload in enumerate(payloads):
        record = AuditRecord(index, GUARDIAN, b"pause".ljust(32, b"\0"), 1_800_000_000 + index // 2, payload, b"")
        head = audit.head_after(head, record)
        records.append(replace(record, head=head))
    return records


LOG = trail(b"a", b"b", b"a", b"", b"long" * 20)
HEAD, LENGTH = LOG[-1].head, len(LOG)


def rechained(records, start):
    """The heads from place `start` on worked out anew, as a forger who knows the rule would."""
    head = records[start - 1].head if start else audit.genesis(CHAIN_ID, CONTRACT)
    forged = list(records[:start])
    for record in records[start:]:
        head = audit.head_after(head, record)
        forged.append(replace(record, head=head))
    return forged


def verify(records, head=HEAD, length=LENGTH, chain_id=CHAIN_ID, contract=CONTRACT):
    audit.verify(records, chain_id, contract, head, length)


def test_the_head_is_what_the_interface_says():
    start = keccak(encode(["bytes32", "uint256", "address"], [audit.GENESIS_TYPEHASH, CHAIN_ID, CONTRACT]))
    types = ["bytes32", "uint256", "uint256", "address", "bytes32", "bytes32"]
    first = keccak(encode(types, [start, 0, 1_800_000_000, GUARDIAN, b"pause".ljust(32, b"\0"), keccak(b"a")]))
    assert audit.fold([], CHAIN_ID, CONTRACT) == start
    assert audit.fold(trail(b"a"), CHAIN_ID, CONTRACT) == first


def test_a_whole_log_is_proven():
    verify(LOG)
    verify([], audit.genesis(CHAIN_ID, CONTRACT), 0)
    assert audit.fold(LOG, CHAIN_ID, CONTRACT) == HEAD


@pytest.mark.parametrize("index", range(len(LOG)))
def test_a_dropped_record_is_named(index):
    with pytest.raises(audit.RecordDropped) as broken:
        verify([*LOG[:index], *LOG[index + 1 :]])
    assert broken.value.index == index


@pytest.mark.parametrize(("first", "second"), [(a, b) for b in range(len(LOG)) for a in range(b)])
def test_swapped_records_are_named(first, second):
    records = list(LOG)
    records[first], records[second] = records[second], records[first]
    with pytest.raises(audit.RecordSwapped) as broken:
        verify(records)
    assert broken.value.index == first


EDITS = {
    "actor": {"actor": ONE_OFF},
    "kind": {"kind": b"unpause".ljust(32, b"\0")},
    "time": {"at": 1},
    "payload": {"payload": b"edited"},
    "head": {"head": bytes(32)},
    "no such actor": {"actor": "0x1a"},
    "no such time": {"at": -1},
    "a kind cut to what it says": {"kind": b"pause"},
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("index", range(len(LOG)))
def test_an_edited_record_is_named(index, edit):
    with pytest.raises(audit.RecordEdited) as broken:
        verify([*LOG[:index], replace(LOG[index], **edit), *LOG[index + 1 :]])
    assert broken.value.index == index


@pytest.mark.parametrize("index", range(len(LOG)))
def test_an_inserted_copy_is_named(index):
    with pytest.raises(audit.RecordInserted) as broken:
        verify([*LOG[: index + 1], LOG[index], *LOG[index + 1 :]])
    assert broken.value.index == index


@pytest.mark.parametrize("index", range(len(LOG)))
@pytest.mark.parametrize("knows_the_rule", [True, False])
def test_an_inserted_forgery_is_named(index, knows_the_rule):
    forged = [*LOG[:index], replace(LOG[index], payload=b"forged"), *LOG[index:]]
    if knows_the_rule:
        forged = [*rechained(forged[: index + 1], index), *LOG[index:]]
    with pytest.raises(audit.RecordInserted) as broken:
        verify(forged)
    assert broken.value.index == index


def test_a_record_appended_to_the_log_is_named():
    appended = replace(LOG[-1], index=len(LOG), payload=b"never happened")
    with pytest.raises(audit.RecordInserted) as broken:
        verify(rechained([*LOG, appended], len(LOG)))
    assert broken.value.index == len(LOG)


def test_an_edit_with_its_head_worked_out_shows_at_the_next_record():
    forged = rechained([*LOG[:1], replace(LOG[1], payload=b"edited")], 1)
    with pytest.raises(audit.RecordEdited) as broken:
        verify([*forged, *LOG[2:]])
    assert broken.value.index == 2


@pytest.mark.parametrize("index", range(len(LOG)))
def test_a_log_rewritten_heads_and_all_fails_at_the_contract_s_head(index):
    forged = [*LOG[:index], replace(LOG[index], payload=b"edited"), *LOG[index + 1 :]]
    with pytest.raises(audit.WrongHead) as broken:
        verify(rechained(forged, index))
    assert broken.value.index is None


def test_the_log_of_another_contract_or_chain_is_not_this_one_s():
    other = "0x" + "c1" * 20
    with pytest.raises(audit.RecordEdited):
        verify(LOG, contract=other)
    with pytest.raises(audit.RecordEdited):
        verify(LOG, chain_id=1)
    with pytest.raises(audit.WrongHead):
        verify([], audit.genesis(CHAIN_ID, other), 0)


def test_a_log_of_another_event_is_no_record():
    with pytest.raises(ValueError, match="ActRecorded"):
        audit.record_of([keccak(text="Paused(address,uint48)"), bytes(32), bytes(32), bytes(32)], b"")
    with pytest.raises(ValueError, match="ActRecorded"):
        audit.record_of([audit.ACT_RECORDED], b"")


@settings(max_examples=200)
@given(
    count=st.integers(1, 6),
    places=st.lists(st.integers(0, 5), max_size=8),
    payloads=st.lists(st.sampled_from([b"a", b"b"]), min_size=6, max_size=6),
    rework=st.booleans(),
)
def test_no_other_log_of_a_trail_is_ever_proven(count, places, payloads, rework):
    """Any selection of records, in any order, heads reworked or not, is refused unless it is the log."""
    log = trail(*payloads[:count])
    chosen = [replace(log[place % count], index=place % count) for place in places]
    if rework:
        chosen = rechained([replace(record, index=index) for index, record in enumerate(chosen)], 0)
    if [replace(record, head=b"") for record in chosen] == [replace(record, head=b"") for record in log]:
        verify(chosen, log[-1].head, count)
    else:
        with pytest.raises(audit.BrokenTrail):
            verify(chosen, log[-1].head, count)
