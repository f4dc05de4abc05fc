"""Tokens that a deployment issues, as an operator chooses them: their names, who holds which role, and the bounds.

Holders are addresses, or GOVERNOR for the wallet that governs. The bounds are those of contracts/token.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from eth_utils.crypto import keccak

from offchain.core.units import Address, TokenUnits
from scripts.papers.amount import BASE_UNITS, NATIVE_UNITS, parse_amount
from scripts.papers.chosen import InvalidParams, listed, party, require_keys, text

GOVERNOR = "Governor"
"""What params and the record call the governor wallet."""

ROLES: Mapping[str, tuple[str, ...]] = {
    "Stablecoin": ("MASTER_MINTER", "BLOCKLISTER", "ENFORCER"),
    "CentralBankToken": ("BANK", "INTERMEDIARY", "ENFORCER"),
    "Bep20Token": (),
    "TicketToken": ("MERCHANT",),
    "VoucherToken": ("MERCHANT",),
}
"""The roles of each token that the governor appoints, the guardian's aside."""

HARMLESS = ("INTERMEDIARY", "MERCHANT")
"""The roles that a key alone may hold: they neither make nor move money, and whoever governs the token revokes them."""

DECIMALS: Mapping[str, int] = {"Stablecoin": 6, "CentralBankToken": 2, "Bep20Token": 18}
TIERS = 3
MAX_AMOUNT = 2**112 - 1
MAX_HOLDING_LIMIT = 2**56 - 1
_OWN: Mapping[str, set[str]] = {"Stablecoin": {"minters"}, "CentralBankToken": {"holdingLimits"}}
_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9]{1,10}")


@dataclass(frozen=True)
class Issued:
    """A token of the deployment: its contract, what its constructor is told of it, and what the governor is to set.

    `roles` are holders by the role's name, `minters` allowances by holder, `holding_limits` those of tiers 1, 2, 3.
    """

    symbol: str
    contract: str
    label: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    minters: Mapping[str, TokenUnits]
    holding_limits: tuple[TokenUnits, ...]

    @classmethod
    def parse(cls, symbol: str, chosen: Any, guardian: Address, *, live: bool) -> Self:
        """Read an entry of `issued` in params.json.

        No holder may be the guardian: who stops must not be one who acts.
        Errors: InvalidParams, InvalidAddress, InvalidAmount.
        """
        where = f"issued {symbol}"
        if not _SYMBOL.fullmatch(symbol) or symbol in (*NATIVE_UNITS, *BASE_UNITS):
            raise InvalidParams(f"{where}: a symbol is a letter and 1 to 10 letters or digits, and no unit")
        if not isinstance(chosen, dict) or chosen.get("contract") not in ROLES:
            raise InvalidParams(f"{where} must be an object whose contract is one of {', '.join(ROLES)}")
        contract = chosen["contract"]
        called = "uri" if contract == "VoucherToken" else "name"
        roles = {"roles"} if ROLES[contract] else set()
        require_keys(chosen, {"contract", called, *roles, *_OWN.get(contract, set())}, set(), where)
        told = text(chosen[called], f"{called} of {symbol}")
        if not told or not told.isprintable():
            raise InvalidParams(f"{called} of {symbol} must be some printable text")
        held = chosen.get("roles", {})
        require_keys(held, set(ROLES[contract]), set(), f"roles of {symbol}")
        who = _Parties(symbol, guardian, live)
        return cls(
            symbol=symbol,
            contract=contract,
            label=(told,) if contract == "VoucherToken" else (told, symbol),
            roles={role: who.several(held[role], role) for role in ROLES[contract]},
            minters=_minters(chosen.get("minters", {}), who, DECIMALS.get(contract, 0)),
            holding_limits=_holding_limits(chosen["holdingLimits"], symbol) if "holdingLimits" in chosen else (),
        )

    @property
    def decimals(self) -> int | None:
        """Its number of decimals, None for what is no ERC-20."""
        return DECIMALS.get(self.contract)

    def holders(self, governor: str) -> dict[bytes, set[str]]:
        """Who is to hold each role, by its 32 bytes."""
        return {role_of(name): {resolve(who, governor) for who in held} for name, held in self.roles.items()}

    def allowances(self, governor: str) -> dict[str, TokenUnits]:
        """What each minter is to be allowed, in base units."""
        return {resolve(who, governor): allowance for who, allowance in self.minters.items()}


def role_of(name: str) -> bytes:
    """The 32 bytes of a role, of its name such as BANK."""
    return keccak(text=f"{name}_ROLE")


ROLE_NAMES: Mapping[bytes, str] = {
    role_of(name): name.lower().replace("_", " ") for names in ROLES.values() for name in names
}
"""The roles in words, by their 32 bytes."""


def resolve(holder: str, governor: str) -> str:
    """A holder's address, once the governor wallet's is known."""
    return governor if holder == GOVERNOR else holder


def parse_issued(chosen: Any, guardian: Address, taken: set[str], *, live: bool) -> dict[str, Issued]:
    """Read the object `issued` in params.json; `taken` are the names that mean something else.

    Errors: InvalidParams, InvalidAddress, InvalidAmount.
    """
    if not isinstance(chosen, dict):
        raise InvalidParams("issued must be an object of symbols")
    if both := taken & chosen.keys():
        raise InvalidParams(f"issued names {', '.join(sorted(both))}, which is something else already")
    read = {symbol: Issued.parse(symbol, entry, guardian, live=live) for symbol, entry in chosen.items()}
    if len({(made.contract, made.label) for made in read.values()}) != len(read):
        raise InvalidParams("issued has two vouchers of the same uri: they would be one contract")
    return read


class _Parties:
    """Who may be named as a holder of a token's powers."""

    def __init__(self, symbol: str, guardian: Address, live: bool) -> None:
        self.symbol, self.guardian, self.live = symbol, guardian, live

    def one(self, value: Any, name: str) -> str:
        if value == GOVERNOR:
            return GOVERNOR
        holder = party(value, f"{name} of {self.symbol}", live=self.live)
        if holder == self.guardian:
            raise InvalidParams(f"{name} of {self.symbol} is the guardian: who stops must not be one who acts")
        return holder

    def several(self, value: Any, name: str) -> tuple[str, ...]:
        holders = tuple(self.one(who, name) for who in listed(value, f"{name} of {self.symbol}"))
        if len(set(holders)) != len(holders):
            raise InvalidParams(f"{name} of {self.symbol} names somebody twice")
        return holders


def _minters(chosen: Any, who: _Parties, decimals: int) -> dict[str, TokenUnits]:
    if not isinstance(chosen, dict):
        raise InvalidParams(f"minters of {who.symbol} must be an object of allowances")
    read = {who.one(minter, "minter"): amount for minter, amount in chosen.items()}
    if len(read) != len(chosen):
        raise InvalidParams(f"minters of {who.symbol} name somebody twice")
    return {minter: _bounded(amount, who.symbol, decimals, MAX_AMOUNT) for minter, amount in read.items()}


def _holding_limits(chosen: Any, symbol: str) -> tuple[TokenUnits, ...]:
    limits = listed(chosen, f"holdingLimits of {symbol}")
    if len(limits) != TIERS:
        raise InvalidParams(f"holdingLimits of {symbol} must be {TIERS}, one for each tier, not {len(limits)}")
    return tuple(_bounded(limit, symbol, DECIMALS["CentralBankToken"], MAX_HOLDING_LIMIT) for limit in limits)


def _bounded(value: Any, symbol: str, decimals: int, most: int) -> TokenUnits:
    amount = parse_amount(text(value, f"an amount of {symbol}"), {**BASE_UNITS, symbol: decimals})
    if amount > most:
        raise InvalidParams(f"{value} is above {most} base units, the most that {symbol} can take here")
    return TokenUnits(amount)
