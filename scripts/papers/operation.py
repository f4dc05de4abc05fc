"""An operation of a Timelock: its calls, the id that names it, and where it can stand.

Source: interfaces/ITimelock.sol.
"""

from dataclasses import dataclass
from enum import IntEnum

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from offchain.core.units import Address, Key, Seconds, TokenUnits

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
