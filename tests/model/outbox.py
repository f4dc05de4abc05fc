"""The reference model of what a bridge contract keeps of what leaves it, and of who governs it.

Source: interfaces/IOutbox.sol, IGoverned.sol. Each act makes its checks in the contract's own order. Amounts are in the
route's units.
"""

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import TypeVar

from eth_utils.crypto import keccak

from offchain.core.checkpoint import Point, Side, Transfer, fold_all, route_id
from offchain.core.units import NOTHING, ZERO_ADDRESS, Address
from tests.model.act import Event, Outcome, Rejected
from tests.model.breaker import BreakerBook
from tests.model.limits import LimitedBook

GOVERNOR_ROLE, GUARDIAN_ROLE = bytes(32), keccak(text="GUARDIAN_ROLE")
MAX_AMOUNT = 2**96 - 1
NO_ROUTE = bytes(32)
EMPTY = Point(0, NO_ROUTE, NOTHING)


@dataclass(frozen=True, kw_only=True)
class OutboxBook(BreakerBook, LimitedBook):
    """Roles, what left, and where to: `peer` is the contract of the other chain, none as long as there is no route."""

    governor: Address
    guardians: frozenset[Address]
    token: Address
    peer: Side | None = None
    sent: Point = EMPTY

    def refuse_governor(self, account: Address) -> Rejected | None:
        """There is one governor."""
        return None if account == self.governor else _unauthorized(account, GOVERNOR_ROLE)

    def refuse_guardian(self, account: Address) -> Rejected | None:
        """Every member of the role is a guardian."""
        return None if account in self.guardians else _unauthorized(account, GUARDIAN_ROLE)

    @property
    def side(self) -> Side:
        """This end of the route."""
        return Side(self.chain_id, self.address, self.token)

    @property
    def outbound(self) -> bytes:
        """The route of what leaves."""
        return route_id(self.side, self.peer) if self.peer else NO_ROUTE

    @property
    def inbound(self) -> bytes:
        """The route of what arrives."""
        return route_id(self.peer, self.side) if self.peer else NO_ROUTE

    @property
    @abstractmethod
    def limited(self) -> Address:
        """Which bucket limits what arrives."""

    @property
    @abstractmethod
    def base_units(self) -> int:
        """How many base units of the asset are one unit of the route."""


AnyOutbox = TypeVar("AnyOutbox", bound=OutboxBook)


def require_governor(book: OutboxBook, account: Address) -> None:
    """Raises AccessControlUnauthorizedAccount."""
    refusal = book.refuse_governor(account)
    if refusal:
        raise refusal


def append(book: AnyOutbox, transfer: Transfer, event: str, **more: object) -> Outcome[AnyOutbox]:
    """One more record, and the event that says so.

    Raises ZeroAmount, ZeroRecipient, AmountTooLarge.
    """
    if transfer.amount == 0:
        raise Rejected("ZeroAmount")
    if transfer.to == ZERO_ADDRESS:
        raise Rejected("ZeroRecipient")
    if transfer.amount > MAX_AMOUNT:
        raise Rejected("AmountTooLarge", transfer.amount, MAX_AMOUNT)
    sent = fold_all(book.sent, [transfer])
    parties = {"from": transfer.sender, "to": transfer.to, "amount": transfer.amount}
    values = {"nonce": book.sent.count, **parties, "acc": sent.acc, **more}
    return Outcome(replace(book, sent=sent), events=(Event(event, values),))


def _unauthorized(account: Address, role: bytes) -> Rejected:
    return Rejected("AccessControlUnauthorizedAccount", account, role)
