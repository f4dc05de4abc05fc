"""What waits in the queue of a bridge: found by events, and held against the chain's own commitment."""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, replace

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from offchain.core.checkpoint import Transfer
from offchain.core.refusal import Refusal
from offchain.core.units import Address, TokenUnits
from scripts.procedure.arguments import parser
from scripts.procedure.bridgeheads import Bridgehead
from scripts.procedure.logs import Event
from scripts.procedure.words import utc

VETOED = 2**48 - 1
"""In the place of the time from which a record is ready: never."""
EVENTS = ("TransferQueued", "QueuedReleased", "TransferVetoed", "TransferLetGo", "Returned")


class NotWaiting(Refusal):
    """No record of this number waits here."""


@dataclass(frozen=True)
class Waiting:
    """A record that waits, with what of it is left; `ready_at` in Unix seconds, VETOED of one that is frozen."""

    nonce: int
    transfer: Transfer
    ready_at: int

    @property
    def is_vetoed(self) -> bool:
        """Whether the guardian froze it."""
        return self.ready_at == VETOED

    @property
    def commitment(self) -> bytes:
        """What the contract keeps of it."""
        types = ("uint256", "address", "address", "uint256", "uint256")
        return keccak(encode(types, (self.nonce, *self.transfer, self.ready_at)))

    def state(self, now: int) -> str:
        """How it stands, in words."""
        if self.is_vetoed:
            return "vetoed: the governor lets it go or returns it"
        return f"waits until {utc(self.ready_at)}" if now < self.ready_at else "ready, as far as the limit lets it out"


def waiting(head: Bridgehead) -> list[Waiting]:
    """All that waits here, in order. Errors: LogsRefused, MalformedLog."""
    return list(_folded(head, head.events(*EVENTS)))


def find_waiting(head: Bridgehead, nonce: int) -> Waiting:
    """The record of this number that waits. Errors: NotWaiting, LogsRefused, MalformedLog."""
    for found in waiting(head):
        if found.nonce == nonce:
            return found
    raise NotWaiting(f"no record {nonce} waits at {head.title}")


def facts_of(head: Bridgehead, found: Waiting) -> list[tuple[str, str]]:
    """A record that waits, for a plan."""
    return [
        ("end", head.title),
        ("record", str(found.nonce)),
        ("from", found.transfer.sender),
        ("to", found.transfer.to),
        ("amount", head.words(found.transfer.amount)),
        ("stands", found.state(head.now)),
    ]


def _folded(head: Bridgehead, events: Iterable[Event]) -> Iterable[Waiting]:
    """What events tell, of which the contract's commitment confirms each: a log alone is nobody's word."""
    kept: dict[int, Waiting] = {}
    for event in events:
        values = event.values
        nonce = int(values["queuedNonce"] if event.name == "Returned" else values["nonce"])
        if event.name == "TransferQueued":
            transfer = Transfer(Address(values["from"]), Address(values["to"]), TokenUnits(values["amount"]))
            kept[nonce] = Waiting(nonce, transfer, values["readyAt"])
        elif nonce not in kept:
            continue
        elif event.name == "QueuedReleased" and values["rest"]:
            rest = kept[nonce].transfer._replace(amount=TokenUnits(values["rest"]))
            kept[nonce] = replace(kept[nonce], transfer=rest)
        elif event.name == "TransferVetoed":
            kept[nonce] = replace(kept[nonce], ready_at=VETOED)
        elif event.name == "TransferLetGo":
            at = head.contract.web3.eth.get_block(event.block)["timestamp"]
            kept[nonce] = replace(kept[nonce], ready_at=at)
        else:  # released whole, or returned
            del kept[nonce]
    for nonce in sorted(kept):
        if head.contract.read("queued", nonce) == kept[nonce].commitment:
            yield kept[nonce]


def end_parser(description: str) -> argparse.ArgumentParser:
    """A parser with the end of a route."""
    made = parser(description, acts=True)
    made.add_argument("--contract", required=True, help="the end of a route, by its name in params.json")
    return made


def record_parser(description: str) -> argparse.ArgumentParser:
    """The same with a record that waits there."""
    made = end_parser(description)
    made.add_argument("--record", type=int, required=True, help="the number of a record that waits there")
    return made
