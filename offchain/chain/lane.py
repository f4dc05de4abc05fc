"""The two lanes of a bridge: each from a contract's outbox on one chain to the other contract's inbox on the other."""

from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address

from offchain.chain.follower import Follower
from offchain.core.bridge_abi import TOKEN, VAULT, View
from offchain.core.checkpoint import Domain, Point, Side, route_id
from offchain.core.refusal import Refusal
from offchain.core.units import Address, TokenUnits


class NotConnected(Refusal):
    """The two contracts are not each other's."""


@dataclass(frozen=True)
class End:
    """A contract on its chain. `asset` is what it holds or is; `unit` base units of that are one of the route."""

    chain: Follower
    contract: Address
    kind: str
    first_block: int
    asset: Address
    unit: int

    @property
    def side(self) -> Side:
        """This end, as a route names it."""
        return Side(self.chain.chain_id, self.contract, self.asset)


@dataclass(frozen=True)
class Lane:
    """One direction. `route` has 32 bytes, `domain` is the one that its checkpoints are signed for."""

    route: bytes
    source: End
    destination: End
    domain: Domain

    @property
    def name(self) -> str:
        """The route in hexadecimal digits."""
        return f"0x{self.route.hex()}"


async def open_lanes(vault: tuple[Follower, Address, int], token: tuple[Follower, Address, int]) -> tuple[Lane, Lane]:
    """There and back between a vault and its token, each given by chain, address and first block.

    Errors: NotConnected, those of the quorum.
    """
    asset, unit = await _ask(vault, View("token()"), View("unit()"))
    ends = (
        End(*vault[:2], VAULT, vault[2], Address(to_checksum_address(asset)), unit),
        End(*token[:2], TOKEN, token[2], token[1], 1),
    )
    return await _lane(*ends), await _lane(*reversed(ends))


def point_of(box: tuple[Any, ...]) -> Point:
    """The point in an answer of `outbox()` or `inbox()`."""
    count, cumulative, acc = box
    return Point(count, acc, TokenUnits(cumulative))


async def _lane(source: End, destination: End) -> Lane:
    route = route_id(source.side, destination.side)
    (out,) = await _ask((source.chain, source.contract, 0), View("outboundRoute()"))
    inbound, separator = await _ask(
        (destination.chain, destination.contract, 0), View("inboundRoute()"), View("eip712Domain()")
    )
    if not out == inbound == route:
        raise NotConnected(
            f"{source.kind} {source.contract} on chain {source.chain.chain_id} and {destination.kind} "
            f"{destination.contract} on chain {destination.chain.chain_id} are not connected to each other"
        )
    _, name, version, chain_id, contract, _, _ = separator
    domain = Domain(name, version, chain_id, Address(destination.contract))
    if (chain_id, contract.lower()) != (destination.chain.chain_id, destination.contract.lower()):
        raise NotConnected(f"{destination.contract} checks signatures for another contract or chain")
    return Lane(route, source, destination, domain)


async def _ask(at: tuple[Follower, Address, int], *asked: View) -> list[Any]:
    chain, contract, _ = at
    return await chain.views(contract, asked, (await chain.head()).number)
