"""Who signed, with whom is absent, is the set in office, whatever its size; and nobody else is."""

from itertools import combinations, permutations

import pytest

from offchain.core.checkpoint import attestor_set, pack
from tests.unit.bridge_cases.route import attestors, unused_address
from tests.unit.rawcall import refusal
from tests.unit.signing import data_of

PAYEE = unused_address("payee by a quorum")
ZERO_ADDRESS = "0x" + "00" * 20


@pytest.fixture
def four(route):
    """Four in office, of whom two must sign; one record waits to arrive."""
    route.rotate(attestors(4, "of four"), threshold=2)
    return route.record((PAYEE, 7))


def why(route, attestation):
    """Why the record would be refused with that; None if it would arrive."""
    arguments = route.checkpoint().values(), pack(route.records), attestation
    return refusal(route.contract, data_of(route.arrive_now, *arguments), route.relayer)


def subsets(count):
    return [chosen for size in range(count + 1) for chosen in combinations(range(count), size)]


@pytest.mark.parametrize("threshold, count", [(1, 1), (2, 2), (5, 9), (32, 32), (1, 32)])
def test_the_hash_of_a_set_is_of_epoch_threshold_and_members(route, threshold, count):
    keys = attestors(count, "a set")
    route.rotate(keys, threshold)
    members = [key.address for key in keys]
    assert bytes(route.contract.attestorSet()) == attestor_set(2, threshold, members)
    assert bytes(route.contract.attestorSet()) == route.set_of(threshold, members, 2)


def test_of_every_subset_those_of_the_threshold_are_enough(four):
    checkpoint = four.checkpoint()
    for signers in subsets(4):
        expected = None if len(signers) >= 2 else f"ThresholdNotMet: {len(signers)}, 2"
        assert why(four, four.attest(checkpoint, signers)) == expected


def test_in_no_other_order_are_they_the_set(four):
    signed = four.signatures(four.checkpoint(), range(4))
    for order in permutations(range(4)):
        attestation = four.pack({place: signed[number] for place, number in enumerate(order)})
        got = why(four, attestation)
        assert (got is None) == (order == (0, 1, 2, 3)), order
        assert got is None or got.startswith("WrongAttestors: ")


def test_the_absent_are_named_each_in_his_place(four):
    signed = four.signatures(four.checkpoint(), [1, 2])
    first, _, _, last = four.addresses
    assert why(four, four.pack(signed, absent=[first, last])) is None
    lists = ([last, first], [first, first], [first], [], [first, ZERO_ADDRESS], [first, last, last])
    for absent in lists:
        got = why(four, four.pack(signed, absent=absent))
        assert got and got.split(":")[0] in ("WrongAttestors", "UnknownSigner"), absent


def test_who_is_both_present_and_absent_is_another_set(four):
    signed = four.signatures(four.checkpoint(), [0, 1])
    got = why(four, four.pack(signed, absent=[four.addresses[1], *four.addresses[2:]]))
    assert got and got.startswith("WrongAttestors: ")


def test_another_threshold_is_another_set(four):
    signed = four.signatures(four.checkpoint(), range(4))
    for threshold in (0, 1, 3, 4):
        got = why(four, four.pack(signed, threshold=threshold))
        assert got and got.startswith("WrongAttestors: "), threshold
    assert why(four, four.pack(signed, threshold=5)) == "ThresholdNotMet: 4, 5"


@pytest.mark.parametrize("signers", [range(17), range(15, 32), range(32), [*range(0, 30, 2), 29, 31]])
def test_the_largest_set_signs_from_wherever_in_it(route, signers):
    route.rotate(attestors(32, "the largest"), threshold=17)
    route.record((PAYEE, 7)).arrive(attestation=route.attest(route.checkpoint(), signers))
    assert route.paid(PAYEE) == 7
