"""Scheduling, of a call and of a batch: only what is not pending or done, never sooner than the least delay."""

import pytest

from scripts.papers.operation import State, id_of
from tests.support import emitted, event, payment_id, reverts, reverts_silently, wait
from tests.unit.signing import DAY, GRACE
from tests.unit.spelling import plain
from tests.unit.Timelock.conftest import DELAY

SALT = payment_id("salt")


def test_a_scheduled_call_waits_for_its_delay(timelock, desk, set_seven):
    tx = desk.schedule(set_seven, DELAY + 5)
    key = id_of(set_seven)
    assert timelock.getTimestamp(key) == tx.timestamp + DELAY + 5
    assert timelock.getOperationState(key) == State.WAITING


def test_a_scheduled_call_is_announced_whole(timelock, desk, owned, set_seven):
    (step,) = set_seven.steps
    tx = desk.schedule(set_seven)
    expected = event("CallScheduled", id_of(set_seven), 0, owned, 0, step.payload, bytes(32), DELAY)
    assert plain(emitted(tx, timelock)) == plain([expected])


@pytest.mark.parametrize("size", [0, 1, 4, 31, 32, 33, 64, 300])
def test_a_payload_of_any_size_is_announced_and_hashed_as_solidity_does(timelock, desk, stranger, size):
    payload = bytes(range(1, 256)) * 2
    operation = desk.write((stranger, 3, payload[:size].hex()), after=payment_id("before"), salt=SALT)
    tx = desk.schedule(operation, DELAY)
    key = id_of(operation)
    call = event("CallScheduled", key, 0, stranger, 3, payload[:size], payment_id("before"), DELAY)
    assert plain(emitted(tx, timelock)) == plain([call, event("CallSalt", key, SALT)])
    (step,) = operation.steps
    assert timelock.hashOperation(stranger, 3, step.payload, payment_id("before"), SALT) == "0x" + key.hex()


def test_a_payload_that_lies_elsewhere_in_the_call_is_the_same_operation(timelock, desk, proposer, owned, set_seven):
    """An encoder may put anything between the head of a call and its payload."""
    (step,) = set_seven.steps
    call = bytes.fromhex(timelock.schedule.encode_input(owned, 0, step.payload, bytes(32), bytes(32), DELAY)[2:])
    head, tail = call[: 4 + 6 * 32], call[4 + 6 * 32 :]
    offset = 4 + 2 * 32
    moved = head[:offset] + (6 * 32 + 64).to_bytes(32, "big") + head[offset + 32 :] + b"\xff" * 64 + tail
    proposer.transfer(timelock, 0, data="0x" + moved.hex())
    assert timelock.getOperationState(id_of(set_seven)) == State.WAITING


def test_a_batch_is_announced_call_by_call(timelock, desk, owned, stranger):
    steps = [(owned, 0, owned.setValue.encode_input(5)), (stranger, 2, "")]
    operation = desk.write(*steps, salt=SALT)
    tx = desk.schedule(operation)
    key = id_of(operation)
    calls = [
        event("CallScheduled", key, index, step.target, step.value, step.payload, bytes(32), DELAY)
        for index, step in enumerate(operation.steps)
    ]
    assert plain(emitted(tx, timelock)) == plain([*calls, event("CallSalt", key, SALT)])
    assert timelock.getOperationState(key) == State.WAITING


def test_a_batch_without_salt_announces_none(timelock, desk, owned):
    operation = desk.write((owned, 0, owned.setValue.encode_input(5)), batch=True)
    assert [name for name, *_ in emitted(desk.schedule(operation), timelock)] == ["CallScheduled"]


def test_schedule_at_the_least_delay_works_and_a_second_below_reverts(timelock, desk, set_seven):
    with reverts("DelayTooShort", DELAY - 1, DELAY):
        desk.schedule(set_seven, DELAY - 1)
    tx = desk.schedule(set_seven, DELAY)
    assert timelock.getTimestamp(id_of(set_seven)) == tx.timestamp + DELAY


def test_schedule_at_the_longest_delay_works_and_a_second_above_reverts(timelock, desk, set_seven):
    limit = 2**32 - 1
    for delay in (limit + 1, 2**256 - 1):
        with reverts("DelayTooLong", delay, limit):
            desk.schedule(set_seven, delay)
    tx = desk.schedule(set_seven, limit)
    assert timelock.getTimestamp(id_of(set_seven)) == tx.timestamp + limit


def test_schedule_of_what_is_pending_reverts_until_the_second_it_expires(timelock, desk, set_seven):
    desk.schedule(set_seven)
    key, ready_at = id_of(set_seven), timelock.getTimestamp(id_of(set_seven))
    for late in (-1, 0, GRACE - 1):
        desk.wait_for(set_seven, late)
        with reverts("AlreadyScheduled", key, ready_at):
            desk.schedule(set_seven)
    desk.wait_for(set_seven, GRACE)
    tx = desk.schedule(set_seven)
    assert timelock.getTimestamp(key) == tx.timestamp + DELAY == ready_at + GRACE + DELAY


def test_schedule_of_what_is_done_reverts_for_ever(desk, set_seven):
    desk.carry_out(set_seven)
    with reverts("AlreadyDone", id_of(set_seven)):
        desk.schedule(set_seven)
    wait(1000 * DAY)
    with reverts("AlreadyDone", id_of(set_seven)):
        desk.schedule(set_seven)


def test_what_was_cancelled_can_be_scheduled_again_and_waits_again(timelock, desk, guardian, set_seven):
    desk.schedule(set_seven)
    timelock.cancel(id_of(set_seven), {"from": guardian})
    tx = desk.schedule(set_seven)
    assert timelock.getTimestamp(id_of(set_seven)) == tx.timestamp + DELAY


def test_a_batch_of_one_is_another_operation_than_the_call_alone(timelock, desk, owned, set_seven):
    batch = desk.write((owned, 0, owned.setValue.encode_input(7)), batch=True)
    desk.schedule(set_seven)
    assert timelock.getOperationState(id_of(batch)) == State.UNSET
    desk.schedule(batch)


def test_schedule_keeps_no_coin(timelock, desk, proposer, set_seven):
    (step,) = set_seven.steps
    with reverts_silently():
        timelock.schedule(step.target, 0, step.payload, bytes(32), bytes(32), DELAY, {"from": proposer, "value": 1})
