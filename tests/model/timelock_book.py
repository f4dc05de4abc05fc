"""What a Timelock remembers: the operations that were scheduled, and where each stands.

The acts are in timelock.py, what an id binds in scripts/papers/operation.py. Source: interfaces/ITimelock.sol.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from offchain.core.units import Address, Key, Seconds, Timestamp
from scripts.papers.operation import GRACE_SECONDS, State
from tests.model.act import Transfer


@dataclass(frozen=True)
class Reach(Transfer):
    """A command: call number `index` of an operation, to another contract, with `amount` wei of the timelock's own."""

    index: int
    payload: bytes


@dataclass(frozen=True)
class Entry:
    """What is remembered of an operation that was scheduled and not cancelled."""

    ready_at: Timestamp
    guarded: bool
    done: bool = False
    executing: bool = False


@dataclass(frozen=True, kw_only=True)
class TimelockBook:
    """What a Timelock remembers; `address` is its own."""

    address: Address
    min_delay: Seconds
    entries: Mapping[Key, Entry] = field(default_factory=dict)


def state_of(book: TimelockBook, key: Key, now: Timestamp) -> State:
    """Where an operation stands at a block's time."""
    entry = book.entries.get(key)
    if entry is None:
        return State.UNSET
    if entry.done or entry.executing:
        return State.DONE if entry.done else State.EXECUTING
    if now < entry.ready_at:
        return State.WAITING
    return State.READY if now < entry.ready_at + GRACE_SECONDS else State.EXPIRED


def timestamp_of(book: TimelockBook, key: Key) -> int:
    """What getTimestamp answers: when it was ready in Unix seconds; 0 if unset, 1 if done, 2 while it is executed."""
    entry = book.entries.get(key)
    if entry is None:
        return 0
    return 1 if entry.done else 2 if entry.executing else entry.ready_at
