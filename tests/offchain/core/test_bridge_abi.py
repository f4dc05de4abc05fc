"""What is said to a bridge's contracts is what they understand, by the ABI that they are built with."""

import json
from pathlib import Path

import pytest
from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import event_abi_to_log_topic, function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address

from offchain.core import bridge_abi as abi
from offchain.core.bridge_abi import CAME, LEFT, TOKEN, VAULT, VIEWS, Log, View, address_of, transfer_of
from offchain.core.checkpoint import Transfer, pack

BUILD = Path(__file__).resolve().parents[3] / "build" / "contracts"
ABIS = {kind: json.loads((BUILD / f"{kind}.json").read_text())["abi"] for kind in (VAULT, TOKEN)}
ANNA, BEN = (to_checksum_address(f"0x{n:040x}") for n in (0xA, 0xB))
RECORDS = (Transfer(ANNA, BEN, 5), Transfer(BEN, ANNA, 2**96 - 1))
CHECKPOINT = (b"\x01" * 32, 2, 3, b"\x04" * 32, 5, b"\x06" * 32, 7)
POINT = (5, b"\x06" * 32, 7)
SIGNED = (2, 0b101, (BEN.lower(),), b"\x08" * 128)
RECORD = (ANNA.lower(), BEN.lower(), 5)
CALLS = {
    "deliver": (abi.arrive(TOKEN, CHECKPOINT, RECORDS, SIGNED), (CHECKPOINT, pack(RECORDS), SIGNED)),
    "release": (abi.arrive(VAULT, CHECKPOINT, RECORDS, SIGNED), (CHECKPOINT, pack(RECORDS), SIGNED)),
    "deliverPoint": (abi.arrive_point(TOKEN, POINT, RECORDS), (POINT, pack(RECORDS))),
    "releasePoint": (abi.arrive_point(VAULT, POINT, RECORDS), (POINT, pack(RECORDS))),
    "split": (abi.split(CHECKPOINT, SIGNED, POINT, RECORDS), (CHECKPOINT, SIGNED, POINT, pack(RECORDS))),
    "splitPoint": (abi.split_point(POINT, POINT, RECORDS), (POINT, POINT, pack(RECORDS))),
    "releaseQueued": (abi.release_queued(9, RECORDS[0], 2**48 - 1), (9, RECORD, 2**48 - 1)),
    "pause": (abi.pause(3600), (3600,)),
}


def entries(kind, sort):
    return [entry for entry in ABIS[kind] if entry["type"] == sort]


def spelled(parameter):
    """A type as signatures spell it."""
    if not parameter["type"].startswith("tuple"):
        return parameter["type"]
    return f"({','.join(map(spelled, parameter['components']))}){parameter['type'][5:]}"


@pytest.mark.parametrize("name", CALLS)
def test_a_contract_has_the_function_and_reads_from_its_calldata_what_was_meant(name):
    data, meant = CALLS[name]
    kinds = [kind for kind in ABIS if any(entry["name"] == name for entry in entries(kind, "function"))]
    assert kinds == ({"deliver": [TOKEN], "release": [VAULT]}.get(name.removesuffix("Point")) or [VAULT, TOKEN])
    for kind in kinds:
        (function,) = (entry for entry in entries(kind, "function") if entry["name"] == name)
        assert data[:4] == function_abi_to_4byte_selector(function)
        assert decode([spelled(parameter) for parameter in function["inputs"]], data[4:]) == meant


@pytest.mark.parametrize("signature", VIEWS)
def test_a_view_is_one_of_a_contract_s_and_returns_what_is_decoded(signature):
    name, _, types = signature.removesuffix(")").partition("(")
    found = [entry for kind in ABIS for entry in entries(kind, "function") if entry["name"] == name]
    assert found
    for function in found:
        assert function["stateMutability"] in ("view", "pure")
        assert ",".join(map(spelled, function["inputs"])) == types
        assert tuple(map(spelled, function["outputs"])) == tuple(VIEWS[signature])
        examples = {"uint256": 1, "address": ANNA, "bytes32": b"\x01" * 32}
        arguments = tuple(examples[each["type"]] for each in function["inputs"])
        assert View(signature, arguments).asked()[:4] == function_abi_to_4byte_selector(function)


def test_topics_are_those_of_the_contracts_events():
    for name, topic in {**LEFT, **CAME}.items():
        found = [entry for kind in ABIS for entry in entries(kind, "event") if entry["name"] == name]
        assert found
        assert {event_abi_to_log_topic(entry) for entry in found} == {topic}


def test_every_event_of_what_leaves_or_came_is_known_by_its_name():
    """A contract that grows another event of this kind is noticed here."""
    passed_over = {"PointProven", "AttestorsRotated", "EquivocationProven", "QueueConfigured"}
    theirs = json.loads((BUILD.parent / "interfaces" / "IInbox.json").read_text())["abi"]
    theirs += json.loads((BUILD.parent / "interfaces" / "IOutbox.json").read_text())["abi"]
    named = {entry["name"] for entry in theirs if entry["type"] == "event"}
    assert named - passed_over == set(CAME)


def test_one_value_is_answered_bare_and_many_together():
    assert View("unit()").answered(encode(["uint256"], [7])) == 7
    assert View("outbox()").answered(encode(["uint64", "uint128", "bytes32"], [1, 2, b"\3" * 32])) == (1, 2, b"\3" * 32)


@pytest.mark.parametrize("data", [b"", b"\x01" * 31, b"\xff" * 32], ids=len)
def test_what_holds_no_answer_is_refused(data):
    with pytest.raises((DecodingError, ValueError)):
        View("pausedUntil()").answered(data)


def word(number):
    return number.to_bytes(32, "big")


def test_a_log_gives_its_record_whichever_values_are_indexed():
    values = [7, int(ANNA, 16), int(BEN, 16), 99, 2**256 - 1]
    for indexed in range(4):
        topics = (b"\0" * 32, *map(word, values[:indexed]))
        log = Log(1, 2, "0x", topics, b"".join(map(word, values[indexed:])))
        assert log.words() == tuple(values)
        assert transfer_of(log) == (7, Transfer(ANNA, BEN, 99))


def test_a_word_with_more_than_an_address_is_none():
    assert address_of(int(ANNA, 16)) == ANNA
    with pytest.raises(OverflowError):
        address_of(2**160)
