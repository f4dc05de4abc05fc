"""What every act of the reference model shares: the call it answers, what it commands, and how it is refused.

An act is a pure function of (book, call, arguments). It returns an Outcome or raises Rejected. Whether a transfer goes
through is the world's to say, so the caller makes the transfers in their order and sees: a refused PUSH is booked
as a credit, any other refusal undoes the act.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from offchain.core.units import Address, Timestamp, TokenUnits

Book = TypeVar("Book")


class Way(Enum):
    """How a transfer is made, and so what its refusal means."""

    COLLECT = "collect"
    """Pulled by the payer's approval, or the value of the call; a refusal is the token's own error."""
    AUTHORIZED = "authorized"
    """Pulled by the payer's authorization (EIP-3009); a refusal is the token's own error."""
    PERMIT2 = "permit2"
    """Pulled by Permit2 with the payer's signature; a refusal is Permit2's error, whatever the token's was."""
    DELIVER = "deliver"
    """From the contract to a payee who must gain exactly that; a refusal is the token's own error."""
    SEND = "send"
    """From the contract; a refusal is TransferFailed(to, amount) for native coin, the token's own error else."""
    PAYOUT = "payout"
    """From the contract, one of a batch; a refusal is TransferFailed(to, amount)."""
    PUSH = "push"
    """From the contract; a revert credits the recipient instead. (A token that answers false undoes the act.)"""
    CALL = "call"
    """A call of an operation, with native coin; a refusal is the target's own error, CallFailed if it gives none."""


@dataclass(frozen=True)
class Call:
    """Who calls, with how much native coin, at what block time."""

    caller: Address
    value: TokenUnits
    now: Timestamp


@dataclass(frozen=True)
class Transfer:
    """A command: move `amount` of `asset`."""

    way: Way
    asset: Address
    source: Address
    to: Address
    amount: TokenUnits


@dataclass(frozen=True)
class Event:
    """An event of the contract, its values under the names of the interface."""

    name: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome(Generic[Book]):
    """An act that was accepted: the new book, the transfers it commands in their order, the events it emits."""

    book: Book
    transfers: tuple[Transfer, ...] = ()
    events: tuple[Event, ...] = ()

    def then(self, act: Callable[[Book], "Outcome[Book]"]) -> "Outcome[Book]":
        """This act and, on the book that it leaves, the next one.

        Raises Rejected, as the next one does.
        """
        try:
            later = act(self.book)
        except Rejected as refusal:
            raise Rejected(refusal.error, *refusal.values, after=(*self.transfers, *refusal.after)) from refusal
        return Outcome(later.book, self.transfers + later.transfers, self.events + later.events)


class Rejected(Exception):  # noqa: N818  (an answer of the contract, foreseen, not a fault)
    """The contract's typed error with its values. `after` are the transfers it tries before it finds out."""

    def __init__(self, error: str, *values: object, after: tuple[Transfer, ...] = ()) -> None:
        super().__init__(error, *values)
        self.error = error
        self.values = values
        self.after = after
