"""The reference model of SecurePayment's balances: what each account has there, to withdraw at any time.

Source: interfaces/ISecurePayment.sol. Each act makes its checks in the contract's own order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from offchain.core.units import NATIVE, NOTHING, Address, TokenUnits
from tests.model.act import Call, Event, Outcome, Rejected, Transfer, Way
from tests.model.gate import enter
from tests.model.governed import GovernedBook


@dataclass(frozen=True, kw_only=True)
class BalanceBook(GovernedBook):
    """Balances by (account, token)."""

    balances: Mapping[tuple[Address, Address], TokenUnits] = field(default_factory=dict)


AnyBook = TypeVar("AnyBook", bound=BalanceBook)


def balance_of(book: AnyBook, account: Address, token: Address) -> TokenUnits:
    """What an account can withdraw of an asset."""
    return book.balances.get((account, token), NOTHING)


def deposit(book: AnyBook, call: Call) -> Outcome[AnyBook]:
    """Add the value of the call to the caller's balance.

    Raises ContractPaused, ZeroAmount.
    """
    return _deposit(book, call, NATIVE, call.value)


def deposit_token(book: AnyBook, call: Call, token: Address, amount: TokenUnits) -> Outcome[AnyBook]:
    """Add a token from the caller's approval to the caller's balance.

    Raises ContractPaused, ZeroAmount, NotAToken.
    """
    outcome = _deposit(book, call, token, amount)
    if token == NATIVE:
        raise Rejected("NotAToken", NATIVE)
    return outcome


def withdraw(book: AnyBook, call: Call, token: Address, amount: TokenUnits) -> Outcome[AnyBook]:
    """Take from the caller's balance.

    Raises ZeroAmount, InsufficientBalance.
    """
    available = balance_of(book, call.caller, token)
    if amount == 0:
        raise Rejected("ZeroAmount")
    if amount > available:
        raise Rejected("InsufficientBalance", call.caller, amount, available)

    booked = _add(book, call.caller, token, -amount)
    values = {"account": call.caller, "token": token, "amount": amount}
    transfer = Transfer(Way.SEND, token, book.address, call.caller, amount)
    return Outcome(booked, (transfer,), (Event("BalanceWithdrawn", values),))


def credit(book: AnyBook, token: Address, account: Address, amount: TokenUnits) -> Outcome[AnyBook]:
    """Book a fee, or a push that its recipient refused."""
    values = {"account": account, "token": token, "amount": amount}
    return Outcome(_add(book, account, token, amount), events=(Event("BalanceCredited", values),))


def _deposit(book: AnyBook, call: Call, token: Address, amount: TokenUnits) -> Outcome[AnyBook]:
    enter(book, call)
    if amount == 0:
        raise Rejected("ZeroAmount")

    values = {"account": call.caller, "token": token, "amount": amount}
    transfer = Transfer(Way.COLLECT, token, call.caller, book.address, amount)
    return Outcome(_add(book, call.caller, token, amount), (transfer,), (Event("BalanceDeposited", values),))


def _add(book: AnyBook, account: Address, token: Address, amount: int) -> AnyBook:
    balance = TokenUnits(balance_of(book, account, token) + amount)
    return replace(book, balances={**book.balances, (account, token): balance})
