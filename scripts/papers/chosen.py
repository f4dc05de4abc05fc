"""Values out of an operator's JSON, read strictly: nothing missing, nothing unknown, nothing of another kind."""

from typing import Any

from offchain.core.refusal import Refusal
from offchain.core.units import ZERO_ADDRESS, Address
from scripts.papers.invoice import parse_address

# anvil's and Hardhat's accounts from `test test … junk`. TEST KEYS: everybody has them.
TEST_ACCOUNTS = frozenset(
    {
        "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
        "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
        "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
        "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
        "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
        "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
        "0x976EA74026E726554dB657fA54763abd0C3a0aa9",
        "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
        "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
        "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720",
    }
)


class InvalidParams(Refusal):
    """A value in params.json is missing, unknown, of the wrong kind or out of its range."""


def require_keys(chosen: Any, required: set[str], optional: set[str], name: str) -> None:
    """Refuse what is no object with exactly these keys. Errors: InvalidParams."""
    if not isinstance(chosen, dict):
        raise InvalidParams(f"{name} must be an object")
    missing, unknown = required - chosen.keys(), chosen.keys() - required - optional
    if missing or unknown:
        parts = [f"lacks {', '.join(sorted(missing))}"] * bool(missing)
        parts += [f"has unknown {', '.join(sorted(unknown))}"] * bool(unknown)
        raise InvalidParams(f"{name} {' and '.join(parts)}")


def number(value: Any, name: str, low: int, high: int) -> int:
    """A whole number in its range. Errors: InvalidParams."""
    if type(value) is not int or not low <= value <= high:
        raise InvalidParams(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return value


def text(value: Any, name: str) -> str:
    """A text. Errors: InvalidParams."""
    if not isinstance(value, str):
        raise InvalidParams(f"{name} must be a text, not {value!r}")
    return value


def listed(value: Any, name: str) -> list[Any]:
    """A list. Errors: InvalidParams."""
    if not isinstance(value, list):
        raise InvalidParams(f"{name} must be a list")
    return value


def party(value: Any, name: str, *, live: bool) -> Address:
    """Somebody's address; on a live network no well-known test account. Errors: InvalidParams, InvalidAddress."""
    address = parse_address(text(value, name), name)
    if address == ZERO_ADDRESS:
        raise InvalidParams(f"{name} is the zero address")
    if live and address in TEST_ACCOUNTS:
        raise InvalidParams(f"{name} {address} is a test account: everybody has its key")
    return address
