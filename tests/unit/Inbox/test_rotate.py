"""Another attestor set comes into office."""

import pytest

from tests.support import emitted, reverts
from tests.unit.bridge_cases.route import attestors, unused_address
from tests.unit.trail import record

PAYEE = unused_address("payee after a rotation")
ZERO_ADDRESS = "0x" + "00" * 20


def addresses(count, seed="next"):
    return [key.address for key in attestors(count, seed)]


def test_the_new_set_signs_from_now_on_and_it_is_on_the_trail_once(route, governor):
    contract, members, length = route.contract, addresses(5), route.contract.auditLength()
    tx = contract.rotate(3, members, {"from": governor})
    kept = record(tx, contract, governor, "rotate", ["uint64", "uint256", "address[]"], [2, 3, members])
    assert emitted(tx, contract)[0][:3] == ("AttestorsRotated", 2, 3)
    assert [str(member) for member in tx.events["AttestorsRotated"]["attestors"]] == members
    assert emitted(tx, contract)[1:] == [kept]
    assert (contract.epoch(), contract.auditLength()) == (2, length + 1)
    assert bytes(contract.attestorSet()) == route.set_of(3, members)


def test_old_signatures_are_worth_nothing_and_new_ones_count(route, governor, refused):
    route.record((PAYEE, 7))
    old = route.checkpoint(), route.attest(route.checkpoint())
    route.rotate(attestors(4, "next"), threshold=3)
    with refused("WrongEpoch", 1, 2):
        route.arrive(old[0], attestation=old[1])
    route.arrive()
    assert route.paid(PAYEE) == 7


@pytest.mark.parametrize("count", [1, 32])
def test_a_set_of_one_and_one_of_the_most_work(route, count):
    route.rotate(attestors(count, "next"), threshold=count)
    route.record((PAYEE, 7)).arrive()
    assert route.paid(PAYEE) == 7


def test_a_set_has_at_most_so_many(route, governor, refused):
    assert route.contract.MAX_ATTESTORS() == 32
    with refused("TooManyAttestors", 33, 32):
        route.contract.rotate(2, addresses(33), {"from": governor})


@pytest.mark.parametrize("threshold, count", [(0, 3), (4, 3), (0, 0), (1, 0), (2**256 - 1, 3)])
def test_a_threshold_is_from_one_to_all(route, governor, refused, threshold, count):
    with refused("InvalidThreshold", threshold, count):
        route.contract.rotate(threshold, addresses(count), {"from": governor})


def test_attestors_ascend_each_once_and_none_is_zero(route, governor, refused):
    first, second, third = addresses(3)
    for members, index in (
        ([second, first, third], 1),
        ([first, second, second], 2),
        ([ZERO_ADDRESS, first], 0),
    ):
        with refused("AttestorOutOfOrder", index, members[index]):
            route.contract.rotate(1, members, {"from": governor})


def test_who_equivocated_is_in_no_later_set(route, governor, refused):
    route.record((PAYEE, 7))
    liar = route.addresses[1]
    route.equivocate(1)
    with refused("DisabledAttestor", liar):
        route.contract.rotate(2, route.addresses, {"from": governor})
    route.contract.rotate(2, [each for each in route.addresses if each != liar], {"from": governor})
    assert route.contract.epoch() == 2


def test_only_the_governor_does(route, guardian, stranger, refused):
    for account in (guardian, stranger, route.relayer):
        with refused("AccessControlUnauthorizedAccount", account, bytes(32)):
            route.contract.rotate(1, addresses(3), {"from": account})


def test_no_contract_is_made_with_a_set_that_is_none(build_token, build_vault):
    members = addresses(3)
    for build in (build_token, lambda **settings: build_vault(ZERO_ADDRESS, **settings)):
        with reverts("InvalidThreshold", 4, 3):
            build(addresses=members, threshold=4)
        with reverts("InvalidThreshold", 0, 0):
            build(addresses=[], threshold=0)
        with reverts("AttestorOutOfOrder", 1, members[0]):
            build(addresses=members[::-1][1:])
