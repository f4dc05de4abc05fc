"""The reference model of Timelock: what may happen to an operation, and when.

Who schedules and who cancels is the heir's to say, as in the contract. What it remembers is in timelock_book.py.
Source: interfaces/ITimelock.sol. Each act makes its checks in the contract's own order.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from offchain.core.units import NATIVE, Key, Seconds, Timestamp
from scripts.papers.operation import GRACE_SECONDS, NO_PREDECESSOR, Operation, State, Step, id_of
from tests.model.act import Call, Event, Outcome, Rejected, Transfer, Way
from tests.model.timelock_book import Entry, Reach, TimelockBook, state_of

DAY_SECONDS = 24 * 3600
DELAY_FLOOR_SECONDS = Seconds(DAY_SECONDS)
DELAY_CEILING_SECONDS = Seconds(6 * DAY_SECONDS)
OPERATION_DELAY_LIMIT_SECONDS = Seconds(2**32 - 1)

AnyTimelock = TypeVar("AnyTimelock", bound=TimelockBook)
Own = Callable[[AnyTimelock, Call, bytes], Outcome[AnyTimelock]]
"""What a call of the timelock to itself does, of which the calldata is given; Rejected("") is one without data."""


def schedule(
    book: AnyTimelock, call: Call, operation: Operation, delay: Seconds, guarded: bool = False
) -> Outcome[AnyTimelock]:
    """Announce an operation, to become ready in `delay` seconds. The heir has checked that the caller may.

    Raises AlreadyDone, AlreadyExecuting, AlreadyScheduled, DelayTooShort, DelayTooLong.
    """
    key = id_of(operation)
    entry = book.entries.get(key)
    if entry is not None:
        _require_not_begun(key, entry)
        if call.now < entry.ready_at + GRACE_SECONDS:
            raise Rejected("AlreadyScheduled", key, entry.ready_at)
    require_delay(delay, book.min_delay, OPERATION_DELAY_LIMIT_SECONDS)

    events = []
    for index, step in enumerate(operation.steps):
        values = {**_call_values(key, index, step), "predecessor": operation.predecessor, "delay": delay}
        events.append(Event("CallScheduled", values))
    if operation.salt != bytes(32):
        events.append(Event("CallSalt", {"id": key, "salt": operation.salt}))
    entry = Entry(Timestamp(call.now + delay), guarded)
    return Outcome(_with_entry(book, key, entry), events=tuple(events))


def execute(book: AnyTimelock, call: Call, operation: Operation, own: Own[AnyTimelock]) -> Outcome[AnyTimelock]:
    """Make the calls of a ready operation, all or none; anyone may. What goes to others is commanded, as a Reach.

    Raises NotScheduled, AlreadyDone, AlreadyExecuting, Expired, TooEarly, PredecessorNotDone, CallFailed, or what a
    call to itself was refused with.
    """
    key = id_of(operation)
    entry = _require_pending(book, key, call.now)
    if call.now < entry.ready_at:
        raise Rejected("TooEarly", key, call.now, entry.ready_at)
    before = operation.predecessor
    if before != NO_PREDECESSOR and state_of(book, before, call.now) is not State.DONE:
        raise Rejected("PredecessorNotDone", key, before)

    value = (Transfer(Way.COLLECT, NATIVE, call.caller, book.address, call.value),) if call.value else ()
    outcome = Outcome(_with_entry(book, key, replace(entry, executing=True)), value)
    for index, step in enumerate(operation.steps):
        announced = Event("CallExecuted", _call_values(key, index, step))
        outcome = replace(outcome, events=(*outcome.events, announced))
        outcome = outcome.then(_step(call, index, step, own))
    return replace(outcome, book=_with_entry(outcome.book, key, Entry(entry.ready_at, False, done=True)))


def cancel(book: AnyTimelock, call: Call, key: Key, by_scheduler: bool) -> Outcome[AnyTimelock]:
    """Withdraw a pending operation. The heir has checked that the caller may, and says if it scheduled it.

    Raises NotScheduled, AlreadyDone, AlreadyExecuting, Expired, NotCancellable.
    """
    entry = _require_pending(book, key, call.now)
    if entry.guarded and not by_scheduler:
        raise Rejected("NotCancellable", key, call.caller)

    entries = {other: kept for other, kept in book.entries.items() if other != key}
    return Outcome(replace(book, entries=entries), events=(Event("Cancelled", {"id": key}),))


def update_delay(book: AnyTimelock, call: Call, delay: Seconds) -> Outcome[AnyTimelock]:
    """Set the least delay.

    Raises NotTimelock, DelayTooShort, DelayTooLong.
    """
    require_self(book, call)
    require_sound_delay(delay)

    event = Event("MinDelayChange", {"oldDuration": book.min_delay, "newDuration": delay})
    return Outcome(replace(book, min_delay=delay), events=(event,))


def require_self(book: TimelockBook, call: Call) -> None:
    """Only the timelock itself goes on.

    Raises NotTimelock.
    """
    if call.caller != book.address:
        raise Rejected("NotTimelock", call.caller)


def require_sound_delay(delay: Seconds) -> None:
    """A least delay lies between floor and ceiling.

    Raises DelayTooShort, DelayTooLong.
    """
    require_delay(delay, DELAY_FLOOR_SECONDS, DELAY_CEILING_SECONDS)


def require_delay(delay: Seconds, least: Seconds, most: Seconds) -> None:
    """A delay lies between two others, both included.

    Raises DelayTooShort, DelayTooLong.
    """
    if delay < least:
        raise Rejected("DelayTooShort", delay, least)
    if delay > most:
        raise Rejected("DelayTooLong", delay, most)


def _step(call: Call, index: int, step: Step, own: Own[AnyTimelock]) -> Callable[[AnyTimelock], Outcome[AnyTimelock]]:
    def make(book: AnyTimelock) -> Outcome[AnyTimelock]:
        reach = Reach(Way.CALL, NATIVE, book.address, step.target, step.value, index, step.payload)
        if step.target != book.address:
            return Outcome(book, (reach,))
        # of a call to itself the world says only whether the value is there
        paid = (replace(reach, payload=b""),) if step.value else ()
        try:
            itself = Call(book.address, step.value, call.now)
            return Outcome(book, paid).then(lambda paying: own(paying, itself, step.payload))
        except Rejected as refusal:
            if refusal.error:
                raise
            raise Rejected("CallFailed", index, step.target, after=refusal.after) from refusal

    return make


def _require_pending(book: TimelockBook, key: Key, now: Timestamp) -> Entry:
    entry = book.entries.get(key)
    if entry is None:
        raise Rejected("NotScheduled", key)
    _require_not_begun(key, entry)
    if now >= entry.ready_at + GRACE_SECONDS:
        raise Rejected("Expired", key, now, entry.ready_at + GRACE_SECONDS)
    return entry


def _require_not_begun(key: Key, entry: Entry) -> None:
    if entry.done or entry.executing:
        raise Rejected("AlreadyDone" if entry.done else "AlreadyExecuting", key)


def _with_entry(book: AnyTimelock, key: Key, entry: Entry) -> AnyTimelock:
    return replace(book, entries={**book.entries, key: entry})


def _call_values(key: Key, index: int, step: Step) -> dict[str, object]:
    return {"id": key, "index": index, "target": step.target, "value": step.value, "data": step.payload}
