"""A backlog too long for one transaction arrives in parts."""

from dataclasses import replace

import pytest

from offchain.core.checkpoint import fold_all, pack
from tests.support import at, emitted, event, reverts
from tests.unit.bridge_cases.route import DAY, attestors, unused_address

PAYEE = unused_address("payee in parts")


@pytest.fixture
def backlog(route):
    """Five records, none of which has arrived."""
    return route.record(*[(PAYEE, 10**n) for n in range(5)])


def split_point(route, later, count, start=None):
    records = pack(route.records[count if start is None else start : later])
    points = route.points[later].values(), route.points[count].values()
    return route.contract.splitPoint(*points, records, {"from": route.relayer})


def test_a_point_is_proven_from_a_checkpoint_and_what_is_up_to_it_arrives(backlog):
    tx = backlog.split(2)
    point = backlog.points[2]
    assert emitted(tx, backlog.contract) == [event("PointProven", 2, point.acc, point.cumulative)]
    assert bytes(backlog.contract.provenPoint(2)) == backlog.proven(2)
    tx = backlog.arrive_at(2)
    assert emitted(tx, backlog.contract)[0] == event("Arrived", 0, 2, point.acc, point.cumulative)
    assert (backlog.paid(PAYEE), backlog.contract.inbox()[0]) == (11, 2)
    backlog.arrive()
    assert backlog.paid(PAYEE) == 11111


def test_a_point_is_proven_from_a_proven_point(backlog):
    backlog.split(4)
    tx = split_point(backlog, 4, 1)
    point = backlog.points[1]
    assert emitted(tx, backlog.contract) == [event("PointProven", 1, point.acc, point.cumulative)]
    for count in (1, 4):
        backlog.arrive_at(count)
    assert backlog.paid(PAYEE) == 1111


def test_points_in_parts_end_where_one_checkpoint_does(backlog):
    for count in (4, 3, 2, 1):
        backlog.split(count)
    for count in (1, 2, 3, 4):
        backlog.arrive_at(count)
    backlog.arrive()
    count, cumulative, acc = backlog.contract.inbox()
    assert (count, bytes(acc), cumulative) == backlog.points[5].values()
    assert backlog.paid(PAYEE) == 11111


def test_a_point_lies_after_what_arrived_and_before_what_it_is_proven_from(backlog, refused):
    backlog.arrive(backlog.checkpoint(2))
    for count in (0, 1, 2, 5):
        with refused("PointOutOfRange", count, 2, 5):
            backlog.split(count)
    backlog.split(4)
    with refused("PointOutOfRange", 2, 2, 4):
        split_point(backlog, 4, 2)
    with refused("PointOutOfRange", 4, 2, 4):
        split_point(backlog, 4, 4)


def test_the_records_close_from_the_point_to_the_checkpoint(backlog, refused):
    with refused("WrongRecordsLength", 104, 156):
        backlog.contract.split(
            backlog.checkpoint().values(),
            backlog.attest(backlog.checkpoint()),
            backlog.points[2].values(),
            pack(backlog.records[3:]),
            {"from": backlog.relayer},
        )
    with refused("WrongCumulative", backlog.points[5].cumulative + 1, backlog.points[5].cumulative):
        backlog.split(2, cumulative=backlog.points[2].cumulative + 1)
    with reverts("WrongRecordsLength", 104, 52):
        backlog.split(4)
        split_point(backlog, 4, 3, start=2)


def test_a_point_of_another_history_is_not_proven(backlog, refused):
    forged = replace(backlog.points[2], acc=backlog.points[1].acc)
    with refused("WrongAccumulator", fold_all(forged, backlog.records[2:]).acc, backlog.points[5].acc):
        backlog.split(2, acc=forged.acc)


def test_a_point_that_nobody_proved_reverts(backlog, refused):
    with refused("UnknownPoint", 3, backlog.proven(3)):
        backlog.arrive_at(3)
    with refused("UnknownPoint", 3, backlog.proven(3)):
        split_point(backlog, 3, 1)


@pytest.mark.parametrize("field", ["acc", "cumulative"])
def test_a_proven_point_is_this_one(backlog, field):
    backlog.split(3)
    value = {"acc": backlog.points[2].acc, "cumulative": backlog.points[3].cumulative + 1}[field]
    with pytest.raises(Exception, match="UnknownPoint"):
        backlog.arrive_at(3, **{field: value})
    assert backlog.paid(PAYEE) == 0


def test_a_point_asks_for_the_attestors_as_an_arrival_does(backlog, refused):
    strangers = backlog.like(keys=attestors(seed="stranger"))
    named = backlog.set_of(2, strangers.addresses)
    with refused("WrongAttestors", named, bytes(backlog.contract.attestorSet())):
        strangers.split(2)


def test_a_rotation_ends_a_proven_point(backlog, refused):
    backlog.split(3)
    backlog.rotate(attestors(seed="next"))
    with refused("UnknownPoint", 3, backlog.proven(3)):
        backlog.arrive_at(3)


def test_an_equivocation_ends_a_proven_point(backlog, governor, refused):
    backlog.split(3)
    backlog.equivocate(0)
    backlog.contract.unpause({"from": governor})
    with refused("NoAttestors"):
        backlog.arrive_at(3)
    with refused("NoAttestors"):
        split_point(backlog, 3, 1)


def test_a_pause_blocks_what_arrives_by_a_point_and_no_proof_of_one(backlog, guardian, refused):
    until = backlog.contract.pause(DAY, {"from": guardian}).timestamp + DAY
    backlog.split(2)
    with refused("ContractPaused", until):
        backlog.arrive_at(2)
    at(until)
    backlog.arrive_at(2)
    assert backlog.paid(PAYEE) == 11


def test_a_point_that_arrived_arrives_no_more(backlog, refused):
    backlog.split(2)
    backlog.arrive_at(2)
    with refused("AlreadyArrived", 2, 2):
        backlog.arrive_at(2)
