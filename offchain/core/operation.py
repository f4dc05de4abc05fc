"""What a Timelock remembers: operations, the ids that name them, and where each stands.

The acts are in timelock.py. Source: interfaces/ITimelock.sol.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_abi.grammar import TupleType, parse
from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak

from offchain.core.act import Rejected, Transfer
from offchain.core.units import Address, Key, Seconds, Timestamp, TokenUnits

GRACE_SECONDS = Seconds(7 * 24 * 3600)
NO_PREDECESSOR = Key(bytes(32))


class State(IntEnum):
    """Where an operation stands; the contract's own numbers."""

    UNSET = 0
    WAITING = 1
    READY = 2
    DONE = 3
    EXPIRED = 4
    EXECUTING = 5


@dataclass(frozen=True)
class Step:
    """One call of an operation; the value is in wei."""

    target: Address
    value: TokenUnits
    payload: bytes


@dataclass(frozen=True)
class Operation:
    """All that an id binds. A batch of one step is another operation than the step alone."""

    steps: tuple[Step, ...]
    batch: bool = False
    predecessor: Key = NO_PREDECESSOR
    salt: bytes = bytes(32)


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


@cache
def types_of(signature: str) -> tuple[str, ...]:
    """The ABI types of a function's arguments, of its signature without blanks."""
    _, arguments = signature.split("(", 1)
    parsed = parse("(" + arguments) if arguments != ")" else None  # the grammar knows no empty tuple
    return tuple(part.to_type_str() for part in parsed.components) if isinstance(parsed, TupleType) else ()


@cache
def selector_of(signature: str) -> bytes:
    """The four bytes that name a function in calldata."""
    return keccak(text=signature)[:4]


def calldata(signature: str, *arguments: object) -> bytes:
    """A call of a function as bytes."""
    return selector_of(signature) + encode(types_of(signature), arguments)


def arguments_of(types: Sequence[str], arguments: bytes) -> tuple[Any, ...]:
    """The arguments of a call as the models have them, addresses in checksum spelling.

    Raises Rejected(""), as the contract reverts without data, if they are malformed.
    """
    try:
        return tuple(_checksummed(each) for each in decode(types, arguments))
    except DecodingError as malformed:
        raise Rejected("") from malformed


def id_of(operation: Operation) -> Key:
    """The 32 bytes that name an operation."""
    tail = (operation.predecessor, operation.salt)
    if not operation.batch:
        (step,) = operation.steps
        types = ("address", "uint256", "bytes", "bytes32", "bytes32")
        return Key(keccak(encode(types, (step.target, step.value, step.payload, *tail))))
    types = ("address[]", "uint256[]", "bytes[]", "bytes32", "bytes32")
    columns = tuple([getattr(step, name) for step in operation.steps] for name in ("target", "value", "payload"))
    return Key(keccak(encode(types, (*columns, *tail))))


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


def _checksummed(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_checksummed(each) for each in value)
    return to_checksum_address(value) if isinstance(value, str) and is_address(value) else value
