"""isValidSignature: the owners sign for the wallet (ERC-1271), nested so that it is good for no other (ERC-7739)."""

import pytest
from brownie import project
from brownie.test import given
from eth_abi import encode
from eth_utils import keccak
from hypothesis import settings
from hypothesis import strategies as st

from scripts.papers import agreement
from tests.unit.MultiSig.nesting import QUORUM, packed, personal, personal_digest, typed, typed_digest
from tests.unit.rawcall import refusal
from tests.unit.signing import data_of, malleated, owner_keys, signature

VALID, INVALID = "0x1626ba7e", "0xffffffff"
PROBE = b"\x77\x39" * 16
MESSAGE = keccak(text="\x19Ethereum Signed Message:\n5hello")
SEPARATOR = keccak(text="the domain of an application")
ORDER = "Order(address maker,uint256 amount)"
CONTENTS = keccak(keccak(text=ORDER) + bytes(64))
HASH = keccak(b"\x19\x01" + SEPARATOR + CONTENTS)
DESCRIPTIONS = {"implicit": (ORDER, "Order"), "explicit": ("Apple(uint256 a)Order(Apple b)Order", "Order")}


def answer(council, hashed, signed):
    return str(council.wallet.isValidSignature(hashed, signed))


def test_a_message_that_two_owners_signed_is_signed_by_the_wallet(council):
    assert answer(council, MESSAGE, personal(council, MESSAGE)) == VALID


def test_a_message_that_one_owner_signed_is_not(council):
    assert answer(council, MESSAGE, personal(council, MESSAGE, signers=(1,))) == INVALID


@pytest.mark.parametrize("mode", DESCRIPTIONS)
def test_typed_data_that_two_owners_signed_is_signed_by_the_wallet(council, mode):
    assert answer(council, HASH, typed(council, SEPARATOR, CONTENTS, *DESCRIPTIONS[mode])) == VALID


@pytest.mark.parametrize("mode", DESCRIPTIONS)
def test_typed_data_that_one_owner_signed_is_not(council, mode):
    assert answer(council, HASH, typed(council, SEPARATOR, CONTENTS, *DESCRIPTIONS[mode], signers=(2,))) == INVALID


def test_typed_data_can_be_signed_as_a_message_too(council):
    """As wallets do that know nothing of nesting: the owners see a hash, and the wallet's name."""
    assert answer(council, HASH, personal(council, HASH)) == VALID


def test_owners_who_signed_the_hash_alone_have_not_signed_for_the_wallet(council):
    """It would be a signature of every wallet that they own."""
    assert answer(council, HASH, packed(council, HASH)) == INVALID


def test_a_signature_for_one_wallet_is_none_of_its_sibling(council, create):
    sibling = create(council.keys, 2, salt=b"sibling".ljust(32))
    for signed in (personal(council, HASH), typed(council, SEPARATOR, CONTENTS, ORDER, "Order")):
        assert answer(council, HASH, signed) == VALID
        assert answer(sibling, HASH, signed) == INVALID


def test_a_signature_for_the_wallet_is_no_act_of_it(council, payee):
    """What an application asks for can never be a payment: the struct that is signed is another."""
    act = council.payment(payee, 5)
    digest = council.digest(act)
    assert answer(council, digest, packed(council, digest)) == INVALID
    contents = agreement.struct_hash(act.kind, act.message())
    separator = agreement.domain_separator(council.domain)
    assert answer(council, digest, typed(council, separator, contents, agreement.type_of(act.kind), act.kind)) == VALID
    assert refusal(council.wallet, _pay(council, act, separator, contents)).startswith("InvalidSignature")


def _pay(council, act, separator, contents):
    """Pay with the owners' signatures over the nested struct."""
    nested = typed_digest(council, separator, contents, agreement.type_of(act.kind), act.kind)
    _, arguments = council.arguments(act)
    return data_of(council.wallet.pay, *arguments, act.deadline, council.quorum(nested))


@pytest.mark.parametrize("what", ["hash", "separator", "contents", "description"])
def test_typed_data_other_than_what_was_signed_is_not(council, what):
    quorum = typed(council, SEPARATOR, CONTENTS, ORDER, "Order")
    tail = len(SEPARATOR + CONTENTS + ORDER.encode()) + 2
    signatures = quorum[:-tail]
    hashed, separator, contents, description = HASH, SEPARATOR, CONTENTS, ORDER.encode()
    if what == "hash":
        hashed = keccak(b"other")
    if what == "separator":
        separator = keccak(b"other")
        hashed = keccak(b"\x19\x01" + separator + contents)
    if what == "contents":
        contents = keccak(b"other")
        hashed = keccak(b"\x19\x01" + separator + contents)
    if what == "description":
        description = ORDER.replace("maker", "taker").encode()
    signed = signatures + separator + contents + description + len(description).to_bytes(2, "big")
    assert answer(council, hashed, signed) == INVALID


@pytest.mark.parametrize("description", ["", "Order", "(address maker)", "Or der(uint256 a)", "Or,der(uint256 a)", ")"])
def test_typed_data_with_a_malformed_description_is_not_signed(council, description):
    """Its struct hash would be zero for every content and every wallet."""
    zero = packed(council, keccak(b"\x19\x01" + SEPARATOR + bytes(32)))
    signed = zero + SEPARATOR + CONTENTS + description.encode() + len(description).to_bytes(2, "big")
    assert answer(council, HASH, signed) == INVALID


def test_a_signature_dies_with_the_owner_set(council):
    message, order = personal(council, MESSAGE), typed(council, SEPARATOR, CONTENTS, ORDER, "Order")
    keys = owner_keys(2, "heirs")
    council.carry_out(council.owner_change(2, [key.address for key in keys]))
    assert [answer(council, MESSAGE, message), answer(council, HASH, order)] == [INVALID, INVALID]


def test_a_message_approved_on_chain_by_an_owner_counts(create, relayer):
    class Sender:
        address = relayer.address

    alone = create([Sender], 1)
    quorum = encode([QUORUM], [alone.pack({0: b""})])
    assert answer(alone, MESSAGE, quorum) == INVALID
    alone.wallet.approve(personal_digest(alone, MESSAGE), {"from": relayer})
    assert answer(alone, MESSAGE, quorum) == VALID


def test_a_malleated_signature_is_not_one(council):
    digest = personal_digest(council, MESSAGE)
    first, second = (signature(key, digest) for key in council.keys[:2])
    assert answer(council, MESSAGE, encode([QUORUM], [council.pack({0: first, 1: malleated(second)})])) == INVALID


def test_the_wallet_says_that_it_nests(council):
    """ERC-7739's probe: a wallet that supports it answers a hash that nothing has."""
    assert answer(council, PROBE, b"") == "0x77390001"
    assert answer(council, PROBE, b"\0") == INVALID
    assert answer(council, MESSAGE, b"") == INVALID


def test_the_implementation_signs_nothing(factory, council):
    implementation = project.get_loaded_projects()[0].MultiSig.at(factory.IMPLEMENTATION())
    for signed in (b"", encode([QUORUM], [(0, [], 0, b"")]), personal(council, MESSAGE)):
        assert str(implementation.isValidSignature(MESSAGE, signed)) == INVALID


@pytest.mark.parametrize("size", [1, 31, 32, 33, 64, 65, 66, 100, 128, 160, 1000])
@pytest.mark.parametrize("byte", [0, 0x20, 0xFF])
def test_a_malformed_signature_is_an_answer_and_no_revert(council, size, byte):
    assert answer(council, MESSAGE, bytes([byte]) * size) == INVALID


@settings(max_examples=100, deadline=None)
@given(cut=st.integers(0, 700), word=st.integers(0, 20), value=st.integers(0, 2**256 - 1), nest=st.booleans())
def test_a_signature_cut_or_altered_anywhere_is_an_answer_and_no_revert(council, cut, word, value, nest):
    signed = typed(council, SEPARATOR, CONTENTS, ORDER, "Order") if nest else personal(council, HASH)
    altered = signed[: 32 * word] + value.to_bytes(32, "big") + signed[32 * (word + 1) :]
    for wrong in (signed[:cut], altered, altered[:cut]):
        call = data_of(council.wallet.isValidSignature, HASH, wrong)
        assert refusal(council.wallet, call) is None
        if not signed.startswith(wrong[: len(signed)]) or len(wrong) < len(signed) - 32:
            assert answer(council, HASH, wrong) == INVALID
