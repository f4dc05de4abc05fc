"""Acts of the governor wallet upon a token that is issued here: the token, an account's standing, the proposal."""

import argparse
from dataclasses import dataclass
from typing import Any

from offchain.core.refusal import Refusal
from offchain.core.units import TokenUnits
from scripts.chain.contract import Contract
from scripts.papers.amount import BASE_UNITS, format_amount, parse_amount
from scripts.papers.issuance import Issued
from scripts.procedure.arguments import parser
from scripts.procedure.governing import propose_call
from scripts.procedure.session import Session
from scripts.propose import Facts

REGULATED = ("Stablecoin", "CentralBankToken")


class NotIssued(Refusal):
    """No token of that symbol is issued by the deployment, or none that does this."""


@dataclass(frozen=True)
class Holding:
    """What an account has of a token, in base units; of a token that freezes nothing, `frozen` is None."""

    balance: TokenUnits
    frozen: TokenUnits | None


@dataclass(frozen=True)
class Coin:
    """A token that is issued here."""

    made: Issued
    contract: Contract
    decimals: int

    def parse(self, text: str) -> TokenUnits:
        """An amount with its unit, exactly. Errors: InvalidAmount."""
        return TokenUnits(parse_amount(text, {**BASE_UNITS, self.made.symbol: self.decimals}))

    def words(self, amount: int) -> str:
        """An amount of base units, every digit kept."""
        return format_amount(amount, self.decimals, self.made.symbol)

    def holding(self, account: str) -> Holding:
        """What an account has."""
        frozen = None
        if self.made.contract in REGULATED:
            frozen = TokenUnits(self.contract.read("getFrozenTokens", account))
        return Holding(TokenUnits(self.contract.read("balanceOf", account)), frozen)

    def change(self, account: str, now: Holding, then: Holding) -> Facts:
        """An account's standing now, and as it will be if nothing else happens before."""
        return [(f"{account} now", self.standing(account, now)), ("and then", self._holding(then))]

    def standing(self, account: str, holding: Holding) -> str:
        """What an account has, and what the token's rules have it down as."""
        words = self._holding(holding)
        if self.made.contract == "Stablecoin":
            return words + ("; BLOCKED" if self.contract.read("isBlocked", account) else "")
        if self.made.contract == "CentralBankToken":
            tier = self.contract.read("tierOf", account)
            most = f"in tier {tier}, at most {self.words(self.contract.read('holdingLimit', tier))}"
            return f"{words}; {most if tier else 'NOT REGISTERED'}"
        return words

    def _holding(self, holding: Holding) -> str:
        words = self.words(holding.balance)
        return words if holding.frozen is None else f"{words}, {self.words(holding.frozen)} frozen"


def coin_parser(description: str, **options: str) -> argparse.ArgumentParser:
    """A parser with `--token` and these compulsory options, each with its help."""
    made = parser(description, acts=True)
    made.add_argument("--token", required=True, help="the symbol of a token that is issued here")
    for name, words in options.items():
        made.add_argument(f"--{name}", required=True, help=words)
    made.add_argument("--nonce", type=int, help="the number of the act; the wallet's next by default")
    return made


def find_coin(session: Session, symbol: str, *contracts: str) -> Coin:
    """The token of a symbol, whose contract must be one of these. Errors: NotIssued, MissingRecord, NoContract."""
    issued = session.params.issued
    fitting = [name for name, made in issued.items() if made.contract in contracts]
    if symbol not in fitting:
        known = f"those that do are {', '.join(fitting)}" if fitting else "none does"
        raise NotIssued(f"{symbol!r} is no token of {session.network.id} that does this: {known}")
    made = issued[symbol]
    return Coin(made, session.deployed(symbol), made.decimals or 0)


def propose_act(
    session: Session, coin: Coin, name: str, values: tuple[Any, ...], facts: Facts, arguments: argparse.Namespace
) -> None:
    """Write the proposal that the governor wallet calls the token so. Errors: those of propose_call."""
    propose_call(session, coin.made.symbol, coin.contract, name, values, facts, arguments)
