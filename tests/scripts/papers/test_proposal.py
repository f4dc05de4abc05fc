"""Proposal files: what owners sign survives the way out and back, and whatever was tampered with is refused by name."""

import copy
import json

import pytest
from brownie.test import given
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak
from hypothesis import strategies as st

from scripts.chain.signature import parse, recover, sign
from scripts.papers import proposal as files
from scripts.papers.agreement import (
    HALF_ORDER,
    Domain,
    batch,
    cancellation,
    compact,
    operation,
    owner_change,
    owner_set_of,
    payment,
)
from scripts.papers.proposal import (
    AlteredProposal,
    DifferentProposals,
    ForeignSignature,
    MalformedProposal,
    Proposal,
    merge,
)
from scripts.procedure.carrying import ThresholdNotMet, missing, quorum

# TEST KEYS: anybody can compute them.
KEYS = sorted(
    (Account.from_key(keccak(text=f"proposal owner {i}")) for i in range(3)), key=lambda key: key.address.lower()
)
OWNERS = tuple(key.address for key in KEYS)
STRANGER = Account.from_key(keccak(text="proposal stranger"))
WALLET, TOKEN = "0x5FbDB2315678afecb367f032d93F642f64180aa3", "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"
DOMAIN = Domain(11155111, WALLET, owner_set_of(2, OWNERS))
DEADLINE = 1_900_000_000
ORDER = 2 * HALF_ORDER + 1
ACTS = {
    "Payment": payment(OWNERS[0], 2**200 + 1, TOKEN, 3, DEADLINE),
    "Batch": batch(TOKEN, [(OWNERS[0], 5), (OWNERS[1], 7)], 4, DEADLINE),
    "OwnerChange": owner_change(1, OWNERS[:2], 5, DEADLINE),
    "Operation": operation([(TOKEN, 0, b"\x01\x02"), (WALLET, 9, b"")], bytes(32), 86400, 6, DEADLINE),
    "Cancellation": cancellation(b"\x0a" * 32, 7, DEADLINE),
}


def unsigned(kind="Payment"):
    return Proposal(DOMAIN, ACTS[kind], 2, OWNERS, {})


@pytest.fixture
def signed():
    """The content of a proposal's file that one owner has signed."""
    return json.loads(files.write(sign(unsigned(), KEYS[1])))


def read(content):
    return files.read(content if isinstance(content, str) else json.dumps(content), recover)


@pytest.mark.parametrize("kind", ACTS)
def test_a_proposal_comes_back_as_it_went(kind):
    proposal = sign(sign(unsigned(kind), KEYS[2]), KEYS[0])
    assert read(files.write(proposal)) == proposal


@pytest.mark.parametrize("kind", ACTS)
def test_another_wallet_s_software_signs_the_very_digest(kind):
    """What eth_signTypedData_v4 makes of the file's JSON, read with numbers as a JavaScript wallet reads them."""
    data = json.loads(files.write(unsigned(kind)), parse_int=lambda digits: int(float(digits)))["typedData"]
    message = encode_typed_data(full_message=data)
    assert keccak(b"\x19" + message.version + message.header + message.body) == unsigned(kind).digest


def test_no_number_of_a_message_is_beyond_what_javascript_holds():
    def numbers(value):
        if isinstance(value, dict):
            return [n for item in value.values() for n in numbers(item)]
        if isinstance(value, list):
            return [n for item in value for n in numbers(item)]
        return [value] if isinstance(value, int) else []

    for kind in ACTS:
        assert numbers(files.wallet_json(unsigned(kind))) == [DOMAIN.chain_id]


def test_signatures_of_several_copies_are_put_together():
    one, two = (sign(unsigned(), key) for key in KEYS[:2])
    assert sorted(merge([one, two, one]).signatures) == sorted(OWNERS[:2])
    with pytest.raises(DifferentProposals):
        merge([one, unsigned("Batch")])


def test_who_is_missing_is_counted_and_a_quorum_takes_no_more_than_it_needs():
    one = sign(unsigned(), KEYS[1])
    assert (missing(unsigned(), ()), missing(one, ()), missing(one, OWNERS[:2])) == (2, 1, 0)
    assert missing(one, OWNERS[1:2]) == 1
    with pytest.raises(ThresholdNotMet, match=f"1 of 2 owners agreed; 1 of {OWNERS[0]}, {OWNERS[2]} must"):
        quorum(one, ())
    threshold, owners, signers, packed = quorum(one, OWNERS[2:])
    assert (threshold, owners, signers) == (2, list(OWNERS), 0b110)
    assert packed == (64).to_bytes(2) + compact(one.signatures[OWNERS[1]]) + (0).to_bytes(2)
    every = sign(sign(one, KEYS[0]), KEYS[2])
    assert bin(quorum(every, OWNERS)[2]).count("1") == 2


def change(path, value):
    """Sets what the dotted path names."""

    def apply(content):
        *parents, last = path.split(".")
        for name in parents:
            content = content[int(name) if name.isdigit() else name]
        content[last] = value

    return apply


def rename(content):
    content["signatures"] = {OWNERS[0]: content["signatures"][OWNERS[1]]}


def sign_as_stranger(content):
    made = STRANGER.sign_typed_data(full_message=content["typedData"])
    content["signatures"] = {STRANGER.address: f"0x{bytes(made.signature).hex()}"}


def recompute(kind_of_file, **message):
    """Somebody who changes the act and makes typed data, digest and all anew keeps everything but the signature."""

    def apply(content):
        act = ACTS["Payment"]
        changed = Proposal(
            DOMAIN, type(act)(act.kind, {**act.fields, **message}, act.nonce, act.deadline), 2, OWNERS, {}
        )
        content.update({**json.loads(files.write(changed)), "signatures": content["signatures"]})

    return apply


def malleate(content):
    made = bytes.fromhex(content["signatures"][OWNERS[1]][2:])
    s = ORDER - int.from_bytes(made[32:64])
    content["signatures"][OWNERS[1]] = f"0x{(made[:32] + s.to_bytes(32) + bytes([55 - made[64]])).hex()}"


HOSTILE = {
    "another payee": (change("typedData.message.to", TOKEN), AlteredProposal),
    "another amount": (change("typedData.message.amount", "1"), AlteredProposal),
    "an amount as a number": (change("typedData.message.amount", 1), MalformedProposal),
    "an amount in hex": (change("typedData.message.amount", "0x1"), MalformedProposal),
    "an amount with a leading zero": (change("typedData.message.amount", "01"), MalformedProposal),
    "an amount in other digits": (change("typedData.message.amount", "١"), MalformedProposal),
    "an amount below zero": (change("typedData.message.amount", "-1"), MalformedProposal),
    "an amount beyond 256 bits": (change("typedData.message.amount", str(2**256)), MalformedProposal),
    "a very long amount": (change("typedData.message.amount", "9" * 10_000), MalformedProposal),
    "an address without checksum": (change("typedData.message.to", OWNERS[0].lower()), MalformedProposal),
    "no address": (change("typedData.message.to", None), MalformedProposal),
    "another field": (change("typedData.message.memo", "x"), MalformedProposal),
    "another digest": (change("digest", "0x" + "00" * 32), AlteredProposal),
    "another chain": (change("typedData.domain.chainId", 1), AlteredProposal),
    "a chain that is a truth": (change("typedData.domain.chainId", True), MalformedProposal),
    "a chain as a fraction": (change("typedData.domain.chainId", 11155111.0), MalformedProposal),
    "another wallet": (change("typedData.domain.verifyingContract", TOKEN), AlteredProposal),
    "another name": (change("typedData.domain.name", "Quittance MultiSlg"), AlteredProposal),
    "another version": (change("typedData.domain.version", "2.0.0"), AlteredProposal),
    "another owner set in the domain": (change("typedData.domain.salt", "0x" + "11" * 32), AlteredProposal),
    "another field in the domain": (change("typedData.domain.extra", "x"), AlteredProposal),
    "another type": (change("typedData.primaryType", "Batch"), MalformedProposal),
    "an unknown type": (change("typedData.primaryType", "Permit"), MalformedProposal),
    "a type that is no text": (change("typedData.primaryType", ["Payment"]), MalformedProposal),
    "types that hide a field": (change("typedData.types.Payment", []), AlteredProposal),
    "a type beside ours": (change("typedData.types.Other", []), AlteredProposal),
    "something beside the message": (change("typedData.note", "pay quickly"), AlteredProposal),
    "no typed data": (change("typedData", None), MalformedProposal),
    "another threshold": (change("threshold", 1), AlteredProposal),
    "a threshold of none": (change("threshold", 0), MalformedProposal),
    "a threshold above the owners": (change("threshold", 4), MalformedProposal),
    "a threshold that is a truth": (change("threshold", True), MalformedProposal),
    "another owner": (change("owners", sorted([*OWNERS[:2], STRANGER.address], key=str.lower)), AlteredProposal),
    "owners out of order": (change("owners", list(reversed(OWNERS))), MalformedProposal),
    "an owner twice": (change("owners", [OWNERS[0], *OWNERS]), MalformedProposal),
    "the zero owner": (change("owners", ["0x" + "00" * 20, *OWNERS]), MalformedProposal),
    "no owners": (change("owners", []), MalformedProposal),
    "too many owners": (change("owners", [f"0x{i:040d}" for i in range(1, 52)]), MalformedProposal),
    "a signature under another owner": (rename, ForeignSignature),
    "a stranger's signature": (sign_as_stranger, ForeignSignature),
    "a signature over another act": (recompute("Payment", amount=1), ForeignSignature),
    "a malleated signature": (malleate, ForeignSignature),
    "an empty signature": (change(f"signatures.{OWNERS[0]}", "0x"), ForeignSignature),
    "a signature of zeros": (change(f"signatures.{OWNERS[0]}", "0x" + "00" * 65), ForeignSignature),
    "a signature of ones": (change(f"signatures.{OWNERS[0]}", "0x" + "ff" * 64), ForeignSignature),
    "a signature that is no hex": (change(f"signatures.{OWNERS[0]}", "signed"), MalformedProposal),
    "signatures as a list": (change("signatures", []), MalformedProposal),
    "another version of the format": (change("version", 2), MalformedProposal),
    "another format": (change("format", "other"), MalformedProposal),
    "a field too many": (change("urgent", True), MalformedProposal),
    "a history that is none": (change("history", [{"what": "executed"}]), MalformedProposal),
    "a history of other deeds": (
        change("history", [{"what": "blessed", "transaction": "0x" + "00" * 32, "block": 1}]),
        MalformedProposal,
    ),
}


@pytest.mark.parametrize(("tamper", "error"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(signed, tamper, error):
    assert read(signed).signatures.keys() == {OWNERS[1]}
    tamper(signed)
    with pytest.raises(error):
        read(signed)


@pytest.mark.parametrize("name", sorted(json.loads(files.write(unsigned()))))
def test_a_file_that_lacks_a_part_is_refused(signed, name):
    del signed[name]
    with pytest.raises(MalformedProposal):
        read(signed)


TEXTS = {
    "nothing": "",
    "a part": files.write(unsigned())[:-20],
    "a list": "[]",
    "a number": "1",
    "depth without end": "[" * 200_000,
    "a name that stands twice": files.write(unsigned()).replace('"threshold": 2', '"threshold": 1,\n"threshold": 2'),
    "more than a file may hold": " " * files.MAX_CHARACTERS + files.write(unsigned()),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_that_is_no_proposal_is_refused(text):
    with pytest.raises(MalformedProposal):
        read(text)


def test_a_total_that_the_payouts_do_not_make_is_refused():
    act = ACTS["Batch"]
    lying = Proposal(DOMAIN, type(act)(act.kind, {**act.fields, "total": 11}, act.nonce, act.deadline), 2, OWNERS, {})
    with pytest.raises(AlteredProposal, match="do not add up"):
        read(files.write(lying))


@pytest.mark.parametrize("owners", [OWNERS[1::-1], OWNERS[:1] * 2, ()], ids=["out of order", "twice", "none"])
def test_a_change_to_owners_that_no_wallet_takes_is_refused(owners):
    change_to = Proposal(DOMAIN, owner_change(1, owners, 0, DEADLINE), 2, OWNERS, {})
    with pytest.raises(MalformedProposal):
        read(files.write(change_to))


def places(value, path=()):
    """Every leaf of a JSON value, by its path."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        return [path]
    return [place for name, item in items for place in places(item, (*path, name))]


LEAVES = places(json.loads(files.write(sign(unsigned("Operation"), KEYS[0]))))
LETTERS = "aZ019xX{}[],:\"'\\ \n\0-+.eE١\u202e\ufeff😀"  # hypothesis writes files for st.text
TEXTS_OF_LETTERS = st.lists(st.sampled_from(LETTERS), max_size=50).map("".join)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS_OF_LETTERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS_OF_LETTERS, inner, max_size=3),
)


@given(place=st.sampled_from(LEAVES), junk=JUNK)
def test_whatever_replaces_a_leaf_of_the_file_is_refused_or_the_same(place, junk):
    original = sign(unsigned("Operation"), KEYS[0])
    content = json.loads(files.write(original))
    spot = content
    for name in place[:-1]:
        spot = spot[name]
    before, spot[place[-1]] = spot[place[-1]], junk
    if junk == before and type(junk) is type(before):
        assert read(content) == original
        return
    with pytest.raises((MalformedProposal, AlteredProposal, ForeignSignature)):
        read(content)


@given(junk=JUNK)
def test_whatever_the_file_holds_the_answer_is_a_refusal(junk):
    for text in (json.dumps(junk), str(junk)):
        with pytest.raises(MalformedProposal):
            read(text)


@given(digest=st.binary(min_size=32, max_size=32), noise=st.binary(max_size=70))
def test_noise_is_nobody_s_signature(digest, noise):
    assert recover(digest, noise) is None or len(noise) in (64, 65)


def test_both_spellings_of_a_signature_are_the_owner_s_and_no_others():
    digest = unsigned().digest
    made = sign(unsigned(), KEYS[0]).signatures[OWNERS[0]]
    assert recover(digest, made) == recover(digest, compact(made)) == OWNERS[0]
    assert recover(digest, parse(made[:64] + bytes([made[64] - 27]))) == OWNERS[0]
    assert recover(digest, made[:64] + b"\x1d") is None
    assert recover(keccak(b"another"), made) != OWNERS[0]


def test_a_key_that_is_no_owner_s_signs_nothing():
    with pytest.raises(ForeignSignature):
        sign(unsigned(), STRANGER)


def test_reading_leaves_what_was_read_alone(signed):
    before = copy.deepcopy(signed)
    read(signed)
    assert signed == before
