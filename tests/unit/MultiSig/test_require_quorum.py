"""requireQuorum: at least as many distinct owners as must, each by a signature that is its own."""

from itertools import combinations

import pytest
from brownie.test import given
from eth_utils import keccak
from hypothesis import settings
from hypothesis import strategies as st

from scripts.papers import agreement
from tests.support import reverts, reverts_silently, rpc, spelled
from tests.unit.rawcall import refusal
from tests.unit.signing import data_of, malleated, owner_keys, signature

DIGEST = keccak(text="what the owners agree on")
SUBSETS = [subset for size in range(4) for subset in combinations(range(3), size)]


@pytest.fixture(scope="module")
def signatures(bare):
    """Each owner's signature over DIGEST."""
    return [signature(key, DIGEST) for key in bare.keys]


@pytest.mark.parametrize("signers", [subset for subset in SUBSETS if len(subset) >= 2])
@pytest.mark.parametrize("form", ["65 bytes", "64 bytes", "both"])
def test_any_two_or_more_of_the_owners_are_enough_in_either_form(bare, signatures, signers, form):
    short = {"65 bytes": (), "64 bytes": (0, 1, 2), "both": (0, 2)}[form]
    given = {index: agreement.compact(signatures[index]) if index in short else signatures[index] for index in signers}
    bare.wallet.requireQuorum(DIGEST, bare.pack(given))


@pytest.mark.parametrize("signers", [subset for subset in SUBSETS if len(subset) < 2])
def test_a_missing_signature_reverts(bare, signatures, signers):
    with reverts("ThresholdNotMet", len(signers), 2):
        bare.wallet.requireQuorum(DIGEST, bare.pack({index: signatures[index] for index in signers}))


def test_unsorted_signatures_revert(bare, signatures):
    with reverts("InvalidSignature", bare.owners[0], DIGEST):
        bare.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[1], 1: signatures[0]}))


def test_a_duplicate_signature_in_another_owners_place_reverts(bare, signatures):
    with reverts("InvalidSignature", bare.owners[1], DIGEST):
        bare.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[0], 1: signatures[0]}))


def test_a_duplicate_signature_behind_the_one_of_the_same_owner_reverts(bare, signatures):
    threshold, owners, signers, packed = bare.pack({0: signatures[0]})
    with reverts("WrongSignaturesLength", 2 * len(packed), len(packed)):
        bare.wallet.requireQuorum(DIGEST, (threshold, owners, signers, packed * 2))


def test_a_foreign_signature_reverts(bare, signatures):
    (foreigner,) = owner_keys(1, "foreigner")
    with reverts("InvalidSignature", bare.owners[1], DIGEST):
        bare.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[0], 1: signature(foreigner, DIGEST)}))


def test_a_signature_over_something_else_reverts(bare, signatures):
    other = signature(bare.keys[1], keccak(text="something else"))
    with reverts("InvalidSignature", bare.owners[1], DIGEST):
        bare.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[0], 1: other}))


def test_a_malleated_signature_reverts(bare, signatures):
    """With a high s: the curve takes it, and so would a wallet that counts signatures and not owners."""
    twin = malleated(signatures[1])
    assert bytes.fromhex(recovered(twin)[2:]) == bytes.fromhex(bare.owners[1][2:])
    with reverts("InvalidSignature", bare.owners[1], DIGEST):
        bare.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[0], 1: twin}))


def recovered(sig):
    """Whom the chain's own ecrecover names."""
    data = DIGEST + bytes(31) + sig[64:] + sig[:64]
    answer = rpc("eth_call", {"to": "0x" + "00" * 19 + "01", "data": "0x" + data.hex()}, "latest")
    return "0x" + answer[-40:]


@pytest.mark.parametrize("v", [0, 1, 26, 29, 255])
def test_a_v_other_than_27_and_28_reverts(bare, signatures, v):
    with reverts("InvalidSignature", bare.owners[1], DIGEST):
        bare.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[0], 1: signatures[1][:64] + bytes([v])}))


def test_the_other_v_reverts(bare, signatures):
    flipped = signatures[1][:64] + bytes([55 - signatures[1][64]])
    with reverts("InvalidSignature", bare.owners[1], DIGEST):
        bare.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[0], 1: flipped}))


@pytest.mark.parametrize("size", [1, 63, 66, 130])
def test_a_signature_of_another_length_reverts(bare, signatures, size):
    stretched = (signatures[1] + bytes(100))[:size]
    with reverts("InvalidSignature", bare.owners[1], DIGEST):
        bare.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[0], 1: stretched}))


@pytest.mark.parametrize("size", [64, 65])
def test_a_signature_of_zeros_is_nobodys(bare, signatures, size):
    """ecrecover answers zero, or nothing; no owner is zero."""
    with reverts("InvalidSignature", bare.owners[1], DIGEST):
        bare.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[0], 1: bytes(size)}))


def test_an_empty_signature_without_an_approval_reverts(bare, signatures):
    with reverts("InvalidSignature", bare.owners[1], DIGEST):
        bare.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[0], 1: b""}))


@pytest.mark.parametrize("bit", [3, 4, 50, 255])
def test_a_signer_beyond_the_owners_reverts(bare, signatures, bit):
    threshold, owners, signers, packed = bare.pack(dict(enumerate(signatures)))
    with reverts("UnknownSigner", signers | 1 << bit, 3):
        bare.wallet.requireQuorum(DIGEST, (threshold, owners, signers | 1 << bit, packed))


@pytest.mark.parametrize("more", [1, 32, 67])
def test_bytes_behind_the_signatures_revert(bare, signatures, more):
    threshold, owners, signers, packed = bare.pack({0: signatures[0], 1: signatures[1]})
    with reverts("WrongSignaturesLength", len(packed) + more, len(packed)):
        bare.wallet.requireQuorum(DIGEST, (threshold, owners, signers, packed + bytes(more)))


def test_signatures_that_end_early_revert_though_what_is_missing_stands_behind_them(bare, signatures):
    """The call is cut by hand: the bytes are all there, but the last are no part of the signatures."""
    quorum = bare.pack({0: signatures[0], 1: signatures[1]})
    size = len(quorum[3])
    call = data_of(bare.wallet.requireQuorum, DIGEST, quorum)
    place = call.index(size.to_bytes(32, "big") + quorum[3])
    for shorter in (size - 1, size - 67, 0):
        cut = call[:place] + shorter.to_bytes(32, "big") + call[place + 32 :]
        assert refusal(bare.wallet, cut) == spelled("WrongSignaturesLength", shorter, size)


def test_signatures_said_to_be_longer_than_the_call_revert(bare, signatures):
    quorum = bare.pack({0: signatures[0], 1: signatures[1]})
    size = len(quorum[3])
    call = data_of(bare.wallet.requireQuorum, DIGEST, quorum)
    place = call.index(size.to_bytes(32, "big") + quorum[3])
    for longer in (10_000, 2**64, 2**256 - 1):
        stretched = call[:place] + longer.to_bytes(32, "big") + call[place + 32 :]
        assert refusal(bare.wallet, stretched) == spelled("WrongSignaturesLength", longer, size)


@pytest.mark.parametrize("change", ["lower threshold", "threshold 0", "fewer", "more", "reordered", "doubled", "none"])
def test_another_owner_set_reverts(bare, signatures, change):
    (foreigner,) = owner_keys(1, "foreigner")
    a, b, c = bare.owners
    threshold, owners = {
        "lower threshold": (1, [a, b, c]),
        "threshold 0": (0, [a, b, c]),
        "fewer": (2, [a, b]),
        "more": (2, [a, b, c, foreigner.address]),
        "reordered": (2, [b, a, c]),
        "doubled": (2, [a, a, b, c]),
        "none": (0, []),
    }[change]
    _, _, signers, packed = bare.pack({0: signatures[0], 1: signatures[1]})
    got = agreement.owner_set_of(threshold, owners)
    with reverts("WrongOwnerSet", got, bare.owner_set):
        bare.wallet.requireQuorum(DIGEST, (threshold, owners, signers, packed))


def test_an_owner_with_bits_beyond_an_address_is_another_owner_set(bare, signatures):
    quorum = bare.pack({0: signatures[0], 1: signatures[1]})
    call = data_of(bare.wallet.requireQuorum, DIGEST, quorum)
    owner = bytes(12) + bytes.fromhex(bare.owners[0][2:])
    dirty = call.replace(owner, b"\1" + owner[1:])
    words = (2).to_bytes(32, "big") + b"\1" + owner[1:]
    words += b"".join(bytes(12) + bytes.fromhex(each[2:]) for each in bare.owners[1:])
    assert refusal(bare.wallet, dirty) == spelled("WrongOwnerSet", keccak(words), bare.owner_set)


def test_the_owners_of_a_wallet_are_nobody_in_another(bare, create, signatures):
    other = create(owner_keys(3, "others"), 2)
    with reverts("WrongOwnerSet", bare.owner_set, other.owner_set):
        other.wallet.requireQuorum(DIGEST, bare.pack({0: signatures[0], 1: signatures[1]}))


def test_all_of_fifty_owners_may_be_needed(create):
    many = create(owner_keys(50, "many"), 50)
    all_of_them = {index: agreement.compact(signature(key, DIGEST)) for index, key in enumerate(many.keys)}
    many.wallet.requireQuorum(DIGEST, many.pack(all_of_them))
    last = {**all_of_them, 49: all_of_them[48]}
    with reverts("InvalidSignature", many.owners[49], DIGEST):
        many.wallet.requireQuorum(DIGEST, many.pack(last))
    del all_of_them[17]
    with reverts("ThresholdNotMet", 49, 50):
        many.wallet.requireQuorum(DIGEST, many.pack(all_of_them))


def test_one_of_one_is_enough(create):
    alone = create(owner_keys(1, "alone"), 1)
    alone.wallet.requireQuorum(DIGEST, alone.quorum(DIGEST))
    with reverts("ThresholdNotMet", 0, 1):
        alone.wallet.requireQuorum(DIGEST, alone.pack({}))


def test_a_call_without_its_arguments_reverts(bare):
    with reverts_silently():
        bare.relayer.transfer(bare.wallet, 0, data=bare.wallet.requireQuorum.signature + "00" * 32)


KINDS = ["none", "65", "64", "malleated", "other digest", "neighbour", "approval", "empty"]


@settings(max_examples=60, deadline=None)
@given(kinds=st.lists(st.sampled_from(KINDS[:3] * 3 + KINDS), min_size=5, max_size=5), threshold=st.integers(1, 5))
def test_checking_many_signatures_is_checking_each(five, kinds, threshold):
    """Invariant 21: it is refused for the first of the signers who did not sign, else for being too few, else never."""
    council, made = five[threshold]
    signatures = {index: made[index][kind] for index, kind in enumerate(kinds) if kind != "none"}
    good = {"65", "64", "approval"}
    wrong = [index for index, kind in enumerate(kinds) if kind not in good | {"none"}]
    if wrong:
        expected = spelled("InvalidSignature", council.owners[wrong[0]], DIGEST)
    elif len(signatures) < threshold:
        expected = spelled("ThresholdNotMet", len(signatures), threshold)
    else:
        expected = None
    call = data_of(council.wallet.requireQuorum, DIGEST, council.pack(signatures))
    assert refusal(council.wallet, call) == expected


@pytest.fixture(scope="module")
def five(create):
    """A wallet of five for each threshold, whose owners all approved DIGEST on chain, and their signatures by kind."""
    keys = owner_keys(5, "five")
    councils = {}
    for threshold in range(1, 6):
        council = create(keys, threshold)
        for key in keys:
            rpc("anvil_impersonateAccount", key.address)
            call = {"from": key.address, "to": council.wallet.address, "gasPrice": "0x0"}
            rpc("eth_sendTransaction", {**call, "data": council.wallet.approve.encode_input(DIGEST)})
        made = []
        for index, key in enumerate(keys):
            own = signature(key, DIGEST)
            made.append(
                {
                    "65": own,
                    "64": agreement.compact(own),
                    "malleated": malleated(own),
                    "other digest": signature(key, keccak(b"other")),
                    "neighbour": signature(keys[(index + 1) % 5], DIGEST),
                    "approval": b"",
                    "empty": b"\0",
                }
            )
        councils[threshold] = council, made
    return councils


@pytest.mark.parametrize("excess", [2**251, 2**255, 7 * 2**253])
def test_signers_behind_an_owner_list_whose_length_wraps_around_are_no_owners(bare, excess):
    """Five bits to the left such a length is three again, so the hash of the words is that of the true owners."""
    thieves = owner_keys(2, "thief")
    signers = {3: signature(thieves[0], DIGEST), 4: signature(thieves[1], DIGEST)}
    signed = b"".join(len(each).to_bytes(2, "big") + each for each in signers.values())
    quorum = (2, [*bare.owners, *(thief.address for thief in thieves)], 0b11000, signed)
    call = data_of(bare.wallet.requireQuorum, DIGEST, quorum)
    place = call.index((5).to_bytes(32, "big") + bytes(12) + bytes.fromhex(bare.owners[0][2:]))
    wrapped = call[:place] + (excess + 3).to_bytes(32, "big") + call[place + 32 :]
    assert refusal(bare.wallet, wrapped) is not None
