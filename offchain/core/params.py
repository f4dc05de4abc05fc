"""What an operator chooses for a network, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from offchain.core.chosen import InvalidParams, number, party, require_keys, text
from offchain.core.governance import Governance
from offchain.core.invoice import parse_address, parse_word

_LIMITS = {"governorDelaySeconds": (0, 2**48 - 1), "feeBps": (0, 2**16 - 1), "confirmations": (1, 1000)}
_REQUIRED = {*_LIMITS, "governance", "feeRecipient", "salt"}
_OPTIONAL = {"note", "tokens", "changed"}
_CHANGED = {"governorDelaySeconds", "feeBps", "feeRecipient"}
_CHANGED_GOVERNANCE = {"owners", "threshold", "guardian", "delaySeconds", "verifiers"}


@dataclass(frozen=True)
class Token:
    """A token the operator vouches for: its address and number of decimals."""

    address: str
    decimals: int


@dataclass(frozen=True)
class Params:
    """What was chosen for a network. Delay in seconds, fee in basis points, confirmations in blocks.

    All but confirmations, tokens and limits makes the addresses, so it stays as it was deployed. `changed` is what the
    governor has changed since then, or None.
    """

    governance: Governance
    governor_delay_seconds: int
    fee_bps: int
    fee_recipient: str
    salt: bytes
    confirmations: int
    tokens: Mapping[str, Token]
    changed: Self | None

    @classmethod
    def parse(cls, chosen: Any, *, live: bool) -> Self:
        """Read the object in params.json; on a live network no party may be a well-known test account.

        The bounds of the fee are left to the constructors to judge.
        Errors: InvalidParams, InvalidAddress, InvalidPaymentId, InvalidAmount.
        """
        require_keys(chosen, _REQUIRED, _OPTIONAL, "params.json")
        numbers = {name: number(chosen[name], name, *limits) for name, limits in _LIMITS.items()}
        tokens = chosen.get("tokens", {})
        if not isinstance(tokens, dict):
            raise InvalidParams("tokens must be an object of symbols")
        read = {symbol: _token(symbol, token) for symbol, token in tokens.items()}
        decimals = {symbol: (parse_address(token.address, symbol), token.decimals) for symbol, token in read.items()}
        return cls(
            governance=Governance.parse(chosen["governance"], decimals, live=live),
            governor_delay_seconds=numbers["governorDelaySeconds"],
            fee_bps=numbers["feeBps"],
            fee_recipient=party(chosen["feeRecipient"], "feeRecipient", live=live),
            salt=parse_word(text(chosen["salt"], "salt")),
            confirmations=numbers["confirmations"],
            tokens=read,
            changed=cls.parse(_with_changes(chosen), live=live) if "changed" in chosen else None,
        )

    @property
    def in_force(self) -> Self:
        """What should hold now: what was deployed, and what the governor has changed since."""
        return self.changed or self

    def constructor_arguments(self, governor: str) -> tuple[Any, ...]:
        """The arguments that the constructors of PaymentProcessor and SecurePayment share."""
        guardian = self.governance.guardian
        return self.governor_delay_seconds, governor, guardian, self.fee_bps, self.fee_recipient


def _with_changes(chosen: dict[str, Any]) -> dict[str, Any]:
    changed = chosen["changed"]
    require_keys(changed, set(), _CHANGED | _CHANGED_GOVERNANCE, "changed")
    merged = {name: value for name, value in {**chosen, **changed}.items() if name in _REQUIRED | {"tokens"}}
    governance = {name: value for name, value in changed.items() if name in _CHANGED_GOVERNANCE}
    return {**merged, "governance": {**chosen["governance"], **governance}}


def _token(symbol: str, token: Any) -> Token:
    require_keys(token, {"address", "decimals"}, set(), f"token {symbol}")
    address = parse_address(text(token["address"], f"token {symbol}"), f"token {symbol}")
    return Token(address, number(token["decimals"], f"decimals of {symbol}", 0, 77))
