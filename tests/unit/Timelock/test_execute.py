"""execute and executeBatch: from the second it is ready, for the grace period, once, in order, all or nothing."""

import pytest

from scripts.papers.operation import State, id_of
from tests.support import emitted, event, payment_id, reverts
from tests.unit.signing import DAY, GRACE
from tests.unit.spelling import plain

SALT = payment_id("salt")


def test_anyone_executes_what_is_ready(timelock, desk, owned, stranger, set_seven):
    desk.schedule(set_seven)
    desk.wait_for(set_seven)
    tx = desk.execute(set_seven, sender=stranger)
    assert owned.value() == 7
    assert timelock.getOperationState(id_of(set_seven)) == State.DONE
    (step,) = set_seven.steps
    expected = event("CallExecuted", id_of(set_seven), 0, owned, 0, step.payload)
    assert plain(emitted(tx, timelock)) == plain([expected])


@pytest.mark.parametrize("late", [0, 1, GRACE - 1])
def test_execute_works_from_the_second_it_is_ready_to_the_last_of_the_grace_period(desk, owned, set_seven, late):
    desk.schedule(set_seven)
    desk.wait_for(set_seven, late)
    desk.execute(set_seven)
    assert owned.value() == 7


def test_execute_a_second_early_reverts(timelock, desk, owned, set_seven):
    desk.schedule(set_seven)
    ready_at = timelock.getTimestamp(id_of(set_seven))
    desk.wait_for(set_seven, -1)
    with reverts("TooEarly", id_of(set_seven), ready_at - 1, ready_at):
        desk.execute(set_seven)
    assert owned.value() == 1


@pytest.mark.parametrize("late", [0, 1, 1000 * DAY])
def test_execute_reverts_from_the_second_it_expires(timelock, desk, owned, set_seven, late):
    desk.schedule(set_seven)
    expires_at = timelock.getTimestamp(id_of(set_seven)) + GRACE
    desk.wait_for(set_seven, GRACE + late)
    with reverts("Expired", id_of(set_seven), expires_at + late, expires_at):
        desk.execute(set_seven)
    assert owned.value() == 1


def test_execute_twice_reverts(desk, set_seven):
    desk.carry_out(set_seven)
    with reverts("AlreadyDone", id_of(set_seven)):
        desk.execute(set_seven)


def test_execute_of_what_was_never_scheduled_reverts(desk, set_seven):
    with reverts("NotScheduled", id_of(set_seven)):
        desk.execute(set_seven)


def test_execute_of_what_was_cancelled_reverts(timelock, desk, guardian, set_seven):
    desk.schedule(set_seven)
    timelock.cancel(id_of(set_seven), {"from": guardian})
    with reverts("NotScheduled", id_of(set_seven)):
        desk.execute(set_seven)


@pytest.mark.parametrize("batch", [False, True])
def test_execute_of_anything_but_what_was_announced_reverts(desk, owned, batch):
    def write(target=owned, value=0, number=7, after=bytes(32), salt=SALT):
        step = (target, value, owned.setValue.encode_input(number))
        return desk.write(step, batch=batch, after=after, salt=salt)

    announced = write()
    desk.schedule(announced)
    desk.wait_for(announced)
    swapped = {"target": desk.timelock, "value": 1, "number": 8, "after": SALT, "salt": bytes(32)}
    for what, instead in swapped.items():
        altered = write(**{what: instead})
        with reverts("NotScheduled", id_of(altered)):
            desk.execute(altered)
    desk.execute(announced)


@pytest.mark.parametrize("batch", [False, True])
def test_execute_waits_for_its_predecessor_to_be_done(desk, owned, set_seven, batch):
    second = desk.write((owned, 0, owned.setValue.encode_input(8)), after=id_of(set_seven), batch=batch)
    desk.schedule(set_seven)
    desk.schedule(second)
    desk.wait_for(second)
    with reverts("PredecessorNotDone", id_of(second), id_of(set_seven)):
        desk.execute(second)
    desk.execute(set_seven)
    desk.execute(second)
    assert owned.value() == 8


def test_execute_after_a_predecessor_nobody_knows_reverts(desk, owned):
    unknown = payment_id("unknown")
    operation = desk.write((owned, 0, owned.setValue.encode_input(8)), after=unknown)
    desk.schedule(operation)
    desk.wait_for(operation)
    with reverts("PredecessorNotDone", id_of(operation), unknown):
        desk.execute(operation)


def test_a_batch_makes_its_calls_in_their_order(timelock, desk, owned, stranger):
    steps = [(owned, 0, owned.setValue.encode_input(5)), (stranger, 2, ""), (owned, 0, owned.setValue.encode_input(6))]
    operation = desk.write(*steps)
    before = stranger.balance()
    tx = desk.carry_out(operation, value=2)
    assert (owned.value(), stranger.balance() - before, timelock.balance()) == (6, 2, 0)
    expected = [
        event("CallExecuted", id_of(operation), index, step.target, step.value, step.payload)
        for index, step in enumerate(operation.steps)
    ]
    assert plain(emitted(tx, timelock)) == plain(expected)


def test_a_batch_of_which_one_call_fails_does_nothing_and_stays_ready(timelock, desk, owned, refuser):
    operation = desk.write((owned, 0, owned.setValue.encode_input(5)), (refuser, 1, ""))
    desk.schedule(operation)
    desk.wait_for(operation)
    with reverts("Refused", timelock, 1):
        desk.execute(operation, value=1)
    assert (owned.value(), timelock.balance()) == (1, 0)
    assert timelock.getOperationState(id_of(operation)) == State.READY
    refuser.accept(True)
    desk.execute(operation, value=1)
    assert owned.value() == 5


def test_the_reason_of_a_failed_call_is_passed_on(timelock, desk, refuser):
    operation = desk.write((refuser, 1, ""))
    desk.schedule(operation)
    desk.wait_for(operation)
    with reverts("Refused", timelock, 1):
        desk.execute(operation, value=1)


@pytest.mark.parametrize("batch", [False, True])
def test_a_call_that_fails_without_a_reason_reverts_with_its_number(desk, owned, batch):
    steps = [(owned, 0, owned.setValue.encode_input(5)), (owned, 0, "0x12345678")]
    operation = desk.write(*(steps if batch else steps[1:]))
    desk.schedule(operation)
    desk.wait_for(operation)
    with reverts("CallFailed", int(batch), owned):
        desk.execute(operation)


def test_a_value_above_what_the_timelock_holds_reverts(desk, stranger):
    operation = desk.write((stranger, 2, ""))
    desk.schedule(operation)
    desk.wait_for(operation)
    with reverts("CallFailed", 0, stranger):
        desk.execute(operation, value=1)


def test_value_comes_from_what_the_timelock_holds_and_the_rest_stays(timelock, desk, relayer, stranger):
    relayer.transfer(timelock, 10)
    before = stranger.balance()
    desk.carry_out(desk.write((stranger, 12, "")), value=5)
    assert (stranger.balance() - before, timelock.balance()) == (12, 3)


@pytest.mark.parametrize("size", [0, 1, 4, 31, 32, 33, 64, 300])
def test_a_payload_of_any_size_arrives_and_is_logged_as_it_is(timelock, desk, deploy, size):
    payload = (bytes(range(1, 256)) * 2)[:size]
    echo = deploy("Recorder")
    operation = desk.write((echo, 3, payload.hex()))
    tx = desk.carry_out(operation, value=3)
    assert (echo.sender(), echo.value(), bytes(echo.payload())) == (timelock, 3, payload)
    expected = event("CallExecuted", id_of(operation), 0, echo, 3, payload)
    assert plain(emitted(tx, timelock)) == plain([expected])


def test_what_a_target_returns_costs_the_executor_nothing(desk, deploy):
    """A huge answer is not copied: the dearest part is the target's own memory."""
    bomb = deploy("ReturnBombReceiver")
    operation = desk.write((bomb, 0, ""))
    tx = desk.carry_out(operation)
    assert tx.gas_used < 150_000


def test_execute_of_a_batch_with_columns_of_unequal_length_reverts(timelock, relayer, owned):
    for columns in ([[owned], [0, 0], [b""]], [[owned], [0], [b"", b""]], [[owned, owned], [0], [b""]]):
        with reverts("LengthMismatch", *map(len, columns)):
            timelock.executeBatch(*columns, bytes(32), bytes(32), {"from": relayer})


def test_execute_of_an_empty_batch_that_nobody_scheduled_reverts(timelock, desk, relayer):
    with reverts("NotScheduled", id_of(desk.write(salt=SALT))):
        timelock.executeBatch([], [], [], bytes(32), SALT, {"from": relayer})
