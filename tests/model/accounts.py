"""What the reference model of a token remembers: who holds how much of it, in what standing, and who may spend it.

Source: EIP-20, ERC-6093, ERC-7943. What an account's standing means, who may hold how much and who may spend is each
token's to say.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from eth_utils.crypto import keccak

from offchain.core.units import NOTHING, Address, TokenUnits
from tests.model.act import Event, Outcome, Rejected
from tests.model.breaker import BreakerBook

UNLIMITED = 2**256 - 1
GOVERNOR_ROLE = bytes(32)
GUARDIAN_ROLE, ENFORCER_ROLE = keccak(text="GUARDIAN_ROLE"), keccak(text="ENFORCER_ROLE")


@dataclass(frozen=True)
class Account:
    """What an account holds, how much of it is frozen, perhaps in advance, and the number of its standing."""

    balance: TokenUnits = NOTHING
    frozen: TokenUnits = NOTHING
    standing: int = 0

    @property
    def free(self) -> int:
        """What is not frozen."""
        return max(0, self.balance - self.frozen)


@dataclass(frozen=True, kw_only=True)
class TokenBook(BreakerBook):
    """Accounts by address, allowances by (owner, spender), `members` of (role, account), the governor's aside."""

    governor: Address
    members: frozenset[tuple[bytes, Address]]
    accounts: Mapping[Address, Account] = field(default_factory=dict)
    allowances: Mapping[tuple[Address, Address], TokenUnits] = field(default_factory=dict)
    supply: TokenUnits = NOTHING

    def of(self, address: Address) -> Account:
        """An account; one that holds nothing if nothing is known of it."""
        return self.accounts.get(address, Account())

    def refuse_governor(self, account: Address) -> Rejected | None:
        """There is one governor."""
        return None if account == self.governor else _unauthorized(account, GOVERNOR_ROLE)

    def refuse_guardian(self, account: Address) -> Rejected | None:
        """Every member of the role is a guardian."""
        return None if (GUARDIAN_ROLE, account) in self.members else _unauthorized(account, GUARDIAN_ROLE)

    def require_role(self, role: bytes, account: Address) -> None:
        """Whoever acts has the role.

        Raises AccessControlUnauthorizedAccount.
        """
        if (role, account) not in self.members and (role, account) != (GOVERNOR_ROLE, self.governor):
            raise _unauthorized(account, role)

    def require_spender(self, spender: Address) -> None:
        """An allowance is the spender's to use; a token may raise."""

    @abstractmethod
    def is_barred(self, standing: int) -> bool:
        """Whether an account of this standing neither sends nor receives."""

    @abstractmethod
    def most(self, standing: int) -> int:
        """The most that an account of this standing may hold."""

    @abstractmethod
    def refuse_supply(self, amount: TokenUnits) -> Rejected | None:
        """Why so much cannot be minted; None if it can."""


AnyToken = TypeVar("AnyToken", bound=TokenBook)


def put(book: AnyToken, address: Address, account: Account) -> AnyToken:
    """The book with that account."""
    return replace(book, accounts={**book.accounts, address: account})


def require_sender(book: TokenBook, source: Address) -> None:
    """Raises ERC7943CannotSend."""
    if book.is_barred(book.of(source).standing):
        raise Rejected("ERC7943CannotSend", source)


def require_free(book: TokenBook, source: Address, amount: TokenUnits) -> None:
    """Raises ERC20InsufficientBalance, ERC7943InsufficientUnfrozenBalance."""
    held = book.of(source)
    if amount > held.balance:
        raise Rejected("ERC20InsufficientBalance", source, held.balance, amount)
    if amount > held.free:
        raise Rejected("ERC7943InsufficientUnfrozenBalance", source, amount, held.free)


def require_receiver(book: TokenBook, source: Address, to: Address, amount: TokenUnits) -> None:
    """Raises ERC7943CannotReceive, ERC7943CannotTransfer."""
    held = book.of(to)
    if book.is_barred(held.standing):
        raise Rejected("ERC7943CannotReceive", to)
    after = held.balance + (0 if source == to else amount)
    if after > book.most(held.standing):
        raise Rejected("ERC7943CannotTransfer", source, to, amount)


def freeze(book: AnyToken, account: Address, amount: TokenUnits) -> Outcome[AnyToken]:
    """Freeze so much of an account and nothing more."""
    frozen = put(book, account, replace(book.of(account), frozen=amount))
    return Outcome(frozen, events=(Event("Frozen", {"account": account, "amount": amount}),))


def shift(book: AnyToken, source: Address, to: Address, amount: TokenUnits) -> AnyToken:
    """Move between two accounts, or within one."""
    return add(add(book, source, -amount), to, amount)


def add(book: AnyToken, address: Address, amount: int) -> AnyToken:
    """Change a balance by so much."""
    held = book.of(address)
    return put(book, address, replace(held, balance=TokenUnits(held.balance + amount)))


def sent(source: Address, to: Address, amount: TokenUnits) -> Event:
    """The event of every movement; from or to the zero address where it is minted or burned."""
    return Event("Transfer", {"from": source, "to": to, "value": amount})


def _unauthorized(account: Address, role: bytes) -> Rejected:
    return Rejected("AccessControlUnauthorizedAccount", account, role)
