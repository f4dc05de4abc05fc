"""An attestor who signed two states that exclude each other is out, and everything stands still."""

from dataclasses import replace

import pytest
from eth_utils import keccak

from tests.support import emitted, event, reverts
from tests.unit.bridge_cases.route import DAY, OTHER_CHAIN, PEER, attestors, unused_address
from tests.unit.trail import record

PAYEE = unused_address("payee after an equivocation")
FORK = keccak(text="another block of that number")
MAX_PAUSE_SECONDS = 14 * DAY


@pytest.fixture
def checkpoint(route):
    return route.record((PAYEE, 7), (PAYEE, 8)).checkpoint()


EXCLUDED = [
    {"src_block_hash": FORK},
    {"acc": FORK},
    {"cumulative": 14},
    {"src_block": 1, "acc": FORK},
    {"count": 1, "acc": FORK, "src_block_hash": FORK},
]
COMPATIBLE = [
    {},
    {"src_block": 2_000, "src_block_hash": FORK},
    {"src_block": 2_000, "src_block_hash": FORK, "count": 3, "acc": FORK, "cumulative": 99},
    {"route_id": FORK, "acc": FORK},
    {"epoch": 2, "acc": FORK},
]


@pytest.mark.parametrize("change", EXCLUDED, ids=str)
def test_anyone_proves_it_and_it_is_on_the_trail_once(route, checkpoint, stranger, change):
    contract, other = route.contract, replace(checkpoint, **change)
    length, digests = contract.auditLength(), (route.digest(checkpoint), route.digest(other))
    tx = route.prove_equivocation(1, checkpoint, other, sender=stranger)
    until = tx.timestamp + MAX_PAUSE_SECONDS
    kept = record(tx, contract, stranger, "trip", ["bytes32", "uint48"], [digests[0], until])
    assert emitted(tx, contract) == [
        event("EquivocationProven", route.addresses[1], *digests),
        event("Tripped", digests[0], until),
        kept,
    ]
    assert [contract.isDisabled(each) for each in route.addresses] == [False, True, False]
    assert (bytes(contract.attestorSet()), contract.pausedUntil()) == (bytes(32), until)
    assert contract.auditLength() == length + 1


@pytest.mark.parametrize("change", COMPATIBLE, ids=str)
def test_what_does_not_exclude_each_other_proves_nothing(route, checkpoint, refused, change):
    with refused("NoEquivocation"):
        route.prove_equivocation(1, checkpoint, replace(checkpoint, **change))


def test_a_vault_before_and_after_its_listing_proves_nothing(route, unlisted, governor, refused):
    """An honest attestor may have read it on both sides of that block; no record had left on either."""
    before = unlisted.sent()
    unlisted.contract.list(OTHER_CHAIN, PEER, {"from": governor})
    after = unlisted.sent()
    assert before.count == after.count == 0 and before.acc == bytes(32) != after.acc
    first = replace(route.checkpoint(0), acc=before.acc)
    second = replace(first, acc=after.acc, src_block=first.src_block + 1, src_block_hash=FORK)
    with refused("NoEquivocation"):
        route.prove_equivocation(0, first, second)


def test_two_blocks_of_one_number_count_before_anything_left_as_well(route):
    first = route.checkpoint(0)
    route.prove_equivocation(0, first, replace(first, src_block_hash=FORK))
    assert route.contract.isDisabled(route.addresses[0])


def test_two_attestors_who_disagree_prove_nothing_of_either(route, checkpoint, refused):
    with refused("NotAnAttestor", route.addresses[0]):
        route.prove_equivocation(0, checkpoint, replace(checkpoint, acc=FORK), second_signer=1)


def test_who_is_not_in_office_proves_nothing(route, checkpoint, refused):
    keys = attestors(seed="stranger")
    other = replace(checkpoint, acc=FORK)
    signed = [route.like(keys).signatures(each, [0])[0] for each in (checkpoint, other)]
    arguments = (checkpoint.values(), signed[0], other.values(), signed[1], 2, route.addresses)
    with refused("NotAnAttestor", keys[0].address):
        route.contract.proveEquivocation(*arguments, {"from": route.relayer})


def test_a_signature_of_nobody_is_not_a_members(route, checkpoint, refused):
    """Two that recover to zero would agree on their signer."""
    other = replace(checkpoint, acc=FORK)
    arguments = (checkpoint.values(), bytes(64), other.values(), bytes(64), 2, route.addresses)
    with refused("NotAnAttestor", "0x" + "00" * 20):
        route.contract.proveEquivocation(*arguments, {"from": route.relayer})


def test_both_are_of_this_route_and_epoch(route, checkpoint, refused):
    def prove(**change):
        first = replace(checkpoint, **change)
        route.prove_equivocation(0, first, replace(first, acc=FORK))

    with refused("WrongRoute", FORK, route.points[0].acc):
        prove(route_id=FORK)
    with refused("WrongEpoch", 2, 1):
        prove(epoch=2)


def test_it_is_proven_once(route, checkpoint, refused):
    route.prove_equivocation(0, checkpoint, replace(checkpoint, acc=FORK))
    with refused("NoAttestors"):
        route.prove_equivocation(0, checkpoint, replace(checkpoint, acc=FORK))
    with refused("NoAttestors"):
        route.prove_equivocation(1, checkpoint, replace(checkpoint, acc=FORK))


def test_during_a_pause_it_counts_as_well(route, checkpoint, guardian):
    until = route.contract.pause(DAY, {"from": guardian}).timestamp + DAY
    route.prove_equivocation(2, checkpoint, replace(checkpoint, acc=FORK))
    assert route.contract.isDisabled(route.addresses[2])
    assert (bytes(route.contract.attestorSet()), route.contract.pausedUntil()) == (bytes(32), until)


def test_others_go_on_after_a_rotation(route, checkpoint, governor):
    route.prove_equivocation(0, checkpoint, replace(checkpoint, acc=FORK))
    route.contract.unpause({"from": governor})
    with reverts("NoAttestors"):
        route.arrive()
    route.rotate(route.keys[1:])
    route.arrive()
    assert route.paid(PAYEE) == 15
