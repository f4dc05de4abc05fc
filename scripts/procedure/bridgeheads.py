"""The ends of a route as they stand on their chains: the one of a session's network, and the one across.

Which contract is across, params.json says; that the two know each other, their routes prove.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web3.types import BlockIdentifier

from offchain.config import Settings
from offchain.core.checkpoint import Domain, Point
from offchain.core.refusal import Refusal
from offchain.core.units import Address, TokenUnits
from scripts.chain.contract import Contract, NoContract
from scripts.chain.network import Network, connect, find_network, load_networks
from scripts.papers.amount import format_amount
from scripts.papers.bridge import NATIVE_ASSET, OTHER, VAULT, End
from scripts.procedure.arguments import ROOT
from scripts.procedure.expected import asset_of
from scripts.procedure.logs import Event, first_block, read_events
from scripts.procedure.session import Session
from scripts.procedure.words import utc

SENT = ("Locked", "Burned", "Returned")
"""The events of an outbox: one a record."""


class UnknownEnd(Refusal):
    """No end of a route has this name here."""


class NoPeer(Refusal):
    """The end has no peer yet, or its network is not known here."""


class NotConnected(Refusal):
    """The two ends do not name each other."""


@dataclass(frozen=True)
class Bridgehead:
    """One end of a route: a vault or a bridge token, on its chain."""

    end: End  # of the two, the one that this network's params speak of: it has the decimals and the name
    kind: str
    network: Network
    contract: Contract

    @property
    def title(self) -> str:
        """What it is, and where."""
        return f"{self.kind} {self.contract.address} on {self.network.name}"

    @property
    def now(self) -> int:
        """The time of its chain's newest block, in Unix seconds."""
        return int(self.contract.web3.eth.get_block("latest")["timestamp"])

    def words(self, amount: int) -> str:
        """An amount of the route's units, every digit kept."""
        return words_of(self.end, amount)

    def outbox(self, block: BlockIdentifier = "latest") -> Point:
        """What has left."""
        return _point(self.contract.read("outbox", block=block))

    def inbox(self) -> Point:
        """What has arrived."""
        return _point(self.contract.read("inbox"))

    def domain(self) -> Domain:
        """Under which attestors sign what arrives here (EIP-712)."""
        _, name, version, chain_id, contract, _, _ = self.contract.read("eip712Domain")
        return Domain(name, version, chain_id, Address(contract))

    def events(self, *names: str, last: int | None = None) -> list[Event]:
        """Every event of these names. Errors: LogsRefused, MalformedLog."""
        web3 = self.contract.web3
        upto = int(web3.eth.block_number) if last is None else last
        return read_events(self.contract, names, first_block(web3, self.contract.address), upto)

    def limit(self) -> tuple[int, int, int]:
        """What may arrive now, the capacity, and the seconds in which it comes back; in the route's units."""
        kept, unit = self.contract.address, 1
        if self.kind == VAULT:
            kept, unit = self.contract.read("token"), self.contract.read("unit")
        capacity, seconds = self.contract.read("limitOf", kept)
        return self.contract.read("available", kept) // unit, capacity // unit, seconds

    def attestors(self) -> tuple[int, list[Address]]:
        """The threshold and the attestors in office, as the newest rotation tells them. Errors: LogsRefused."""
        newest = self.events("AttestorsRotated")[-1].values
        return newest["threshold"], list(newest["attestors"])

    def pause(self) -> str | None:
        """Until when it is paused, in words; None if it is not."""
        until = self.contract.read("pausedUntil")
        return utc(until) if until > self.now else None


def words_of(end: End, amount: int) -> str:
    """An amount of the route's units, every digit kept."""
    return format_amount(amount, end.decimals, "ether" if end.asset == NATIVE_ASSET else end.asset)


def find_end(session: Session, name: str) -> End:
    """The end of this name, as things should stand now. Errors: UnknownEnd."""
    ends: Mapping[str, End] = session.params.in_force.bridge
    if name not in ends:
        known = f"known are {', '.join(ends)}" if ends else "params.json has no bridge"
        raise UnknownEnd(f"no end of a route is called {name!r} on {session.network.id}: {known}")
    return ends[name]


def near(session: Session, end: End) -> Bridgehead:
    """The end on the session's network. Errors: MissingRecord, NoContract."""
    return Bridgehead(end, end.contract, session.network, session.deployed(end.name))


def across(session: Session, end: End) -> Bridgehead:
    """The end on the other network, which is reached by the RPC address in the environment.

    Errors: NoPeer, MissingVariable, RpcUnreachable, WrongChain, NoContract.
    """
    if end.peer is None:
        raise NoPeer(f"params.json names no peer of {end.name} yet: deploy the other end, then write it down there")
    networks = load_networks(ROOT / "tools" / "networks.yaml")
    found = [network.id for network in networks.values() if network.chain_id == end.peer.chain_id]
    if not found:
        raise NoPeer(f"the peer of {end.name} is on chain {end.peer.chain_id}, which tools/networks.yaml does not have")
    network, kind = find_network(networks, found[0]), OTHER[end.contract]
    web3 = connect(Settings.read(network.rpc_variable).rpc_url, network)
    if not web3.eth.get_code(web3.to_checksum_address(end.peer.contract)):
        raise NoContract(f"there is no code at {end.peer.contract} on {network.id}")
    return Bridgehead(end, kind, network, Contract(web3, end.peer.contract, session.artifact(kind).abi))


def both(session: Session, name: str) -> tuple[Bridgehead, Bridgehead]:
    """The two ends of a route, the near one first; each must have the other as its peer.

    Errors: UnknownEnd, NoPeer, NotConnected, those of connecting.
    """
    end = find_end(session, name)
    here, there = near(session, end), across(session, end)
    routes = end.routes(session.network.chain_id, here.contract.address, asset_of(session, end))
    for head, expected in ((here, routes), (there, routes[::-1])):
        found = head.contract.read("outboundRoute"), head.contract.read("inboundRoute")
        if found != expected:
            what = "has no route yet" if found == (bytes(32),) * 2 else "belongs to another route"
            raise NotConnected(f"{head.title} {what}: params.json makes it 0x{expected[0].hex()}")
    return here, there


def records(head: Bridgehead, last: int | None = None) -> list[Event]:
    """The records of an outbox up to a block, in their order. Errors: LogsRefused, MalformedLog."""
    return sorted(head.events(*SENT, last=last), key=lambda event: int(event.values["nonce"]))


def in_parts(count: int, arrived: int, size: int) -> Iterator[tuple[int, int]]:
    """The records from `arrived` to `count` in parts of at most so many, each as (first, behind the last)."""
    for first in range(arrived, count, size):
        yield first, min(first + size, count)


def _point(answer: Sequence[Any]) -> Point:
    count, cumulative, acc = answer
    return Point(count, bytes(acc), TokenUnits(cumulative))
