"""Cancelling: while it is pending; what is guarded only by whoever scheduled it."""

import pytest

from scripts.papers.operation import State, id_of
from tests.support import emitted, event, payment_id, reverts
from tests.unit.signing import DAY, GRACE
from tests.unit.spelling import plain


@pytest.fixture
def guarded(timelock, desk, owned):
    """An operation that only the proposer may cancel."""
    return desk.write((owned, 0, owned.setValue.encode_input(9)), salt=bytes(timelock.GUARDED_SALT()))


@pytest.mark.parametrize("role", ["guardian", "proposer"])
@pytest.mark.parametrize("late", [-1, 0, 1, GRACE - 1])
def test_what_is_pending_is_cancelled_by_canceller_or_proposer(timelock, desk, request, set_seven, role, late):
    desk.schedule(set_seven)
    desk.wait_for(set_seven, late)
    tx = timelock.cancel(id_of(set_seven), {"from": request.getfixturevalue(role)})
    assert timelock.getOperationState(id_of(set_seven)) == State.UNSET
    assert plain(emitted(tx, timelock)) == plain([event("Cancelled", id_of(set_seven))])


@pytest.mark.parametrize("role", ["guardian", "proposer"])
def test_cancel_of_what_is_not_scheduled_reverts(timelock, request, role):
    with reverts("NotScheduled", payment_id("unknown")):
        timelock.cancel(payment_id("unknown"), {"from": request.getfixturevalue(role)})


def test_cancel_twice_reverts(timelock, desk, guardian, set_seven):
    desk.schedule(set_seven)
    timelock.cancel(id_of(set_seven), {"from": guardian})
    with reverts("NotScheduled", id_of(set_seven)):
        timelock.cancel(id_of(set_seven), {"from": guardian})


def test_cancel_of_what_is_done_reverts(timelock, desk, guardian, set_seven):
    desk.carry_out(set_seven)
    with reverts("AlreadyDone", id_of(set_seven)):
        timelock.cancel(id_of(set_seven), {"from": guardian})


def test_cancel_of_what_has_expired_reverts(timelock, desk, guardian, set_seven):
    desk.schedule(set_seven)
    expires_at = timelock.getTimestamp(id_of(set_seven)) + GRACE
    desk.wait_for(set_seven, GRACE)
    with reverts("Expired", id_of(set_seven), expires_at, expires_at):
        timelock.cancel(id_of(set_seven), {"from": guardian})


@pytest.mark.parametrize("late", [-1, 0, GRACE - 1])
def test_what_is_guarded_is_not_the_cancellers_to_cancel(timelock, desk, owned, guardian, guarded, late):
    desk.schedule(guarded)
    desk.wait_for(guarded, late)
    with reverts("NotCancellable", id_of(guarded), guardian):
        timelock.cancel(id_of(guarded), {"from": guardian})
    desk.wait_for(guarded, max(late, 0))
    desk.execute(guarded)
    assert (owned.value(), timelock.getTimestamp(id_of(guarded))) == (9, 1)


def test_who_scheduled_what_is_guarded_cancels_it(timelock, desk, proposer, guarded):
    desk.schedule(guarded)
    timelock.cancel(id_of(guarded), {"from": proposer})
    assert timelock.getOperationState(id_of(guarded)) == State.UNSET


def test_what_is_guarded_runs_through_the_same_times_as_any_other(timelock, desk, guarded, chain):
    key = id_of(guarded)
    ready_at = desk.schedule(guarded).timestamp + timelock.getMinDelay()
    assert (timelock.getTimestamp(key), timelock.getOperationState(key)) == (ready_at, State.WAITING)
    with reverts("AlreadyScheduled", key, ready_at):
        desk.schedule(guarded)
    desk.wait_for(guarded, -1)
    with reverts("TooEarly", key, ready_at - 1, ready_at):
        desk.execute(guarded)
    desk.wait_for(guarded)
    chain.mine()
    assert timelock.getOperationState(key) == State.READY
    desk.wait_for(guarded, GRACE)
    with reverts("Expired", key, ready_at + GRACE, ready_at + GRACE):
        desk.execute(guarded)
    tx = desk.schedule(guarded)
    assert timelock.getTimestamp(key) == tx.timestamp + timelock.getMinDelay()


def test_a_guard_does_not_outlive_its_operation(timelock, desk, proposer, guardian, guarded):
    """What was guarded, cancelled and done tells a later call nothing but that it is done."""
    desk.schedule(guarded)
    timelock.cancel(id_of(guarded), {"from": proposer})
    with reverts("NotScheduled", id_of(guarded)):
        timelock.cancel(id_of(guarded), {"from": guardian})
    desk.carry_out(guarded)
    with reverts("AlreadyDone", id_of(guarded)):
        timelock.cancel(id_of(guarded), {"from": guardian})


def test_a_predecessor_that_was_guarded_counts_once_it_is_done(timelock, desk, owned, guarded):
    second = desk.write((owned, 0, owned.setValue.encode_input(3)), after=id_of(guarded))
    desk.schedule(guarded)
    desk.schedule(second, 2 * DAY + 1)
    desk.wait_for(second)
    with reverts("PredecessorNotDone", id_of(second), id_of(guarded)):
        desk.execute(second)
    desk.execute(guarded)
    desk.execute(second)
    assert owned.value() == 3
