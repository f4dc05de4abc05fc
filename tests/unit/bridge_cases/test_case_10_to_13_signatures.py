"""Signatures bent, hashes that collide, fields the caller supplies, what was signed for elsewhere. Cases 10 to 13."""

from dataclasses import replace

import pytest
from brownie import chain
from eth_abi import encode
from eth_account import Account
from eth_keys.datatypes import PrivateKey
from eth_utils import keccak, to_checksum_address

from offchain.core.checkpoint import HALF_ORDER, Transfer, fold, pack, route_id
from tests.support import reverts, rpc
from tests.unit.bridge_cases.route import OTHER_CHAIN, SENDER
from tests.unit.keys import fresh_address
from tests.unit.rawcall import refusal
from tests.unit.signing import data_of

THIEF = fresh_address("bender of signatures")
ZERO_ADDRESS = "0x" + "00" * 20
ORDER = 2 * HALF_ORDER + 1


@pytest.fixture
def signed(route):
    """Two records, signed by the first two of three attestors: signatures by place."""
    route.record((THIEF, 100), (THIEF, 100))
    return route.signatures(route.checkpoint())


def high(signature):
    """The other signature of the same key, as whoever takes a high s would accept it: s is the order less it."""
    word = int.from_bytes(signature[32:], "big")
    parity, s = word >> 255, word % 2**255
    return signature[:32] + (ORDER - s | (1 - parity) << 255).to_bytes(32, "big")


# --- 10: signatures unsorted, twice, with a high s, too short, too long, of the zero address ---


def test_case_10_unsorted_signatures_revert(route, signed, refused):
    first, second, third = route.addresses
    with refused("WrongAttestors", route.set_of(2, [second, first, third]), bytes(route.contract.attestorSet())):
        route.arrive(attestation=route.pack({0: signed[1], 1: signed[0]}))


def test_case_10_one_attestors_signature_twice_reverts(route, signed, refused):
    """Each attestor is in the set once: his second signature is in another's place, or under no bit."""
    first, _, third = route.addresses
    with refused("WrongAttestors", route.set_of(2, [first, first, third]), bytes(route.contract.attestorSet())):
        route.arrive(attestation=route.pack({0: signed[0], 1: signed[0]}))
    with refused("WrongSignaturesLength", 128, 64):
        route.arrive(attestation=route.pack({0: signed[0], 1: signed[0]}, mask=0b001))


def test_case_10_the_other_signature_of_a_key_reverts(route, signed, refused):
    """64 bytes have no room for most of the high s: what is written there is another's signature."""
    bent = route.pack({0: signed[0], 1: high(signed[1])})
    with refused(*route.refusal_of(route.checkpoint(), bent)):
        route.arrive(attestation=bent)


def key_that_signs_with(digest, s):
    """A key made so that one of its signatures of this digest has this s; its 64 bytes. d = (s k - z) / r."""
    k = int.from_bytes(keccak(text="test nonce"), "big") % ORDER
    point = PrivateKey(k.to_bytes(32, "big")).public_key.to_bytes()
    r, parity = int.from_bytes(point[:32], "big") % ORDER, point[-1] & 1
    d = (s * k - int.from_bytes(digest, "big")) * pow(r, -1, ORDER) % ORDER
    return Account.from_key(d.to_bytes(32, "big")), r.to_bytes(32, "big") + (s | parity << 255).to_bytes(32, "big")


def test_case_10_the_least_high_s_reverts_and_its_twin_the_greatest_low_s_counts(route, refused):
    route.record((THIEF, 100))
    checkpoint = route.checkpoint(epoch=2)
    digest = route.digest(checkpoint)
    key, bent = key_that_signs_with(digest, HALF_ORDER + 1)
    keys = sorted([key, *route.keys[:2]], key=lambda each: int(each.address, 16))
    route.rotate(keys)
    place = keys.index(key)
    other = (place + 1) % 3
    honest = route.signatures(checkpoint, [other])
    with refused("InvalidSignature", place, digest):
        route.arrive(attestation=route.pack({**honest, place: bent}))
    parity = bent[32] >> 7
    straight = bent[:32] + (HALF_ORDER | (1 - parity) << 255).to_bytes(32, "big")
    route.arrive(attestation=route.pack({**honest, place: straight}))
    assert route.paid(THIEF) == 100


@pytest.mark.parametrize("length", [0, 63, 65, 127, 129, 130, 192])
def test_case_10_signatures_of_another_length_revert(route, signed, refused, length):
    joined = (signed[0] + signed[1] + bytes(64))[:length]
    with refused("WrongSignaturesLength", length, 128):
        route.arrive(attestation=route.pack({0: joined}, mask=0b011))


def test_case_10_the_signature_of_somebody_beyond_the_attestors_reverts(route, signed, refused):
    more = {**signed, 3: signed[1]}
    for mask, count in ((0b1011, 3), (1 << 255 | 0b011, 4)):
        attestation = route.pack(more, mask=mask, absent=route.addresses[2:] if count == 4 else [])
        with refused("UnknownSigner", mask, count):
            route.arrive(attestation=attestation)
    with refused(
        "WrongAttestors", route.set_of(2, [*route.addresses, route.addresses[1]]), bytes(route.contract.attestorSet())
    ):
        route.arrive(attestation=route.pack(more, mask=0b1011, absent=route.addresses[2:]))


def test_case_10_the_zero_address_is_no_attestor(route, governor, build, refused):
    """So no signature that recovers to zero is anybody's."""
    addresses = [ZERO_ADDRESS, *route.addresses]
    with refused("AttestorOutOfOrder", 0, ZERO_ADDRESS):
        route.contract.rotate(2, addresses, {"from": governor})
    with reverts("AttestorOutOfOrder", 0, ZERO_ADDRESS):
        build(addresses=addresses)


def test_case_10_attestors_out_of_order_or_twice_are_no_set(route, governor, build, refused):
    first, second, third = route.addresses
    for addresses, index in (([second, first, third], 1), ([first, first, third], 1), ([first, second, second], 2)):
        with refused("AttestorOutOfOrder", index, addresses[index]):
            route.contract.rotate(2, addresses, {"from": governor})
        with reverts("AttestorOutOfOrder", index, addresses[index]):
            build(addresses=addresses)


def test_case_10_more_signatures_than_it_takes_are_all_checked(route, signed, refused):
    full = route.signatures(route.checkpoint(), signers=[0, 1, 2])
    one_false = route.pack({**full, 2: signed[0]})
    with refused(*route.refusal_of(route.checkpoint(), one_false)):
        route.arrive(attestation=one_false)
    route.arrive(attestation=route.pack(full))
    assert route.paid(THIEF) == 200


# --- 11: abi.encodePacked collides, MAP 2026 ---


def test_case_11_map_every_field_of_a_record_has_a_word_of_its_own(route, refused):
    """Bytes moved from one field into the next leave what is packed tightly as it is; here they change the hash."""
    to, shifted_to = ("0x" + end.rjust(40, "0") for end in ("07", "0701"))
    honest, shifted = Transfer(SENDER, to, 0x0100), Transfer(SENDER, shifted_to, 0)
    route.record(honest)
    assert "07" + "0100" == "0701" + "00"  # the last bytes of both, without their leading zeros
    with refused("WrongAccumulator", fold(route.points[0].acc, 0, shifted), route.points[1].acc):
        route.arrive(transfers=[shifted])
    words = [0, int(SENDER, 16), int(to, 16), 0x0100]
    assert route.points[1].acc == keccak(route.points[0].acc + encode(["uint256"] * 4, words))
    route.arrive()
    assert route.paid(to_checksum_address(to)) == 0x0100


def test_case_11_map_threshold_and_attestors_do_not_change_places(route, signed, refused):
    """The set's hash is of words, the epoch first: what is a member cannot be the threshold of fewer members."""
    first, second, third = route.addresses
    office = bytes(route.contract.attestorSet())
    for threshold, absent in ((1, [third]), (0, [third]), (2, []), (2, [third, third]), (2, [second])):
        with refused("WrongAttestors", route.set_of(threshold, [first, second, *absent]), office):
            route.arrive(attestation=route.pack(signed, threshold=threshold, absent=absent))
    for threshold in (3, int(first, 16)):
        with refused("ThresholdNotMet", 2, threshold):
            route.arrive(attestation=route.pack(signed, threshold=threshold, absent=[third]))


@pytest.fixture
def call(route):
    """The bytes of a call that arrives: one record, two signatures, one attestor absent."""
    route.record((THIEF, 100))
    arguments = (route.checkpoint().values(), pack(route.records), route.attest(route.checkpoint()))
    data = data_of(route.arrive_now, *arguments)
    assert refusal(route.contract, data) is None
    return data


@pytest.mark.parametrize("shift", [245, 250, 251, 255])
@pytest.mark.parametrize("length", [1, 52, 128])
def test_case_11_map_no_length_wraps_around_to_the_right_one(route, call, shift, length):
    """Of the absent, the records, the signatures: times the size of a member such a length is what it was before."""
    places = [i for i in range(4, len(call), 32) if call[i : i + 32] == length.to_bytes(32, "big")]
    assert places, "no such length in the call"
    for place in places:
        forged = call[:place] + (length + (1 << shift)).to_bytes(32, "big") + call[place + 32 :]
        assert refusal(route.contract, forged) is not None


def test_case_11_map_no_word_has_dirty_bits(route, call):
    """What is shorter than its word and has more before it is not what was signed, nor whom the set names."""
    checkpoint = route.checkpoint()
    shorts = [checkpoint.epoch, checkpoint.src_block, checkpoint.count, checkpoint.cumulative]
    words = [number.to_bytes(32, "big") for number in shorts]
    words.append(bytes(12) + bytes.fromhex(route.addresses[2][2:]))
    for word in words:
        place = call.index(word)
        assert refusal(route.contract, call[:place] + b"\x01" + call[place + 1 :]) is not None


# --- 12: the hash was of fields that the caller supplied, Orbit 2024 ---


@pytest.mark.parametrize(
    "field, value, error",
    [
        ("route_id", keccak(b"another route"), "WrongRoute"),
        ("epoch", 2, "WrongEpoch"),
        ("epoch", 0, "WrongEpoch"),
        ("src_block", 1, "WrongAttestors"),
        ("src_block_hash", bytes(32), "WrongAttestors"),
        ("count", 1, "WrongAttestors"),
        ("acc", bytes(32), "WrongAttestors"),
        ("cumulative", 201, "WrongAttestors"),
    ],
)
def test_case_12_orbit_no_field_can_be_another_than_the_one_that_was_signed(
    route, signed, refused, field, value, error
):
    forged = replace(route.checkpoint(), **{field: value})
    values = {
        "WrongRoute": (value, route.points[0].acc),
        "WrongEpoch": (value, 1),
        "WrongAttestors": route.refusal_of(forged, route.pack(signed))[1:],
    }[error]
    with refused(error, *values):
        route.arrive(forged, transfers=route.records[: forged.count], attestation=route.pack(signed))


def test_case_12_orbit_the_number_of_a_record_is_its_place_and_nobody_supplies_it(route, refused):
    """The same record as number 0 is another than as number 1."""
    route.record((THIEF, 100)).arrive()
    again = fold(route.points[0].acc, 0, route.records[0])
    assert again == route.points[1].acc
    with refused("AlreadyArrived", 1, 1):
        route.arrive(transfers=route.records)


# --- 13: replayed on another chain, for another contract, another version, after a fork ---


@pytest.mark.parametrize(
    "part", [{"chain_id": 1}, {"contract": fresh_address("a twin")}, {"version": "2"}, {"name": "Another Bridge"}]
)
def test_case_13_what_was_signed_for_another_domain_reverts(route, refused, part):
    route.record((THIEF, 100))
    attestation = route.attest(route.checkpoint(), **part)
    with refused(*route.refusal_of(route.checkpoint(), attestation)):
        route.arrive(attestation=attestation)


def test_case_13_what_was_signed_for_a_twin_with_the_same_attestors_reverts(route, build, refused):
    """Another contract of the same kind, chain and attestors: neither its route nor its signatures are this one's."""
    twin = build()
    twin.record((THIEF, 100))
    checkpoint, attestation = twin.checkpoint(), twin.attest(twin.checkpoint())
    with refused("WrongRoute", twin.points[0].acc, route.points[0].acc):
        route.arrive(checkpoint, twin.records, attestation)
    route.record((THIEF, 100))
    with refused(*route.refusal_of(route.checkpoint(), attestation)):
        route.arrive(attestation=attestation)
    twin.arrive()
    assert (twin.contract.inbox()[0], route.contract.inbox()[0]) == (1, 0)


def test_case_13_a_route_names_both_chains_both_contracts_both_tokens_and_its_version(route):
    here, there = route.ends()
    assert bytes(route.contract.inboundRoute()) == route_id(there, here) == route.points[0].acc
    assert bytes(route.contract.outboundRoute()) == route_id(here, there)
    words = [1, *(int(str(part), 16) if isinstance(part, str) else part for end in (there, here) for part in end)]
    assert route.points[0].acc == keccak(encode(["uint256"] * 7, words))
    moved = [there._replace(chain_id=OTHER_CHAIN + 1), there._replace(contract=THIEF), there._replace(token=THIEF)]
    assert len({route_id(each, here) for each in (there, *moved)}) == 4


def test_case_13_after_a_fork_what_was_signed_before_it_arrives_on_one_side_only(route, call):
    """The domain is worked out anew when the chain's id changes."""
    before = chain.id
    assert refusal(route.contract, call) is None
    rpc("anvil_setChainId", before + 1)
    try:
        got = refusal(route.contract, call)
    finally:
        rpc("anvil_setChainId", before)
    assert got and got.startswith("WrongAttestors: ")
    assert refusal(route.contract, call) is None


def test_case_13_a_signature_of_one_direction_is_none_of_the_other(token_route, refused):
    """A record that left is not one that arrives."""
    contract = token_route.contract
    token_route.record((token_route.relayer, 500)).arrive()
    contract.burn(THIEF, 100, {"from": token_route.relayer})
    count, cumulative, acc = contract.outbox()
    forged = token_route.checkpoint(
        route_id=bytes(contract.outboundRoute()), count=count, acc=bytes(acc), cumulative=cumulative
    )
    with refused("WrongRoute", forged.route_id, bytes(contract.inboundRoute()), of=token_route):
        token_route.arrive(forged, [Transfer(token_route.relayer.address, THIEF, 100)])
