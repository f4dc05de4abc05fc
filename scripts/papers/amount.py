"""Amounts as people write them, exactly: text to base units and back, never through a float."""

import re
from collections.abc import Mapping

from offchain.core.refusal import Refusal

NATIVE_UNITS: Mapping[str, int] = {"ether": 18, "gwei": 9, "wei": 0}
BASE_UNITS: Mapping[str, int] = {"units": 0}
MAX_UINT256 = 2**256 - 1

_AMOUNT = re.compile(r"(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]+))?\s*(?P<unit>\S*)")


class InvalidAmount(Refusal):
    """The text is no amount, names no known unit, or is finer or larger than the asset can express."""


def parse_amount(text: str, units: Mapping[str, int]) -> int:
    """Base units of an amount such as `1.5ether`.

    `units` maps each unit's name to its number of decimals. The unit is compulsory: a bare number could mean either.
    Errors: InvalidAmount.
    """
    match = _AMOUNT.fullmatch(text.strip())
    known = ", ".join(units)
    if match is None:
        raise InvalidAmount(f"{text!r} is not an amount: write digits and a unit, one of {known}")
    if match["unit"] not in units:
        raise InvalidAmount(f"{text!r} names no unit that is known here: write one of {known} after the digits")
    decimals = units[match["unit"]]
    part = (match["part"] or "").rstrip("0")
    if len(part) > decimals:
        raise InvalidAmount(f"{text!r} is finer than one base unit: {match['unit']} has {decimals} decimals")
    amount = int(match["whole"] + part.ljust(decimals, "0"))
    if not 0 < amount <= MAX_UINT256:
        raise InvalidAmount(f"{text!r} is {'zero' if amount == 0 else 'above 2^256 - 1 base units'}")
    return amount


def format_amount(amount: int, decimals: int, unit: str) -> str:
    """An amount of base units in `unit`, every digit kept, e.g. `1.5 ether`."""
    whole, part = divmod(amount, 10**decimals)
    fraction = f".{part:0{decimals}d}".rstrip("0").rstrip(".") if decimals else ""
    return f"{whole}{fraction} {unit}"


def format_native(amount: int) -> str:
    """Wei as `1.5 ether`, ether being 10^18 wei of whatever coin the chain has."""
    return format_amount(amount, NATIVE_UNITS["ether"], "ether")
