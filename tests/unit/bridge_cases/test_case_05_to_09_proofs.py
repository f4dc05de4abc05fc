"""Proofs forged, left out or made of nothing: none moves anything. Cases 5 to 9 of the bridge."""

from dataclasses import replace

import pytest
from eth_abi import encode
from eth_utils import keccak

from offchain.core.checkpoint import Point, Transfer, fold_all
from tests.support import reverts
from tests.unit.bridge_cases.route import SENDER, attestors
from tests.unit.keys import fresh_address

THIEF = fresh_address("forger")
ZERO_ADDRESS, ZERO = "0x" + "00" * 20, bytes(32)
NOBODY = (0, [], 0, b"")


# --- 5: the zero root was accepted, Nomad 2022 ---


def test_case_05_nomad_zero_root_reverts(route, refused):
    """What was never written reads as zero; zero is no accumulator, no proven point, no attestor set, no record."""
    loot = [Transfer(SENDER, THIEF, 100)]
    zero = route.checkpoint(acc=ZERO, count=1, cumulative=100)
    with refused("WrongAttestors", route.set_of(0, []), bytes(route.contract.attestorSet())):
        route.arrive(zero, loot, NOBODY)
    got = fold_all(route.points[0], loot).acc
    with refused("WrongAccumulator", got, ZERO):
        route.arrive(zero, loot)
    for acc in (ZERO, got):
        packed = keccak(encode(["bytes32", "bytes32", "uint256"], [bytes(route.contract.attestorSet()), acc, 100]))
        with refused("UnknownPoint", 1, packed):
            route.arrive_point((1, acc, 100), loot, {"from": route.relayer})


def test_case_05_nomad_zero_attestor_set_after_an_equivocation_accepts_nobody(route, refused):
    route.equivocate(0)
    assert bytes(route.contract.attestorSet()) == ZERO
    route.contract.unpause({"from": route.governor})
    route.record((THIEF, 100))
    for attestation in (NOBODY, route.attest(route.checkpoint()), (0, [ZERO_ADDRESS], 0, b"")):
        with refused("NoAttestors"):
            route.arrive(attestation=attestation)
    with refused("NoAttestors"):
        route.arrive_point((1, route.points[1].acc, 100), route.records, {"from": route.relayer})


def test_case_05_nomad_zero_route_of_a_vault_without_one_releases_nothing(unlisted, refused):
    """Its route reads as zero, and so does the hash of its records: even a signed checkpoint of route zero is none."""
    loot = [Transfer(SENDER, THIEF, 100)]
    assert bytes(unlisted.contract.inboundRoute()) == ZERO
    point = fold_all(Point(0, ZERO, 0), loot)
    forged = unlisted.checkpoint(route_id=ZERO, count=1, acc=point.acc, cumulative=100)
    with refused("NotListed", of=unlisted):
        unlisted.arrive(forged, loot)
    assert unlisted.paid(THIEF) == 0


def test_case_05_nomad_zero_record_is_not_in_the_queue(route, refused):
    for nonce, transfer in ((0, (ZERO_ADDRESS, ZERO_ADDRESS, 0)), (2**64 - 1, (SENDER, THIEF, 1))):
        with refused("NotQueued", nonce):
            route.contract.releaseQueued(nonce, transfer, 0, {"from": route.relayer})


# --- 6: the threshold was left at zero, Ronin 2024 ---


@pytest.mark.parametrize("threshold, count", [(0, 3), (0, 0), (1, 0), (4, 3)])
def test_case_06_ronin_2024_no_set_has_a_threshold_of_zero_or_more_than_its_members(
    route, build, governor, refused, threshold, count
):
    addresses = [key.address for key in attestors(count, "newcomer")]
    with refused("InvalidThreshold", threshold, count):
        route.contract.rotate(threshold, addresses, {"from": governor})
    with reverts("InvalidThreshold", threshold, count):
        build(addresses=addresses, threshold=threshold)


def test_case_06_ronin_2024_a_threshold_of_zero_in_the_call_is_not_the_one_in_office(route, refused):
    route.record((THIEF, 100))
    named = route.set_of(0, route.addresses)
    with refused("WrongAttestors", named, bytes(route.contract.attestorSet())):
        route.arrive(attestation=route.pack({}, threshold=0))


# --- 7: the check of signatures was bypassed, Wormhole 2022 ---


def test_case_07_wormhole_no_signatures_are_no_quorum(route, refused):
    route.record((THIEF, 100))
    with refused("ThresholdNotMet", 0, 2):
        route.arrive(attestation=route.pack({}))


def test_case_07_wormhole_who_vouches_is_not_the_callers_to_say(route, refused):
    """The thief brings attestors of his own, who really signed."""
    route.record((THIEF, 100))
    thieves = attestors(3, "thief")
    own = route.like(keys=thieves)
    named = route.set_of(2, own.addresses)
    with refused("WrongAttestors", named, bytes(route.contract.attestorSet())):
        route.arrive(attestation=own.attest(route.checkpoint()))
    forged = route.pack(own.signatures(route.checkpoint()))
    with refused("InvalidSignature", route.addresses[0], route.digest(route.checkpoint())):
        route.arrive(attestation=forged)


@pytest.mark.parametrize("garbage", [bytes(64), b"\xff" * 64, b"\x01" * 64, bytes(31) + b"\x01" + bytes(32)])
def test_case_07_wormhole_a_signature_of_nobody_is_not_an_attestors(route, refused, garbage):
    """The precompile answers nothing or zero to such, which must be nobody's address."""
    route.record((THIEF, 100))
    with refused("InvalidSignature", route.addresses[0], route.digest(route.checkpoint())):
        route.arrive(attestation=route.pack({0: garbage, 1: garbage}))


def test_case_07_wormhole_the_way_by_points_asks_for_signatures_too(route, refused):
    route.record((THIEF, 100), (THIEF, 1))
    unsigned = (route.checkpoint().values(), route.pack({}), route.points[1].values(), route.records[1:])
    with refused("ThresholdNotMet", 0, 2):
        route.contract.split(*unsigned, {"from": route.relayer})
    with refused("UnknownPoint", 2, route.proven(2)):
        route.contract.splitPoint(
            route.points[2].values(), route.points[1].values(), route.records[1:], {"from": route.relayer}
        )


# --- 8: a proof forged in the middle of its tree, BNB 2022 ---


def test_case_08_bnb_no_record_is_changed_left_out_doubled_or_moved(route, refused):
    honest = [Transfer(SENDER, fresh_address(i), 100) for i in range(3)]
    route.record(*honest)
    first, second, third = honest
    forged = [
        [first, second._replace(to=THIEF), third],
        [first, second._replace(sender=THIEF), third],
        [first._replace(amount=101), second._replace(amount=99), third],
        [second, first, third],
        [first, first, third],
    ]
    for transfers in forged:
        got = fold_all(route.points[0], transfers).acc
        with refused("WrongAccumulator", got, route.points[3].acc):
            route.arrive(transfers=transfers)
    route.arrive()
    assert [route.paid(each.to) for each in honest] == [100] * 3


def test_case_08_bnb_a_hash_from_within_the_chain_is_no_beginning(route, refused):
    """The forged proof began at an inner node. Here each fold begins where the contract stands."""
    route.record((THIEF, 100), (THIEF, 100), (THIEF, 100)).arrive(route.checkpoint(1))
    with refused("WrongTransferCount", 1, 2):
        route.arrive(transfers=route.records[2:])
    got = fold_all(route.points[1], [route.records[2], route.records[1]._replace(amount=0)]).acc
    with refused("WrongAccumulator", got, route.points[3].acc):
        route.arrive(transfers=[route.records[2], route.records[1]._replace(amount=0)])


def test_case_08_bnb_no_point_is_proven_that_is_not_on_the_way(route, refused):
    route.record(*[(THIEF, 100)] * 3)
    forged = replace(route.points[1], acc=keccak(b"forged"))
    got = fold_all(forged, route.records[1:]).acc
    with refused("WrongAccumulator", got, route.points[3].acc):
        route.split(1, acc=forged.acc)
    with refused("WrongCumulative", 400, 300):
        route.split(1, cumulative=200)


# --- 9: an index beyond the count, and items left over, Hyperbridge 2026 ---


def test_case_09_hyperbridge_exactly_the_records_up_to_the_count(route, refused):
    route.record(*[(THIEF, 100)] * 3)
    extra = [*route.records, Transfer(SENDER, THIEF, 5)]
    for transfers in ([], route.records[:2], extra, [*extra, extra[-1]]):
        with refused("WrongTransferCount", len(transfers), 3):
            route.arrive(transfers=transfers)
    for count in (2, 4):
        beyond = route.checkpoint(count=3)
        with refused("WrongTransferCount", 3, count):
            route.arrive(replace(beyond, count=count), transfers=route.records)


@pytest.mark.parametrize("count", [2**40, 2**63, 2**64 - 1])
def test_case_09_hyperbridge_a_count_beyond_all_records_arrives_with_nothing(route, refused, count):
    route.record((THIEF, 100))
    with refused("WrongTransferCount", 1, count):
        route.arrive(replace(route.checkpoint(), count=count), transfers=route.records)


def test_case_09_hyperbridge_a_count_that_goes_back_or_stands_still_moves_nothing(route, refused):
    route.record(*[(THIEF, 100)] * 3).arrive()
    for count in (0, 1, 3):
        with refused("AlreadyArrived", count, 3):
            route.arrive(route.checkpoint(count), transfers=[])


def test_case_09_hyperbridge_a_point_lies_between_what_arrived_and_what_it_is_proven_from(route, refused):
    route.record(*[(THIEF, 100)] * 3).arrive(route.checkpoint(1))
    for count in (0, 1, 3):
        with refused("PointOutOfRange", count, 1, 3):
            route.split(count)
    with refused("WrongTransferCount", 0, 1):
        route.contract.split(
            route.checkpoint().values(),
            route.attest(route.checkpoint()),
            route.points[2].values(),
            [],
            {"from": route.relayer},
        )
