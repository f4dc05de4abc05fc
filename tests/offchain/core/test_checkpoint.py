"""What attestors sign: against written-down vectors, another's ABI encoding and another's EIP-712."""

from dataclasses import fields, replace

import pytest
from eth_abi import encode
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_checksum_address
from hypothesis import strategies as st
from hypothesis.core import given  # the package's own `given` is Brownie's, which reverts a chain: here is none

from offchain.core import checkpoint
from offchain.core.checkpoint import Checkpoint, Domain, Point, Side, Transfer
from offchain.core.units import ZERO_ADDRESS
from scripts.chain.signature import recover
from tests.model.attestors import conflict

VAULT, ASSET, BRIDGE_TOKEN, SENDER, RECIPIENT = (
    to_checksum_address("0x" + f"{number:02x}" * 20) for number in range(1, 6)
)
HERE, THERE = Side(1, VAULT, ASSET), Side(10, BRIDGE_TOKEN, BRIDGE_TOKEN)
ROUTE = bytes.fromhex("70ab019f86738e0d1bc8b76c280f41a2ced4d83eb8ad8e3ff9cc83b9e1a47fd9")
TRANSFERS = [Transfer(SENDER, RECIPIENT, 1_000_000), Transfer(RECIPIENT, SENDER, 2**128 - 1 - 1_000_000)]
ACCS = [
    bytes.fromhex("b53fc9daf966e4d6293964eed3c518dfc2ba3850f713dc4dabe514a6162bf270"),
    bytes.fromhex("1a36676ad2746731cea6c826669836bafb1c4bf0ff178977ee17967e4fdb20e0"),
]
CHECKPOINT = Checkpoint(ROUTE, 3, 19_000_000, b"\xb1" * 32, 2, ACCS[1], 2**128 - 1)
DOMAIN = Domain("Bridged Dollar", "1", 10, BRIDGE_TOKEN)
DIGEST = bytes.fromhex("f58111188cfbb1f5800a2ee92aa8b1ef0481d06327d0c811931c829f259b7339")
SET = bytes.fromhex("78aeefe7bb8b7deb4da8a37c7d9996ecc07d7de3aade1870e7d7eb1cba341878")
KEYS = [Account.from_key(keccak(text=f"attestor {number} of a test")) for number in range(4)]

addresses = st.binary(min_size=20, max_size=20).map(to_checksum_address)
words = st.binary(min_size=32, max_size=32)
transfers = st.builds(Transfer, addresses, addresses, st.integers(0, 2**256 - 1))


def test_a_route_is_what_the_interface_says():
    types = ["uint256", "uint256", "address", "address", "uint256", "address", "address"]
    assert checkpoint.route_id(HERE, THERE) == keccak(encode(types, [1, *HERE, *THERE])) == ROUTE


def test_the_way_back_is_another_route():
    assert checkpoint.route_id(THERE, HERE) != ROUTE


def test_a_route_closes_over_every_part_of_it():
    ends = [HERE, THERE]
    others = {checkpoint.route_id(*ends)}
    for end in (0, 1):
        for part in ({"chain_id": 7}, {"contract": SENDER}, {"token": ZERO_ADDRESS}):
            changed = [*ends]
            changed[end] = ends[end]._replace(**part)
            others.add(checkpoint.route_id(*changed))
    assert len(others) == 7


@given(words, st.integers(0, 2**64 - 1), transfers)
def test_a_record_folds_as_the_interface_says(acc, nonce, transfer):
    types = ["bytes32", "uint256", "address", "address", "uint256"]
    assert checkpoint.fold(acc, nonce, transfer) == keccak(encode(types, [acc, nonce, *transfer]))


def test_records_fold_to_the_written_down_hashes():
    assert [checkpoint.fold_all(Point(0, ROUTE, 0), TRANSFERS[:length]).acc for length in (1, 2)] == ACCS
    assert checkpoint.fold_all(Point(0, ROUTE, 0), TRANSFERS) == CHECKPOINT.point


@given(st.lists(transfers, max_size=5), st.integers(0, 5))
def test_folding_in_parts_is_folding_at_once(records, cut):
    start = Point(7, ROUTE, 5)
    middle = checkpoint.fold_all(start, records[:cut])
    assert checkpoint.fold_all(middle, records[cut:]) == checkpoint.fold_all(start, records)
    assert middle.cumulative == 5 + sum(record.amount for record in records[:cut])


@pytest.mark.parametrize("short", ["0x" + "11" * 19, "0x" + "11" * 21, "0x"])
def test_what_is_no_address_is_not_folded(short):
    with pytest.raises(ValueError, match="no address"):
        checkpoint.fold(ROUTE, 0, Transfer(short, RECIPIENT, 1))


def test_what_is_no_hash_and_no_amount_is_not_folded():
    with pytest.raises(ValueError, match="not 32 bytes"):
        checkpoint.fold(ROUTE[:31], 0, TRANSFERS[0])
    for amount in (-1, 2**256):
        with pytest.raises(OverflowError):
            checkpoint.fold(ROUTE, 0, Transfer(SENDER, RECIPIENT, amount))


def test_the_digest_is_the_written_down_one_and_a_wallet_s():
    signable = encode_typed_data(full_message=checkpoint.typed_data(CHECKPOINT, DOMAIN))
    assert checkpoint.domain_separator(DOMAIN) == signable.header
    assert checkpoint.digest(CHECKPOINT, DOMAIN) == keccak(b"\x19\x01" + signable.header + signable.body) == DIGEST


def test_the_type_is_the_one_of_the_interface(interface):
    spelled = (
        "bytes32 routeId,uint64 epoch,uint64 srcBlock,bytes32 srcBlockHash,uint64 count,bytes32 acc,uint128 cumulative"
    )
    assert ",".join(f"{kind} {name}" for name, kind in checkpoint.FIELDS) == spelled
    entry = next(each for each in interface.IBridgeToken.abi if each.get("name") == "deliver")
    assert [(each["name"], each["type"]) for each in entry["inputs"][0]["components"]] == list(checkpoint.FIELDS)


@pytest.mark.parametrize("field", [field.name for field in fields(Checkpoint)])
def test_every_field_changes_the_digest(field):
    value = getattr(CHECKPOINT, field)
    changed = replace(CHECKPOINT, **{field: keccak(value) if isinstance(value, bytes) else value - 1})
    assert checkpoint.digest(changed, DOMAIN) != DIGEST


@pytest.mark.parametrize("change", [{"name": ""}, {"version": "2"}, {"chain_id": 11}, {"contract": VAULT}], ids=str)
def test_every_part_of_the_domain_changes_the_digest(change):
    assert checkpoint.digest(CHECKPOINT, replace(DOMAIN, **change)) != DIGEST


def test_an_attestor_set_is_what_the_interface_says():
    attestors = sorted((key.address for key in KEYS[:3]), key=lambda each: int(each, 16))
    packed = (
        (3).to_bytes(32, "big") + (2).to_bytes(32, "big") + b"".join(encode(["address"], [each]) for each in attestors)
    )
    assert checkpoint.attestor_set(3, 2, attestors) == keccak(packed) == SET
    assert (
        len({checkpoint.attestor_set(*each) for each in ((3, 2, attestors), (2, 3, attestors), (3, 2, attestors[:2]))})
        == 3
    )


@pytest.mark.parametrize("key", KEYS)
def test_a_compact_signature_is_its_signer_s(key):
    made = key.unsafe_sign_hash(DIGEST)
    short = checkpoint.compact(made.r, made.s, made.v)
    assert len(short) == checkpoint.SIGNATURE_BYTES
    assert short == checkpoint.compact(made.r, made.s, made.v - 27)
    assert recover(DIGEST, short) == key.address


def test_no_malleated_signature_can_be_written_compactly():
    made = KEYS[0].unsafe_sign_hash(DIGEST)
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    for s, v in (
        (order - made.s, 55 - made.v),
        (checkpoint.HALF_ORDER + 1, 27),
        (0, 27),
        (made.s, 2),
        (made.s, 29),
        (made.s, -1),
    ):
        with pytest.raises(ValueError, match="low s"):
            checkpoint.compact(made.r, s, v)
    assert len(checkpoint.compact(1, checkpoint.HALF_ORDER, 28)) == 64


def test_an_attestation_has_a_bit_and_a_signature_for_each_signer_in_their_order():
    attestors = [VAULT, ASSET, BRIDGE_TOKEN]
    signatures = {BRIDGE_TOKEN: b"\x03" * 64, SENDER: b"\x09" * 64, VAULT: b"\x01" * 64}
    expected = (2, 0b101, [ASSET], b"\x01" * 64 + b"\x03" * 64)
    assert checkpoint.attestation(2, attestors, signatures) == expected
    assert checkpoint.attestation(2, attestors, {}) == (2, 0, attestors, b"")


@pytest.mark.parametrize(
    ("change", "excluded"),
    [
        ({}, False),
        ({"src_block": 19_000_001, "src_block_hash": b"\xb2" * 32}, False),
        ({"src_block_hash": b"\xb2" * 32}, True),
        ({"acc": ACCS[0]}, True),
        ({"cumulative": 1}, True),
        ({"src_block": 19_000_001, "cumulative": 1}, True),
        ({"count": 3, "acc": ACCS[0], "src_block": 19_000_001}, False),
        ({"count": 3, "src_block_hash": b"\xb2" * 32}, True),
        ({"acc": ACCS[0], "epoch": 4}, False),
        ({"acc": ACCS[0], "route_id": ACCS[0]}, False),
    ],
    ids=str,
)
def test_what_excludes_each_other(change, excluded):
    other = replace(CHECKPOINT, **change)
    assert conflict(CHECKPOINT, other) is conflict(other, CHECKPOINT) is excluded


def test_without_records_only_blocks_exclude_each_other():
    first = replace(CHECKPOINT, count=0)
    assert not conflict(first, replace(first, acc=ACCS[0])) and not conflict(first, replace(first, cumulative=1))
    assert conflict(first, replace(first, src_block_hash=b"\xb2" * 32))


@pytest.mark.parametrize("contract", checkpoint.OUTBOX_SLOTS)
@given(acc=words, cumulative=st.integers(0, 2**128 - 1), count=st.integers(0, 2**40 - 1), around=words)
def test_an_outbox_is_read_from_its_words_whatever_lies_around(contract, acc, cumulative, count, around):
    shift = 8 * checkpoint.OUTBOX_SLOTS[contract].offset_bytes
    mask = (2**168 - 1) << shift
    hot = int.from_bytes(around, "big") & ~mask | (count << 128 | cumulative) << shift
    assert checkpoint.outbox_from_words(contract, int.from_bytes(acc, "big"), hot) == Point(count, acc, cumulative)
