"""Who governs, as an operator chooses it: the owners of the governor wallet, its guardian, its delay, and the limits.

The bounds are those of contracts/governance and contracts/safety, held here because the factory that keeps them is not
there before the first deployment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from offchain.core.units import NATIVE, Address, Seconds, TokenUnits
from scripts.papers.agreement import in_order, owner_set_of
from scripts.papers.amount import BASE_UNITS, NATIVE_UNITS, parse_amount
from scripts.papers.chosen import InvalidParams, listed, number, party, require_keys, text
from scripts.papers.invoice import parse_address

MAX_OWNERS = 50
MAX_CAPACITY = 2**96 - 1
MAX_REFILL_SECONDS = 2**24 - 1
DELAY_SECONDS = (24 * 3600, 6 * 24 * 3600)
_REQUIRED = {"owners", "threshold", "guardian", "delaySeconds", "limits"}


@dataclass(frozen=True)
class Limit:
    """What may leave at once, in base units of the asset, and the seconds in which it comes back."""

    asset: Address
    capacity: TokenUnits
    refill_seconds: Seconds


@dataclass(frozen=True)
class Governance:
    """The governor wallet, and the limits of the wallet, PaymentProcessor and Settlement; owners in ascending order.

    `verifiers` are the contracts that the wallet answers under ERC-1271; it begins with none.
    """

    owners: tuple[Address, ...]
    threshold: int
    guardian: Address
    delay_seconds: Seconds
    limits: Mapping[str, tuple[Limit, ...]]
    verifiers: tuple[Address, ...]

    @classmethod
    def parse(cls, chosen: Any, decimals: Mapping[str, tuple[Address, int]], *, live: bool) -> Self:
        """Read the object `governance` in params.json; `decimals` are the tokens' (address, decimals) by symbol.

        On a live network one owner alone must not be enough. Errors: InvalidParams, InvalidAddress, InvalidAmount.
        """
        require_keys(chosen, _REQUIRED, {"verifiers"}, "governance")
        owners = [party(owner, f"owner {i}", live=live) for i, owner in enumerate(listed(chosen["owners"], "owners"))]
        if not 0 < len(owners) <= MAX_OWNERS:
            raise InvalidParams(f"owners must be 1 to {MAX_OWNERS}, not {len(owners)}")
        if len(set(owners)) != len(owners):
            raise InvalidParams("owners holds an address twice")
        threshold = number(chosen["threshold"], "threshold", 1, len(owners))
        if live and threshold == 1:
            raise InvalidParams("threshold must be at least 2 on a live network: one key must not move money alone")
        guardian = party(chosen["guardian"], "guardian", live=live)
        if live and guardian in owners:
            raise InvalidParams(f"the guardian {guardian} is an owner: who stops must not be one who acts")
        verifiers = listed(chosen.get("verifiers", []), "verifiers")
        limits = chosen["limits"]
        require_keys(limits, {"wallet", "processor"}, {"settlement"}, "limits")
        return cls(
            owners=tuple(in_order(owners)),
            threshold=threshold,
            guardian=guardian,
            delay_seconds=Seconds(number(chosen["delaySeconds"], "delaySeconds", *DELAY_SECONDS)),
            limits={name: _limits(limits[name], f"limits of {name}", decimals) for name in limits},
            verifiers=tuple(party(verifier, "verifier", live=live) for verifier in verifiers),
        )

    @property
    def owner_set(self) -> bytes:
        """What the wallet keeps of its owners."""
        return owner_set_of(self.threshold, self.owners)


def charter(governance: Governance) -> bytes:
    """What stands behind the code of a wallet: owner set 32 bytes, guardian 20, delay 4."""
    guardian = bytes.fromhex(governance.guardian[2:])
    return governance.owner_set + guardian + governance.delay_seconds.to_bytes(4)


def _limits(chosen: Any, name: str, decimals: Mapping[str, tuple[Address, int]]) -> tuple[Limit, ...]:
    limits = tuple(_limit(entry, name, decimals) for entry in listed(chosen, name))
    if len({limit.asset for limit in limits}) != len(limits):
        raise InvalidParams(f"{name} name an asset twice")
    return limits


def _limit(chosen: Any, name: str, decimals: Mapping[str, tuple[Address, int]]) -> Limit:
    """`native`, a symbol of `tokens`, or an address, whose capacity is then in `units`."""
    require_keys(chosen, {"asset", "capacity", "refillSeconds"}, set(), f"an entry of {name}")
    asset, units = text(chosen["asset"], f"asset of {name}"), BASE_UNITS
    if asset == "native":
        address, units = NATIVE, NATIVE_UNITS
    elif asset in decimals:
        address, units = decimals[asset][0], {**BASE_UNITS, asset: decimals[asset][1]}
    else:
        address = parse_address(asset, f"asset of {name}")
    capacity = parse_amount(text(chosen["capacity"], f"capacity of {name}"), units)
    if capacity > MAX_CAPACITY:
        raise InvalidParams(f"the capacity of {asset} in {name} is above 2^96 - 1 base units")
    refill = number(chosen["refillSeconds"], f"refillSeconds of {name}", 1, MAX_REFILL_SECONDS)
    return Limit(address, TokenUnits(capacity), Seconds(refill))
