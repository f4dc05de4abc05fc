"""cancel: by a guardian or a proposer, while it is pending; but no guardian cancels a change of guardians."""

import pytest

from offchain.core.operation import State, id_of
from tests.support import emitted, event, payment_id, reverts
from tests.unit.Timelock.test_schedule import GRACE, plain


@pytest.mark.parametrize("role", ["guardian", "proposer"])
@pytest.mark.parametrize("late", [-1, 0, 1, GRACE - 1])
def test_what_is_pending_is_cancelled_by_guardian_or_proposer(timelock, desk, request, set_seven, role, late):
    desk.schedule(set_seven)
    desk.wait_for(set_seven, late)
    tx = timelock.cancel(id_of(set_seven), {"from": request.getfixturevalue(role)})
    assert timelock.getOperationState(id_of(set_seven)) == State.UNSET
    assert plain(emitted(tx, timelock)) == plain([event("Cancelled", id_of(set_seven))])


@pytest.mark.parametrize("role", ["relayer", "stranger", "deployer"])
def test_cancel_by_anyone_else_reverts(timelock, desk, request, set_seven, role):
    other = request.getfixturevalue(role)
    desk.schedule(set_seven)
    with reverts("NotCanceller", other):
        timelock.cancel(id_of(set_seven), {"from": other})


def test_cancel_of_what_is_not_scheduled_reverts(timelock, guardian):
    with reverts("NotScheduled", payment_id("unknown")):
        timelock.cancel(payment_id("unknown"), {"from": guardian})


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


@pytest.mark.parametrize("act", ["grantRole", "revokeRole"])
def test_a_stolen_guardian_key_cannot_cancel_its_own_removal_nor_its_successor(timelock, desk, guardian, stranger, act):
    account = guardian if act == "revokeRole" else stranger
    operation = desk.itself(act, timelock.CANCELLER_ROLE(), account)
    desk.schedule(operation)
    with reverts("NotCancellable", id_of(operation), guardian):
        timelock.cancel(id_of(operation), {"from": guardian})
    desk.wait_for(operation)
    desk.execute(operation)
    assert timelock.hasRole(timelock.CANCELLER_ROLE(), account) == (act == "grantRole")


def test_a_proposer_cancels_a_change_of_guardians(timelock, desk, proposer, guardian):
    operation = desk.itself("revokeRole", timelock.CANCELLER_ROLE(), guardian)
    desk.schedule(operation)
    timelock.cancel(id_of(operation), {"from": proposer})
    assert timelock.getOperationState(id_of(operation)) == State.UNSET


def test_a_guardian_who_is_a_proposer_too_cancels_as_one(timelock, desk, guardian):
    desk.carry_out(desk.itself("grantRole", timelock.PROPOSER_ROLE(), guardian))
    operation = desk.itself("revokeRole", timelock.CANCELLER_ROLE(), guardian)
    desk.schedule(operation)
    timelock.cancel(id_of(operation), {"from": guardian})


def test_nothing_hides_from_a_guardian_behind_a_change_of_guardians(timelock, desk, owned, guardian):
    """Beside the removal of the guardian a batch could hold the act that the guardian is there to stop."""
    removal = timelock.revokeRole.encode_input(timelock.CANCELLER_ROLE(), guardian)
    operation = desk.write((timelock, 0, removal), (owned, 0, owned.setValue.encode_input(666)))
    desk.schedule(operation)
    timelock.cancel(id_of(operation), {"from": guardian})


@pytest.mark.parametrize("what", ["proposers", "delay", "elsewhere", "role alone", "nothing", "batch of one"])
def test_a_guardian_cancels_all_that_is_not_a_change_of_guardians(timelock, desk, owned, guardian, stranger, what):
    removal = timelock.revokeRole.encode_input(timelock.CANCELLER_ROLE(), guardian)
    operation = {
        "proposers": desk.itself("grantRole", timelock.PROPOSER_ROLE(), stranger),
        "delay": desk.itself("updateDelay", 86400),
        "elsewhere": desk.write((owned, 0, removal)),
        "role alone": desk.write((timelock, 0, removal[: 2 + 2 * 35])),
        "nothing": desk.write((timelock, 0, "")),
        "batch of one": desk.write((timelock, 0, removal), batch=True),
    }[what]
    desk.schedule(operation)
    timelock.cancel(id_of(operation), {"from": guardian})
    assert timelock.getOperationState(id_of(operation)) == State.UNSET


def test_a_change_of_guardians_runs_through_the_same_times_as_any_other(timelock, desk, guardian):
    operation = desk.itself("revokeRole", timelock.CANCELLER_ROLE(), guardian)
    key = id_of(operation)
    tx = desk.schedule(operation)
    ready_at = tx.timestamp + timelock.getMinDelay()
    assert (timelock.getTimestamp(key), timelock.getOperationState(key)) == (ready_at, State.WAITING)
    with reverts("AlreadyScheduled", key, ready_at):
        desk.schedule(operation)
    desk.wait_for(operation, GRACE)
    with reverts("Expired", key, ready_at + GRACE, ready_at + GRACE):
        desk.execute(operation)
