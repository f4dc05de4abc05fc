"""The reference model of Timelock: who may do what to an operation, and when.

What it remembers is in operation.py. Source: interfaces/ITimelock.sol. Each act makes its checks in the contract's own
order. Calls of the timelock to itself are carried out here; whether a call to another contract succeeds is the world's
to say, so the caller passes it in.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import function_signature_to_4byte_selector
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from offchain.core.act import Call, Event, Rejected
from offchain.core.operation import (
    GRACE_SECONDS,
    NO_PREDECESSOR,
    Entry,
    Operation,
    State,
    Step,
    TimelockBook,
    id_of,
    state_of,
)
from offchain.core.units import ZERO_ADDRESS, Address, Key, Seconds, Timestamp, TokenUnits

PROPOSER_ROLE = keccak(text="PROPOSER_ROLE")
CANCELLER_ROLE = keccak(text="CANCELLER_ROLE")
DAY_SECONDS = 24 * 3600
DELAY_FLOOR_SECONDS = Seconds(DAY_SECONDS)
DELAY_CEILING_SECONDS = Seconds(6 * DAY_SECONDS)
OPERATION_DELAY_LIMIT_SECONDS = Seconds(2**32 - 1)

Answer = tuple[TimelockBook, tuple[Event, ...]]
World = Callable[[Step], Rejected | None]
"""Why a call to another contract is refused, or None; Rejected("") is a refusal without a reason."""


def schedule(book: TimelockBook, call: Call, operation: Operation, delay: Seconds) -> Answer:
    """Announce an operation.

    Raises EmptyBatch, NotProposer, AlreadyDone, AlreadyExecuting, AlreadyScheduled, DelayTooShort, DelayTooLong.
    """
    _require_steps(operation)
    key = id_of(operation)
    if call.caller not in book.proposers:
        raise Rejected("NotProposer", call.caller)
    entry = book.entries.get(key)
    if entry is not None:
        _require_not_begun(key, entry)
        if call.now < entry.ready_at + GRACE_SECONDS:
            raise Rejected("AlreadyScheduled", key, entry.ready_at)
    _require_delay(delay, book.min_delay, OPERATION_DELAY_LIMIT_SECONDS)

    events = []
    for index, step in enumerate(operation.steps):
        values = {**_call_values(key, index, step), "predecessor": operation.predecessor, "delay": delay}
        events.append(Event("CallScheduled", values))
    if operation.salt != bytes(32):
        events.append(Event("CallSalt", {"id": key, "salt": operation.salt}))
    ready_at = Timestamp(call.now + delay)
    return _with_entry(book, key, Entry(ready_at, changes_cancellers(book, operation))), tuple(events)


def execute(book: TimelockBook, call: Call, operation: Operation, world: World) -> Answer:
    """Make the calls of a ready operation, all or none; anyone may.

    Raises EmptyBatch, NotScheduled, AlreadyDone, AlreadyExecuting, Expired, TooEarly, PredecessorNotDone, CallFailed,
    or what a call was refused with.
    """
    _require_steps(operation)
    key = id_of(operation)
    entry = _require_pending(book, key, call.now)
    if call.now < entry.ready_at:
        raise Rejected("TooEarly", key, call.now, entry.ready_at)
    before = operation.predecessor
    if before != NO_PREDECESSOR and state_of(book, before, call.now) is not State.DONE:
        raise Rejected("PredecessorNotDone", key, before)

    book = replace(book, balance=TokenUnits(book.balance + call.value))
    book = _with_entry(book, key, replace(entry, executing=True))
    events: list[Event] = []
    for index, step in enumerate(operation.steps):
        events.append(Event("CallExecuted", _call_values(key, index, step)))
        try:
            book, more = _make(book, call, step, world)
        except Rejected as refusal:
            if refusal.error:
                raise
            raise Rejected("CallFailed", index, step.target) from refusal
        events += more
    return _with_entry(book, key, replace(entry, done=True)), tuple(events)


def cancel(book: TimelockBook, call: Call, key: Key) -> Answer:
    """Withdraw a pending operation.

    Raises NotCanceller, NotScheduled, AlreadyDone, AlreadyExecuting, Expired, NotCancellable.
    """
    if call.caller not in book.proposers | book.cancellers:
        raise Rejected("NotCanceller", call.caller)
    entry = _require_pending(book, key, call.now)
    if entry.proposers_only and call.caller not in book.proposers:
        raise Rejected("NotCancellable", key, call.caller)

    entries = {other: kept for other, kept in book.entries.items() if other != key}
    return replace(book, entries=entries), (Event("Cancelled", {"id": key}),)


def update_delay(book: TimelockBook, call: Call, delay: Seconds) -> Answer:
    """Set the least delay.

    Raises NotTimelock, DelayTooShort, DelayTooLong.
    """
    _require_self(book, call)
    _require_delay(delay, DELAY_FLOOR_SECONDS, DELAY_CEILING_SECONDS)

    event = Event("MinDelayChange", {"oldDuration": book.min_delay, "newDuration": delay})
    return replace(book, min_delay=delay), (event,)


def grant_role(book: TimelockBook, call: Call, role: bytes, account: Address) -> Answer:
    """Give an account a role.

    Raises NotTimelock, UnknownRole, InvalidMember.
    """
    _require_self(book, call)
    members = _members(book, role)
    if account == ZERO_ADDRESS:
        raise Rejected("InvalidMember", role, account)
    return _with_members(book, "RoleGranted", role, account, members | {account})


def revoke_role(book: TimelockBook, call: Call, role: bytes, account: Address) -> Answer:
    """Take a role from an account.

    Raises NotTimelock, UnknownRole, NoProposer.
    """
    _require_self(book, call)
    members = _members(book, role)
    if role == PROPOSER_ROLE and members == {account}:
        raise Rejected("NoProposer")
    return _with_members(book, "RoleRevoked", role, account, members - {account})


def changes_cancellers(book: TimelockBook, operation: Operation) -> bool:
    """Whether an operation grants or revokes the canceller role and does nothing else: no canceller may cancel it."""
    step = operation.steps[0]
    if operation.batch or step.target != book.address or step.payload[:4] not in (GRANT_ROLE, REVOKE_ROLE):
        return False
    return step.payload[4:36] == CANCELLER_ROLE


def _make(book: TimelockBook, call: Call, step: Step, world: World) -> Answer:
    if step.value > book.balance:
        raise Rejected("")
    if step.target != book.address:
        refusal = world(step)
        if refusal is not None:
            raise refusal
        return replace(book, balance=TokenUnits(book.balance - step.value)), ()
    if not step.payload:
        return book, ()
    return _own_call(book, Call(book.address, step.value, call.now), step.payload, world)


def _own_call(book: TimelockBook, call: Call, payload: bytes, world: World) -> Answer:
    """A call of the timelock to itself; what the ABI does not know is refused without a reason."""
    types = OWN_CALLS.get(payload[:4])
    if types is None or (call.value and payload[:4] != EXECUTE):
        raise Rejected("")
    try:
        values = decode(types, payload[4:])
    except DecodingError as malformed:
        raise Rejected("") from malformed
    if payload[:4] == UPDATE_DELAY:
        return update_delay(book, call, values[0])
    if payload[:4] == CANCEL:
        return cancel(book, call, values[0])
    if payload[:4] in (GRANT_ROLE, REVOKE_ROLE):
        act = grant_role if payload[:4] == GRANT_ROLE else revoke_role
        return act(book, call, values[0], Address(to_checksum_address(values[1])))
    target, value, inner, before, salt = values[:5]
    step = Step(Address(to_checksum_address(target)), value, inner)
    operation = Operation((step,), False, before, salt)
    if payload[:4] == SCHEDULE:
        return schedule(book, call, operation, values[5])
    return execute(replace(book, balance=TokenUnits(book.balance - call.value)), call, operation, world)


def _require_steps(operation: Operation) -> None:
    if not operation.steps:
        raise Rejected("EmptyBatch")


def _require_delay(delay: Seconds, least: Seconds, most: Seconds) -> None:
    if delay < least:
        raise Rejected("DelayTooShort", delay, least)
    if delay > most:
        raise Rejected("DelayTooLong", delay, most)


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


def _require_self(book: TimelockBook, call: Call) -> None:
    if call.caller != book.address:
        raise Rejected("NotTimelock", call.caller)


def _members(book: TimelockBook, role: bytes) -> frozenset[Address]:
    if role not in (PROPOSER_ROLE, CANCELLER_ROLE):
        raise Rejected("UnknownRole", role)
    return book.proposers if role == PROPOSER_ROLE else book.cancellers


def _with_members(book: TimelockBook, event: str, role: bytes, account: Address, members: frozenset[Address]) -> Answer:
    if members == _members(book, role):
        return book, ()
    changed = replace(book, proposers=members) if role == PROPOSER_ROLE else replace(book, cancellers=members)
    return changed, (Event(event, {"role": role, "account": account, "sender": book.address}),)


def _with_entry(book: TimelockBook, key: Key, entry: Entry) -> TimelockBook:
    return replace(book, entries={**book.entries, key: entry})


def _call_values(key: Key, index: int, step: Step) -> dict[str, object]:
    return {"id": key, "index": index, "target": step.target, "value": step.value, "data": step.payload}


def _selector(signature: str) -> bytes:
    return bytes(function_signature_to_4byte_selector(signature))


UPDATE_DELAY = _selector("updateDelay(uint256)")
GRANT_ROLE = _selector("grantRole(bytes32,address)")
REVOKE_ROLE = _selector("revokeRole(bytes32,address)")
CANCEL = _selector("cancel(bytes32)")
SCHEDULE = _selector("schedule(address,uint256,bytes,bytes32,bytes32,uint256)")
EXECUTE = _selector("execute(address,uint256,bytes,bytes32,bytes32)")
OWN_CALLS: Mapping[bytes, tuple[str, ...]] = {
    UPDATE_DELAY: ("uint256",),
    GRANT_ROLE: ("bytes32", "address"),
    REVOKE_ROLE: ("bytes32", "address"),
    CANCEL: ("bytes32",),
    SCHEDULE: ("address", "uint256", "bytes", "bytes32", "bytes32", "uint256"),
    EXECUTE: ("address", "uint256", "bytes", "bytes32", "bytes32"),
}
