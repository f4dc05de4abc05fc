"""What owners sign: hashed here as eth_account, a wallet of its own making, hashes what it shows them."""

import json

import pytest
from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_typed_data
from eth_utils import keccak

from scripts.papers import agreement

A, B, C = ("0x" + char * 40 for char in "abc")
DOMAIN = agreement.Domain(31337, "0x" + "d" * 40, agreement.owner_set_of(2, [A, B, C]))
ACTS = {
    "a payment": agreement.payment(A, 10**18, "0x" + "0" * 40, 0, 2_000_000_000),
    "a payment of all there can be": agreement.payment(A, 2**256 - 1, B, 2**48 - 1, 2**256 - 1),
    "a batch": agreement.batch(B, [(A, 1), (C, 2)], 7, 2_000_000_000),
    "a batch of one": agreement.batch(B, [(A, 1)], 7, 2_000_000_000),
    "an owner change": agreement.owner_change(2, [A, C], 8, 2_000_000_000),
    "an operation": agreement.operation([(A, 1, b"\x12\x34"), (B, 0, b"")], keccak(b"before"), 172_800, 9, 2**40),
    "an operation of one call": agreement.operation([(A, 0, bytes(100))], bytes(32), 172_800, 9, 2**40),
    "a cancellation": agreement.cancellation(keccak(b"id"), 10, 2_000_000_000),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_a_wallet_shows_hashes_to_what_the_contract_checks(act):
    shown = json.loads(json.dumps(agreement.typed_data(DOMAIN, act)))
    assert _hash_eip191_message(encode_typed_data(full_message=shown)) == agreement.digest_of(DOMAIN, act)


def test_every_type_that_is_signed_is_compared():
    assert {act.kind for act in ACTS.values()} == set(agreement.TYPES) - {"Payout", "Call"}


def test_each_part_of_act_and_domain_changes_the_digest():
    act = ACTS["a payment"]
    digests = {agreement.digest_of(DOMAIN, act)}
    for part, other in {"chain_id": 1, "wallet": A, "owner_set": agreement.owner_set_of(1, [A, B, C])}.items():
        digests.add(agreement.digest_of(agreement.Domain(**{**vars(DOMAIN), part: other}), act))
    for position, other in enumerate((B, 1, A, 1, 1)):
        fields = [A, 10**18, "0x" + "0" * 40, 0, 2_000_000_000]
        fields[position] = other
        digests.add(agreement.digest_of(DOMAIN, agreement.payment(*fields)))
    assert len(digests) == 9


@pytest.mark.parametrize("index", range(8))
def test_a_compact_signature_is_the_same_signature(index):
    digest = keccak(text=f"digest {index}")
    signature = bytes(Account.from_key(keccak(b"test key")).unsafe_sign_hash(digest).signature)
    compact = agreement.compact(signature)
    y_parity, s = compact[32] >> 7, int.from_bytes(compact[32:], "big") % 2**255
    assert (len(compact), compact[:32]) == (64, signature[:32])
    assert (27 + y_parity, s.to_bytes(32, "big")) == (signature[64], signature[32:64])


@pytest.mark.parametrize("signature", [b"", bytes(64), bytes(65), bytes(64) + b"\x1d", b"\x1b" * 66])
def test_what_is_no_signature_of_a_key_is_not_made_compact(signature):
    assert agreement.compact(signature) == signature


def test_an_owner_set_is_the_hash_of_threshold_and_owners_a_word_each():
    words = (2).to_bytes(32, "big") + b"".join(bytes(12) + bytes.fromhex(owner[2:]) for owner in (A, B))
    assert agreement.owner_set_of(2, [A, B]) == keccak(words)


def test_owners_are_ordered_by_what_they_are_and_not_by_how_they_are_spelled():
    low, high = "0x0" + "B" * 39, "0x0" + "a" * 38 + "C"
    assert agreement.in_order([low, high]) == [high, low]


def test_a_quorum_packs_the_signatures_of_its_signers_in_the_order_of_the_owners():
    signatures = {C: b"third", A: b""}
    assert agreement.quorum_of(2, [A, B, C], signatures) == (2, [A, B, C], 0b101, b"\0\0" + b"\0\x05third")
