"""Signatures bent, hashes that collide, fields the caller supplies, what was signed for elsewhere. Cases 10 to 13."""

from dataclasses import replace

import pytest
from brownie import chain
from eth_abi import encode
from eth_utils import keccak, to_checksum_address

from offchain.core.checkpoint import HALF_ORDER, Transfer, fold, route_id
from tests.support import reverts, rpc
from tests.unit.bridge_cases.route import OTHER_CHAIN, SENDER, attestors
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
    with refused("InvalidSignature", route.addresses[0], route.digest(route.checkpoint())):
        route.arrive(attestation=route.pack({0: signed[1], 1: signed[0]}))


def test_case_10_one_attestors_signature_twice_reverts(route, signed, refused):
    """Each attestor has one bit: his second signature is under another's, or under no bit."""
    digest = route.digest(route.checkpoint())
    with refused("InvalidSignature", route.addresses[1], digest):
        route.arrive(attestation=route.pack({0: signed[0], 1: signed[0]}))
    with refused("WrongSignaturesLength", 128, 64):
        route.arrive(attestation=route.pack({0: signed[0], 1: signed[0]}, mask=0b001))


def test_case_10_a_high_s_reverts(route, signed, refused):
    with refused("InvalidSignature", route.addresses[1], route.digest(route.checkpoint())):
        route.arrive(attestation=route.pack({0: signed[0], 1: high(signed[1])}))


@pytest.mark.parametrize("length", [0, 63, 65, 127, 129, 130, 192])
def test_case_10_signatures_of_another_length_revert(route, signed, refused, length):
    joined = (signed[0] + signed[1] + bytes(64))[:length]
    with refused("WrongSignaturesLength", length, 128):
        route.arrive(attestation=route.pack({0: joined}, mask=0b011))


@pytest.mark.parametrize("mask", [0b1011, 1 << 255 | 0b011])
def test_case_10_the_signature_of_somebody_beyond_the_attestors_reverts(route, signed, refused, mask):
    with refused("UnknownSigner", mask, 3):
        route.arrive(attestation=route.pack({**signed, 3: signed[1]}, mask=mask))


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
    with refused("InvalidSignature", route.addresses[2], route.digest(route.checkpoint())):
        route.arrive(attestation=route.pack({**full, 2: signed[0]}))
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
    first, *rest = route.addresses
    for threshold, addresses in ((int(first, 16), rest), (2, rest), (1, route.addresses), (3, route.addresses)):
        named = route.set_of(threshold, addresses)
        with refused("WrongAttestors", named, bytes(route.contract.attestorSet())):
            route.arrive(attestation=route.pack(signed, threshold=threshold, addresses=addresses))


@pytest.mark.parametrize("excess", [2**251, 2**255, 7 * 2**253])
def test_case_11_map_no_list_of_attestors_wraps_around_to_the_set_in_office(route, excess):
    """Five bits to the left such a length is three again: the words hash to the set, the thieves come after it."""
    thieves = attestors(2, "thief of the bridge")
    route.record((THIEF, 100))
    digest = route.digest(route.checkpoint())
    own = route.like(keys=thieves).signatures(route.checkpoint())
    attestation = route.pack({3: own[0], 4: own[1]}, addresses=[*route.addresses, *(key.address for key in thieves)])
    call = data_of(route.arrive_now, route.checkpoint().values(), route.records, attestation)
    place = call.index((5).to_bytes(32, "big") + bytes(12) + bytes.fromhex(route.addresses[0][2:]))
    forged = call[:place] + (excess + 3).to_bytes(32, "big") + call[place + 32 :]
    assert refusal(route.contract, forged) is not None, f"two strangers signed {digest.hex()}"


def test_case_11_map_an_attestor_with_dirty_bits_is_none(route):
    route.record((THIEF, 100))
    call = data_of(route.arrive_now, route.checkpoint().values(), route.records, route.attest(route.checkpoint()))
    word = bytes(12) + bytes.fromhex(route.addresses[0][2:])
    place = call.index(word)
    assert refusal(route.contract, call[:place] + b"\x01" + call[place + 1 :]) is not None
    assert refusal(route.contract, call) is None


# --- 12: the hash was of fields that the caller supplied, Orbit 2024 ---


@pytest.mark.parametrize(
    "field, value, error",
    [
        ("route_id", keccak(b"another route"), "WrongRoute"),
        ("epoch", 2, "WrongEpoch"),
        ("epoch", 0, "WrongEpoch"),
        ("src_block", 1, "InvalidSignature"),
        ("src_block_hash", bytes(32), "InvalidSignature"),
        ("count", 1, "InvalidSignature"),
        ("acc", bytes(32), "InvalidSignature"),
        ("cumulative", 201, "InvalidSignature"),
    ],
)
def test_case_12_orbit_no_field_can_be_another_than_the_one_that_was_signed(
    route, signed, refused, field, value, error
):
    forged = replace(route.checkpoint(), **{field: value})
    values = {
        "WrongRoute": (value, route.points[0].acc),
        "WrongEpoch": (value, 1),
        "InvalidSignature": (route.addresses[0], route.digest(forged)),
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
    with refused("InvalidSignature", route.addresses[0], route.digest(route.checkpoint())):
        route.arrive(attestation=attestation)


def test_case_13_what_was_signed_for_a_twin_with_the_same_attestors_reverts(route, build, refused):
    """Another contract of the same kind, chain and attestors: neither its route nor its signatures are this one's."""
    twin = build()
    twin.record((THIEF, 100))
    checkpoint, attestation = twin.checkpoint(), twin.attest(twin.checkpoint())
    with refused("WrongRoute", twin.points[0].acc, route.points[0].acc):
        route.arrive(checkpoint, twin.records, attestation)
    route.record((THIEF, 100))
    with refused("InvalidSignature", route.addresses[0], route.digest(route.checkpoint())):
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


def test_case_13_after_a_fork_what_was_signed_before_it_arrives_on_one_side_only(route):
    """The domain is worked out anew when the chain's id changes."""
    route.record((THIEF, 100))
    checkpoint, attestation = route.checkpoint(), route.attest(route.checkpoint())
    call = data_of(route.arrive_now, checkpoint.values(), route.records, attestation)
    before = chain.id
    assert refusal(route.contract, call) is None
    rpc("anvil_setChainId", before + 1)
    try:
        got = refusal(route.contract, call)
    finally:
        rpc("anvil_setChainId", before)
    assert got and got.startswith("InvalidSignature: " + route.addresses[0].lower())
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
