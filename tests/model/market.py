"""The reference models of TicketToken and VoucherToken: who holds what, and whom the holders let move it.

Source: EIP-721, EIP-1155, interfaces/ITicketToken.sol, IVoucherToken.sol. Each act makes its checks in the contract's
own order. A batch of vouchers is the sequence of its parts, by definition. Whether a contract takes what it is sent is
the world's to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from offchain.core.units import NO_TIME, ZERO_ADDRESS, Address, Timestamp
from tests.model.act import Rejected


@dataclass(frozen=True)
class Tickets:
    """Holders and approved accounts by ticket; `operators` are of (holder, operator)."""

    owners: Mapping[int, Address] = field(default_factory=dict)
    approved: Mapping[int, Address] = field(default_factory=dict)
    operators: frozenset[tuple[Address, Address]] = frozenset()
    redeemed: frozenset[int] = frozenset()
    paused_until: Timestamp = NO_TIME

    def held_by(self, account: Address) -> int:
        """How many tickets an account holds."""
        return sum(owner == account for owner in self.owners.values())

    def may_move(self, account: Address, ticket: int) -> bool:
        """Whether an account holds a ticket, or was let move it."""
        owner = self.owners[ticket]
        return account == owner or self.approved.get(ticket) == account or (owner, account) in self.operators


@dataclass(frozen=True)
class Vouchers:
    """Balances by (account, kind); `operators` are of (holder, operator)."""

    balances: Mapping[tuple[Address, int], int] = field(default_factory=dict)
    operators: frozenset[tuple[Address, Address]] = frozenset()
    paused_until: Timestamp = NO_TIME

    def supply_of(self, kind: int) -> int:
        """How many vouchers of a kind there are."""
        return sum(amount for (_, each), amount in self.balances.items() if each == kind)

    def held_by(self, account: Address, kind: int) -> int:
        """How many vouchers of a kind an account holds."""
        return self.balances.get((account, kind), 0)


def issue_ticket(tickets: Tickets, now: Timestamp, to: Address, ticket: int) -> Tickets:
    """The merchant makes a ticket.

    Raises ContractPaused, TicketUsed, ERC721InvalidSender.
    """
    _require_movable(tickets, now, ticket)
    if ticket in tickets.owners:
        raise Rejected("ERC721InvalidSender", ZERO_ADDRESS)
    return replace(tickets, owners={**tickets.owners, ticket: to})


def move_ticket(tickets: Tickets, now: Timestamp, by: Address, source: Address, to: Address, ticket: int) -> Tickets:
    """A ticket changes hands, and its approval ends.

    Raises ERC721InvalidReceiver, ContractPaused, TicketUsed, ERC721NonexistentToken, ERC721InsufficientApproval,
    ERC721IncorrectOwner.
    """
    if to == ZERO_ADDRESS:
        raise Rejected("ERC721InvalidReceiver", ZERO_ADDRESS)
    _require_movable(tickets, now, ticket)
    _require_let(tickets, by, ticket)
    if tickets.owners[ticket] != source:
        raise Rejected("ERC721IncorrectOwner", source, ticket, tickets.owners[ticket])
    approved = {each: account for each, account in tickets.approved.items() if each != ticket}
    return replace(tickets, owners={**tickets.owners, ticket: to}, approved=approved)


def approve_ticket(tickets: Tickets, by: Address, account: Address, ticket: int) -> Tickets:
    """A holder, or its operator, lets an account move a ticket.

    Raises ERC721NonexistentToken, ERC721InvalidApprover.
    """
    if ticket not in tickets.owners:
        raise Rejected("ERC721NonexistentToken", ticket)
    owner = tickets.owners[ticket]
    if by != owner and (owner, by) not in tickets.operators:
        raise Rejected("ERC721InvalidApprover", by)
    return replace(tickets, approved={**tickets.approved, ticket: account})


def redeem_ticket(tickets: Tickets, by: Address, ticket: int) -> Tickets:
    """The merchant redeems a ticket that it was let move; a pause does not matter.

    Raises ERC721NonexistentToken, ERC721InsufficientApproval, TicketUsed.
    """
    _require_let(tickets, by, ticket)
    if ticket in tickets.redeemed:
        raise Rejected("TicketUsed", ticket)
    return replace(tickets, redeemed=tickets.redeemed | {ticket})


def move_vouchers(
    vouchers: Vouchers, now: Timestamp, by: Address, source: Address, to: Address, parts: Sequence[tuple[int, int]]
) -> Vouchers:
    """Vouchers of (kind, amount) change hands, part by part, all or none.

    Raises ERC1155MissingApprovalForAll, ERC1155InvalidReceiver, ContractPaused, ERC1155InsufficientBalance.
    """
    if by != source and (source, by) not in vouchers.operators:
        raise Rejected("ERC1155MissingApprovalForAll", by, source)
    if to == ZERO_ADDRESS:
        raise Rejected("ERC1155InvalidReceiver", ZERO_ADDRESS)
    _require_open(vouchers.paused_until, now)
    return reduce(lambda moved, part: _move(moved, source, to, *part), parts, vouchers)


def redeem_vouchers(vouchers: Vouchers, by: Address, kind: int, amount: int) -> Vouchers:
    """A holder burns its own; a pause does not matter.

    Raises ZeroAmount, ERC1155InsufficientBalance.
    """
    if amount == 0:
        raise Rejected("ZeroAmount")
    burnt = _move(vouchers, by, ZERO_ADDRESS, kind, amount)
    return replace(burnt, balances={at: held for at, held in burnt.balances.items() if at[0] != ZERO_ADDRESS})


def _move(vouchers: Vouchers, source: Address, to: Address, kind: int, amount: int) -> Vouchers:
    held = vouchers.held_by(source, kind)
    if amount > held:
        raise Rejected("ERC1155InsufficientBalance", source, held, amount, kind)
    balances = {**vouchers.balances, (source, kind): held - amount}
    balances[to, kind] = balances.get((to, kind), 0) + amount
    return replace(vouchers, balances=balances)


def _require_movable(tickets: Tickets, now: Timestamp, ticket: int) -> None:
    _require_open(tickets.paused_until, now)
    if ticket in tickets.redeemed:
        raise Rejected("TicketUsed", ticket)


def _require_let(tickets: Tickets, by: Address, ticket: int) -> None:
    if ticket not in tickets.owners:
        raise Rejected("ERC721NonexistentToken", ticket)
    if not tickets.may_move(by, ticket):
        raise Rejected("ERC721InsufficientApproval", by, ticket)


def _require_open(paused_until: Timestamp, now: Timestamp) -> None:
    if now < paused_until:
        raise Rejected("ContractPaused", paused_until)
