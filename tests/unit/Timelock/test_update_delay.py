"""updateDelay: only by an operation, never below the floor nor above the ceiling."""

import pytest

from scripts.papers.operation import id_of
from tests.support import emitted, event, reverts
from tests.unit.keys import DAY
from tests.unit.Timelock.conftest import DELAY


@pytest.mark.parametrize("delay", [DAY, 6 * DAY])
def test_an_operation_changes_the_least_delay_of_what_is_scheduled_from_then_on(timelock, desk, owned, delay):
    tx = desk.carry_out(desk.itself("updateDelay", delay))
    assert event("MinDelayChange", DELAY, delay) in emitted(tx, timelock)
    assert timelock.getMinDelay() == delay
    operation = desk.write((owned, 0, owned.setValue.encode_input(2)))
    with reverts("DelayTooShort", delay - 1, delay):
        desk.schedule(operation, delay - 1)
    desk.schedule(operation, delay)


def test_a_change_of_the_least_delay_leaves_what_is_scheduled_alone(timelock, desk, owned, set_seven):
    longer = desk.itself("updateDelay", 6 * DAY)
    desk.schedule(longer)
    desk.schedule(set_seven)
    ready_at = timelock.getTimestamp(id_of(set_seven))
    desk.wait_for(set_seven)
    desk.execute(longer)
    desk.execute(set_seven)
    assert (owned.value(), timelock.getTimestamp(id_of(set_seven))) == (7, 1)
    assert ready_at > 1


@pytest.mark.parametrize("delay", [0, 1, DAY - 1])
def test_no_operation_lowers_the_delay_below_the_floor(timelock, desk, delay):
    operation = desk.itself("updateDelay", delay)
    desk.schedule(operation)
    desk.wait_for(operation)
    with reverts("DelayTooShort", delay, DAY):
        desk.execute(operation)
    assert timelock.getMinDelay() == DELAY


@pytest.mark.parametrize("delay", [6 * DAY + 1, 2**256 - 1])
def test_no_operation_raises_the_delay_above_the_ceiling(timelock, desk, delay):
    operation = desk.itself("updateDelay", delay)
    desk.schedule(operation)
    desk.wait_for(operation)
    with reverts("DelayTooLong", delay, 6 * DAY):
        desk.execute(operation)


@pytest.mark.parametrize("role", ["proposer", "guardian", "relayer", "deployer"])
def test_update_delay_by_anyone_but_the_timelock_reverts(timelock, request, role):
    account = request.getfixturevalue(role)
    with reverts("NotTimelock", account):
        timelock.updateDelay(3 * DAY, {"from": account})
