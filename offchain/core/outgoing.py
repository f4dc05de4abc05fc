"""Transactions on their way to a chain: what is wanted, what was signed for it, and what became of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from offchain.core.units import Address


class Status(StrEnum):
    """What became of an intent; all but OPEN are final, by the finality of its chain."""

    OPEN = "open"
    DONE = "done"
    REVERTED = "reverted"
    ABANDONED = "abandoned"
    """Its nonce went to a no-op, since it would have reverted or no node takes it."""


@dataclass(frozen=True)
class Intent:
    """A call that is to be made once. `name` tells it from all others of its account; `value` in wei.

    `gas` is a bound for a call that cannot be estimated before an earlier one is mined.
    """

    name: str
    to: Address
    data: bytes = b""
    value: int = 0
    gas: int | None = None


@dataclass(frozen=True)
class Fees:
    """What is offered for a unit of gas, in wei: the tip, and the cap of tip and base fee together (EIP-1559)."""

    tip: int
    cap: int

    def within(self, ceiling: int) -> "Fees":
        """These fees, or as much of them as the ceiling allows."""
        return Fees(min(self.tip, ceiling), min(self.cap, ceiling))

    def raised(self, wanted: "Fees", ceiling: int) -> "Fees | None":
        """Fees that replace these: at least an eighth more of both (nodes ask for a tenth), or what is wanted if more.

        None if the ceiling is below what would be taken as a replacement.
        """
        least = Fees(self.tip + self.tip // 8 + 1, self.cap + self.cap // 8 + 1)
        if least.cap > ceiling:
            least = Fees(self.tip + self.tip // 10 + 1, self.cap + self.cap // 10 + 1)
        more = Fees(max(least.tip, min(wanted.tip, ceiling)), max(least.cap, min(wanted.cap, ceiling)))
        return more if more.tip <= more.cap <= ceiling else None


@dataclass(frozen=True)
class Attempt:
    """A signed transaction for an intent: sending it again can do no more than sending it once."""

    nonce: int
    hash: str
    raw: bytes
    gas: int
    fees: Fees
    is_noop: bool


@dataclass(frozen=True)
class Outgoing:
    """An intent with its place in the account's line, and the attempts made for it, the last one last."""

    id: int
    intent: Intent
    nonce: int
    status: Status
    attempts: tuple[Attempt, ...] = field(repr=False)
    transaction_hash: str | None = None
    block_number: int | None = None
