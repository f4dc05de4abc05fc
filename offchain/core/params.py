"""What an operator chooses for a network, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from offchain.core.invoice import parse_address, parse_word
from offchain.core.refusal import Refusal
from offchain.core.units import NATIVE

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

_LIMITS = {"governorDelaySeconds": (0, 2**48 - 1), "feeBps": (0, 2**16 - 1), "confirmations": (1, 1000)}
_PARTIES = ("governor", "guardian", "feeRecipient")
_REQUIRED = {*_LIMITS, *_PARTIES, "salt"}
_OPTIONAL = {"note", "tokens"}


class InvalidParams(Refusal):
    """A value in params.json is missing, unknown, of the wrong kind or out of its range."""


@dataclass(frozen=True)
class Token:
    """A token the operator vouches for: its address and number of decimals."""

    address: str
    decimals: int


@dataclass(frozen=True)
class Params:
    """What was chosen for a network. Delay in seconds, fee in basis points, confirmations in blocks."""

    governor: str
    governor_delay_seconds: int
    guardian: str
    fee_bps: int
    fee_recipient: str
    salt: bytes
    confirmations: int
    tokens: Mapping[str, Token]

    @classmethod
    def parse(cls, chosen: Any, *, live: bool) -> Self:
        """Read the object in params.json; on a live network no party may be a well-known test account.

        The contracts' own bounds, such as the cap on the fee, are left to their constructors to judge.
        Errors: InvalidParams, InvalidAddress, InvalidPaymentId.
        """
        _require_keys(chosen, _REQUIRED, _OPTIONAL, "params.json")
        numbers = {name: _number(chosen[name], name, *limits) for name, limits in _LIMITS.items()}
        parties = {name: _party(chosen[name], name, live) for name in _PARTIES}
        tokens = chosen.get("tokens", {})
        if not isinstance(tokens, dict):
            raise InvalidParams("tokens must be an object of symbols")
        return cls(
            governor=parties["governor"],
            governor_delay_seconds=numbers["governorDelaySeconds"],
            guardian=parties["guardian"],
            fee_bps=numbers["feeBps"],
            fee_recipient=parties["feeRecipient"],
            salt=parse_word(_text(chosen["salt"], "salt")),
            confirmations=numbers["confirmations"],
            tokens={symbol: _token(symbol, token) for symbol, token in tokens.items()},
        )

    def constructor_arguments(self) -> tuple[Any, ...]:
        """The arguments that the constructors of PaymentProcessor and SecurePayment share."""
        return self.governor_delay_seconds, self.governor, self.guardian, self.fee_bps, self.fee_recipient


def _require_keys(chosen: Any, required: set[str], optional: set[str], name: str) -> None:
    if not isinstance(chosen, dict):
        raise InvalidParams(f"{name} must be an object")
    missing, unknown = required - chosen.keys(), chosen.keys() - required - optional
    if missing or unknown:
        parts = [f"lacks {', '.join(sorted(missing))}"] * bool(missing)
        parts += [f"has unknown {', '.join(sorted(unknown))}"] * bool(unknown)
        raise InvalidParams(f"{name} {' and '.join(parts)}")


def _number(value: Any, name: str, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise InvalidParams(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidParams(f"{name} must be a text, not {value!r}")
    return value


def _party(value: Any, name: str, live: bool) -> str:
    address = parse_address(_text(value, name), name)
    if address == NATIVE:
        raise InvalidParams(f"{name} is the zero address")
    if live and address in TEST_ACCOUNTS:
        raise InvalidParams(f"{name} {address} is a test account: everybody has its key")
    return address


def _token(symbol: str, token: Any) -> Token:
    _require_keys(token, {"address", "decimals"}, set(), f"token {symbol}")
    address = parse_address(_text(token["address"], f"token {symbol}"), f"token {symbol}")
    return Token(address, _number(token["decimals"], f"decimals of {symbol}", 0, 77))
