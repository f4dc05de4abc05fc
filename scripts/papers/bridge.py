"""The ends of bridge routes on a network, as an operator chooses them: what is bridged, who attests, what may arrive.

The bounds are those of contracts/bridge and contracts/safety. A vault and its token on the other chain are two ends,
each in the params of its own network.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from offchain.core.checkpoint import Side, route_id
from offchain.core.units import NATIVE, Address, Seconds, TokenUnits
from scripts.papers.agreement import in_order
from scripts.papers.amount import BASE_UNITS, NATIVE_UNITS, parse_amount
from scripts.papers.chosen import InvalidParams, listed, number, party, require_keys, text
from scripts.papers.governance import MAX_CAPACITY, MAX_REFILL_SECONDS
from scripts.papers.invoice import parse_address

VAULT, TOKEN = "BridgeVault", "BridgeToken"
OTHER = {VAULT: TOKEN, TOKEN: VAULT}
"""The contract at the other end."""
NATIVE_ASSET = "native"
MAX_ATTESTORS = 32
MAX_SHIFT = 95  # of a capacity of 96 bits this leaves something
QUEUE_SECONDS = (3600, 7 * 24 * 3600)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{1,30}")
_COMMON = {"contract", "decimals", "attestors", "threshold", "largeShift", "queueSeconds", "limit"}
_OWN = {VAULT: {"asset"}, TOKEN: {"name", "peer"}}
_CHANGED = {"attestors", "threshold", "largeShift", "queueSeconds", "limit"}


@dataclass(frozen=True)
class Peer:
    """The other end: its chain and contract; of a vault also what it holds, the zero address for native coin."""

    chain_id: int
    contract: Address
    token: Address


@dataclass(frozen=True)
class End:
    """One end of a route on this network, under its name in the record: of a token, its symbol.

    `capacity` is in base units of the asset, of a token those of the route. More than capacity / 2^large_shift waits.
    """

    name: str
    contract: str
    asset: str  # of a vault: a symbol of this network, or NATIVE_ASSET
    label: str  # of a token: its name
    decimals: int
    asset_decimals: int
    peer: Peer | None  # of a vault None as long as its token is not deployed
    attestors: tuple[Address, ...]
    threshold: int
    large_shift: int
    queue_seconds: Seconds
    capacity: TokenUnits
    refill_seconds: Seconds

    @classmethod
    def parse(cls, name: str, chosen: Any, decimals: Mapping[str, int], guardian: Address, *, live: bool) -> Self:
        """Read an entry of `bridge` in params.json; `decimals` are the network's tokens' by symbol.

        On a live network one attestor alone must not be enough. Errors: InvalidParams, InvalidAddress, InvalidAmount.
        """
        where = f"bridge {name}"
        if not _NAME.fullmatch(name) or name in (*NATIVE_UNITS, *BASE_UNITS, NATIVE_ASSET):
            raise InvalidParams(f"{where}: a name is a letter and 1 to 30 letters or digits, and no unit")
        if not isinstance(chosen, dict) or chosen.get("contract") not in _OWN:
            raise InvalidParams(f"{where} must be an object whose contract is one of {', '.join(_OWN)}")
        kind = chosen["contract"]
        require_keys(chosen, _COMMON | _OWN[kind], {"peer"}, where)
        places = number(chosen["decimals"], f"decimals of {where}", 0, 36)
        asset, units = name, {**BASE_UNITS, name: places}
        if kind == VAULT:
            asset, units = _asset(chosen["asset"], where, decimals)
        held = max(units.values())
        if places > held:
            raise InvalidParams(f"decimals of {where} are more than the {held} of {asset}")
        attestors, threshold = _attestors(chosen, where, guardian, live=live)
        limit = chosen["limit"]
        require_keys(limit, {"capacity", "refillSeconds"}, set(), f"limit of {where}")
        capacity = parse_amount(text(limit["capacity"], f"capacity of {where}"), units)
        if capacity > MAX_CAPACITY:
            raise InvalidParams(f"the capacity of {where} is above 2^96 - 1 base units")
        return cls(
            name=name,
            contract=kind,
            asset=asset,
            label=_label(chosen["name"], where) if kind == TOKEN else "",
            decimals=places,
            asset_decimals=held,
            peer=_peer(chosen["peer"], where, kind) if "peer" in chosen else None,
            attestors=attestors,
            threshold=threshold,
            large_shift=number(chosen["largeShift"], f"largeShift of {where}", 0, MAX_SHIFT),
            queue_seconds=Seconds(number(chosen["queueSeconds"], f"queueSeconds of {where}", *QUEUE_SECONDS)),
            capacity=TokenUnits(capacity),
            refill_seconds=Seconds(number(limit["refillSeconds"], f"refillSeconds of {where}", 1, MAX_REFILL_SECONDS)),
        )

    @property
    def unit(self) -> int:
        """How many base units of the asset are one of the route."""
        return int(10 ** (self.asset_decimals - self.decimals))

    @property
    def large_amount(self) -> int:
        """Above which amount, in the route's units, a record waits."""
        return self.capacity // self.unit >> self.large_shift

    def arguments(self, governor_delay_seconds: int, governor: str, guardian: str, asset: str) -> tuple[Any, ...]:
        """The arguments of its constructor; `asset` is a vault's, as an address."""
        trust: list[Any] = [governor_delay_seconds, governor, guardian, self.threshold, list(self.attestors)]
        trust += [self.large_shift, int(self.queue_seconds), int(self.capacity), int(self.refill_seconds)]
        if self.contract == VAULT:
            return trust, asset, self.asset_decimals, self.decimals
        assert self.peer is not None
        return trust, self.label, self.name, self.decimals, self.peer.chain_id, self.peer.contract, self.peer.token

    def routes(self, chain_id: int, contract: str, asset: str) -> tuple[bytes, bytes]:
        """The ids of what leaves this end and of what arrives; 32 zero bytes each as long as it has no peer."""
        if self.peer is None:
            return bytes(32), bytes(32)
        mine = Side(chain_id, Address(contract), Address(asset))
        theirs = Side(self.peer.chain_id, self.peer.contract, self.peer.token)
        return route_id(mine, theirs), route_id(theirs, mine)


def parse_bridge(
    chosen: Any, decimals: Mapping[str, int], guardian: Address, taken: set[str], *, live: bool
) -> dict[str, End]:
    """Read the object `bridge` in params.json; `taken` are the names that mean something else.

    Errors: InvalidParams, InvalidAddress, InvalidAmount.
    """
    if not isinstance(chosen, dict):
        raise InvalidParams("bridge must be an object of names")
    if both := taken & chosen.keys():
        raise InvalidParams(f"bridge names {', '.join(sorted(both))}, which is something else already")
    return {name: End.parse(name, entry, decimals, guardian, live=live) for name, entry in chosen.items()}


def with_changes(chosen: Any, changed: Any) -> Any:
    """The object `bridge` with what the governor has changed of each end since. Errors: InvalidParams."""
    require_keys(changed, set(), set(chosen), "changed bridge")
    for name, entry in changed.items():
        require_keys(entry, set(), _CHANGED, f"changed bridge {name}")
    return {name: {**entry, **changed.get(name, {})} for name, entry in chosen.items()}


def _asset(chosen: Any, where: str, decimals: Mapping[str, int]) -> tuple[str, dict[str, int]]:
    asset = text(chosen, f"asset of {where}")
    if asset == NATIVE_ASSET:
        return asset, dict(NATIVE_UNITS)
    if asset not in decimals:
        raise InvalidParams(f"asset of {where} must be {NATIVE_ASSET}, or a symbol of tokens or issued, not {asset!r}")
    return asset, {**BASE_UNITS, asset: decimals[asset]}


def _attestors(chosen: Any, where: str, guardian: Address, *, live: bool) -> tuple[tuple[Address, ...], int]:
    attestors = [party(who, f"an attestor of {where}", live=live) for who in listed(chosen["attestors"], "attestors")]
    if not 0 < len(attestors) <= MAX_ATTESTORS or len(set(attestors)) != len(attestors):
        raise InvalidParams(f"attestors of {where} must be 1 to {MAX_ATTESTORS}, each once")
    threshold = number(chosen["threshold"], f"threshold of {where}", 1, len(attestors))
    if live and threshold == 1:
        raise InvalidParams(f"threshold of {where} must be at least 2 on a live network: one key must not make money")
    if live and guardian in attestors:
        raise InvalidParams(f"the guardian {guardian} is an attestor of {where}: who stops must not be one who acts")
    return tuple(in_order(attestors)), threshold


def _label(chosen: Any, where: str) -> str:
    label = text(chosen, f"name of {where}")
    if not label or not label.isprintable():
        raise InvalidParams(f"name of {where} must be some printable text")
    return label


def _peer(chosen: Any, where: str, kind: str) -> Peer:
    """Of a token's vault the asset must be said; a vault's peer is its own token."""
    require_keys(chosen, {"chainId", "contract"} | ({"token"} if kind == TOKEN else set()), set(), f"peer of {where}")
    chain_id = number(chosen["chainId"], f"chainId of the peer of {where}", 1, 2**64 - 1)
    contract = party(chosen["contract"], f"the peer of {where}", live=False)
    if kind == VAULT:
        return Peer(chain_id, contract, contract)
    held = text(chosen["token"], f"token of the peer of {where}")
    return Peer(chain_id, contract, NATIVE if held == NATIVE_ASSET else parse_address(held, f"token of {where}"))
