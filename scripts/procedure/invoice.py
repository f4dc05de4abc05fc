"""An invoice as scripts take it from the command line."""

import argparse
import re
from collections.abc import Mapping
from dataclasses import dataclass

from web3.exceptions import Web3Exception

from offchain.core.payment import Invoice
from offchain.core.units import NATIVE, Address, TokenUnits
from scripts.chain.contract import Contract, NoContract
from scripts.papers.amount import BASE_UNITS, NATIVE_UNITS, format_amount, format_native, parse_amount
from scripts.papers.invoice import parse_address, parse_word
from scripts.papers.params import Token
from scripts.procedure.expected import known_tokens
from scripts.procedure.session import Desk, Session

_CLAIMED = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,15}", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """An invoice, and how to show its amount."""

    invoice: Invoice
    amount: str
    reference: str

    def facts(self, key: bytes) -> list[tuple[str, str]]:
        """The terms in words."""
        native = self.invoice.token == NATIVE
        return [
            ("to", self.invoice.to),
            ("amount", f"{self.amount} ({self.invoice.amount} {'wei' if native else 'units'})"),
            ("token", "native coin" if native else self.invoice.token),
            ("payment id", f"{self.reference} (0x{self.invoice.payment_id.hex()})"),
            ("key", f"0x{key.hex()}"),
        ]


def add_terms(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The arguments that name an invoice."""
    parser.add_argument("--to", required=True, help="the payee's address")
    parser.add_argument("--amount", required=True, help="with its unit: 1.5ether, 250000wei, 12.5USDC, 12500000units")
    parser.add_argument("--payment-id", required=True, help="the merchant's reference: a text, or 0x and 64 digits")
    parser.add_argument("--token", help="an address, or a symbol listed in params.json; left out for native coin")
    return parser


def read_invoice(arguments: argparse.Namespace, desk: Desk, *, trusts_node: bool) -> Asked:
    """The invoice that the arguments name.

    A token's decimals come from params.json; with `trusts_node`, in a session, also from the token itself. A node that
    lies about decimals changes what an amount means, so a script that must not trust it takes base units instead.
    Errors: InvalidAddress, InvalidAmount, InvalidPaymentId, NoContract.
    """
    to, reference = parse_address(arguments.to, "the payee"), arguments.payment_id
    payment_id = parse_word(reference)
    if arguments.token is None:
        amount = parse_amount(arguments.amount, NATIVE_UNITS)
        return Asked(Invoice(NATIVE, to, TokenUnits(amount), payment_id), format_native(amount), reference)
    tokens = known_tokens(desk)
    token = _token_address(arguments.token, tokens)
    units = _vouched_units(token, tokens)
    if not units and trusts_node and isinstance(desk, Session):
        units = _claimed_units(token, desk)
    amount = parse_amount(arguments.amount, {**BASE_UNITS, **units})
    symbol, decimals = next(iter({**units, **BASE_UNITS}.items()))
    return Asked(
        Invoice(Address(token), to, TokenUnits(amount), payment_id), format_amount(amount, decimals, symbol), reference
    )


def _token_address(text: str, tokens: Mapping[str, Token]) -> str:
    return tokens[text].address if text in tokens else parse_address(text, "the token")


def _vouched_units(token: str, tokens: Mapping[str, Token]) -> Mapping[str, int]:
    return {symbol: known.decimals for symbol, known in tokens.items() if known.address == token}


def _claimed_units(token: str, session: Session) -> Mapping[str, int]:
    """What the token says of itself, if it is a symbol: what is no letter or digit could write over what is shown."""
    contract = erc20(session, token)
    try:
        symbol, decimals = str(contract.read("symbol")), int(contract.read("decimals"))
    except (NoContract, Web3Exception):  # ERC-20 obliges a token to neither
        return {}
    plain = _CLAIMED.fullmatch(symbol) and symbol not in (*NATIVE_UNITS, *BASE_UNITS)
    return {symbol: decimals} if plain else {}


def erc20(session: Session, token: str) -> Contract:
    """The token at an address. Errors: NoContract."""
    return session.contract("IERC20Metadata", token)
