"""What an operator chooses for a network, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from eth_utils.crypto import keccak

from scripts.papers.bridge import End, parse_bridge, with_changes
from scripts.papers.chosen import InvalidParams, number, party, require_keys, text
from scripts.papers.governance import Governance
from scripts.papers.invoice import parse_address, parse_word
from scripts.papers.issuance import GOVERNOR, Issued, parse_issued

_LIMITS = {"governorDelaySeconds": (0, 2**48 - 1), "feeBps": (0, 2**16 - 1), "confirmations": (1, 1000)}
_REQUIRED = {*_LIMITS, "governance", "feeRecipient", "salt"}
_OPTIONAL = {"note", "tokens", "issued", "settlement", "bridge", "changed"}
_CONTRACTS = {GOVERNOR, "MultiSig", "MultiSigFactory", "PaymentProcessor", "SecurePayment", "Settlement"}
_KEPT = {*_REQUIRED, "tokens", "issued", "settlement", "bridge"}
_CHANGED = {"governorDelaySeconds", "feeBps", "feeRecipient", "bridge"}
_CHANGED_GOVERNANCE = {"owners", "threshold", "guardian", "delaySeconds", "verifiers"}


@dataclass(frozen=True)
class Token:
    """A token the operator vouches for: its address and number of decimals.

    `domain` are the name and the version under which it takes signatures (EIP-712); None if it is not said.
    """

    address: str
    decimals: int
    domain: tuple[str, str] | None = None


@dataclass(frozen=True)
class Params:
    """What was chosen for a network. Delay in seconds, fee in basis points, confirmations in blocks.

    All but confirmations, tokens, limits, and the powers over issued tokens makes the addresses, so it stays as it was
    deployed; a token may be added to those that are issued, an end of a route to those of the bridge, the peer of a
    vault be filled in, and `settlement` be asked for later. `changed` is what the governor has changed since, or None.
    """

    governance: Governance
    governor_delay_seconds: int
    fee_bps: int
    fee_recipient: str
    salt: bytes
    confirmations: int
    tokens: Mapping[str, Token]
    issued: Mapping[str, Issued]
    settlement: bool
    bridge: Mapping[str, End]
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
        governance = Governance.parse(chosen["governance"], decimals, live=live)
        settlement = chosen.get("settlement", False)
        if type(settlement) is not bool:
            raise InvalidParams(f"settlement must be true or false, not {settlement!r}")
        if not settlement and "settlement" in governance.limits:
            raise InvalidParams("limits has settlement, but no settlement is asked for")
        taken = {*_CONTRACTS, *read}
        issued = parse_issued(chosen.get("issued", {}), governance.guardian, taken, live=live)
        known = {symbol: token.decimals for symbol, token in read.items()}
        known |= {symbol: made.decimals for symbol, made in issued.items() if made.decimals is not None}
        return cls(
            governance=governance,
            governor_delay_seconds=numbers["governorDelaySeconds"],
            fee_bps=numbers["feeBps"],
            fee_recipient=party(chosen["feeRecipient"], "feeRecipient", live=live),
            salt=parse_word(text(chosen["salt"], "salt")),
            confirmations=numbers["confirmations"],
            tokens=read,
            issued=issued,
            settlement=settlement,
            bridge=parse_bridge(chosen.get("bridge", {}), known, governance.guardian, taken | {*issued}, live=live),
            changed=cls.parse(_with_changes(chosen), live=live) if "changed" in chosen else None,
        )

    @property
    def in_force(self) -> Self:
        """What should hold now: what was deployed, and what the governor has changed since."""
        return self.changed or self

    def constructor_arguments(self, governor: str) -> tuple[Any, ...]:
        """The arguments that the constructors of PaymentProcessor, SecurePayment and Settlement share."""
        guardian = self.governance.guardian
        return self.governor_delay_seconds, governor, guardian, self.fee_bps, self.fee_recipient

    def token_arguments(self, symbol: str, governor: str) -> tuple[Any, ...]:
        """The arguments of an issued token's constructor."""
        return *self.issued[symbol].label, self.governor_delay_seconds, governor, self.governance.guardian

    def bridge_salt(self, name: str) -> bytes:
        """The salt of an end of a route: its own, so that ends which are chosen alike are two contracts."""
        return keccak(self.salt + name.encode())


def _with_changes(chosen: dict[str, Any]) -> dict[str, Any]:
    changed = chosen["changed"]
    require_keys(changed, set(), _CHANGED | _CHANGED_GOVERNANCE, "changed")
    merged = {name: value for name, value in {**chosen, **changed}.items() if name in _KEPT}
    if "bridge" in changed:
        merged["bridge"] = with_changes(chosen.get("bridge", {}), changed["bridge"])
    governance = {name: value for name, value in changed.items() if name in _CHANGED_GOVERNANCE}
    return {**merged, "governance": {**chosen["governance"], **governance}}


def _token(symbol: str, token: Any) -> Token:
    require_keys(token, {"address", "decimals"}, {"name", "version"}, f"token {symbol}")
    address = parse_address(text(token["address"], f"token {symbol}"), f"token {symbol}")
    domain = None
    if "name" in token or "version" in token:
        require_keys(token, {"address", "decimals", "name", "version"}, set(), f"token {symbol}")
        domain = text(token["name"], f"name of {symbol}"), text(token["version"], f"version of {symbol}")
    return Token(address, number(token["decimals"], f"decimals of {symbol}", 0, 77), domain)
