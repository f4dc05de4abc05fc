"""Where a record stands on its way from one end of a route to the other, read from the two chains alone."""

from dataclasses import dataclass, replace
from typing import Self

from offchain.core.checkpoint import Transfer
from offchain.core.refusal import Refusal
from offchain.core.units import Address, TokenUnits
from scripts.papers.bridge import VAULT
from scripts.procedure.bridgeheads import Bridgehead, records
from scripts.procedure.logs import Event
from scripts.procedure.queue import Waiting, waiting
from scripts.procedure.words import plain_duration, utc

VALIDATING, LOCKED, DELIVERED, COMPLETED = "validating", "locked", "delivered", "completed"
QUEUED, VETOED, RETURNED = "queued", "vetoed", "returned"
"""How far a record is, in the words of the relayer's table."""
OVER = (RETURNED, COMPLETED)
_VERB = {"Locked": "locked", "Burned": "burned", "Returned": "sent back"}


class UnknownRecord(Refusal):
    """No record of this number, or of this transaction, has left here."""


@dataclass(frozen=True)
class Crossing:
    """A record on its way: what it is, how far it has come as (what, how), and what it waits for, if for anything."""

    nonce: int
    transfer: Transfer
    event: Event
    timestamp: int  # of its block, in Unix seconds
    steps: tuple[tuple[str, str], ...]
    status: str = VALIDATING
    waits_for: str | None = None
    target_transaction: str | None = None

    @property
    def progress(self) -> str:
        """All that it passes through, with where it is in brackets."""
        path = [VALIDATING, LOCKED, DELIVERED, COMPLETED]
        if self.status not in path:
            path[2] = self.status
        if self.status == RETURNED:
            path.pop()
        return " → ".join(f"[{word}]" if word == self.status else word for word in path)

    def then(self, status: str, *steps: tuple[str, str], waits_for: str | None = None, by: str | None = None) -> Self:
        """The same some steps on; `by` is the transaction on the other chain."""
        return replace(self, status=status, steps=self.steps + steps, waits_for=waits_for, target_transaction=by)


def find_record(here: Bridgehead, nonce: int | None, transaction: str | None) -> Event:
    """The record of a number, or the first that a transaction made. Errors: UnknownRecord, LogsRefused."""
    for event in records(here):
        if event.values["nonce"] == nonce or (transaction and event.transaction == transaction.lower()):
            return event
    named = f"record {nonce}" if nonce is not None else f"record of transaction {transaction}"
    raise UnknownRecord(f"no {named} has left {here.title}")


def cross(here: Bridgehead, there: Bridgehead, event: Event) -> Crossing:
    """How a record that left here stands by now."""
    values, web3 = event.values, here.contract.web3
    transfer = Transfer(Address(values["from"]), Address(values["to"]), TokenUnits(values["amount"]))
    at = int(web3.eth.get_block(event.block)["timestamp"])
    left = (
        f"{here.words(transfer.amount)} by {transfer.sender} in block {event.block} of {utc(at)}, {event.transaction}"
    )
    found = Crossing(int(values["nonce"]), transfer, event, at, ((_VERB[event.name], left),))
    final, arrived = int(web3.eth.get_block("finalized")["number"]), there.inbox().count
    if arrived > found.nonce:
        return _arrived(there, found.then(LOCKED, ("final", "yes, as the attestors said")))
    missing = event.block - final
    if missing > 0:
        waits_for = f"{missing} more blocks of {here.network.name} to be final"
        return found.then(VALIDATING, ("final", f"no: block {final} is"), waits_for=waits_for)
    reached = ("arrived", f"no: {arrived} records have, this is number {found.nonce}")
    return found.then(LOCKED, ("final", f"yes: block {final} is"), reached, waits_for=_attestation(there))


def _arrived(there: Bridgehead, found: Crossing) -> Crossing:
    """A record that arrived: paid out, returned, or in the queue."""
    came = next(e for e in there.events("Arrived") if e.values["first"] <= found.nonce < e.values["count"])
    found = found.then(LOCKED, ("arrived", f"in block {came.block} of {there.network.name}, {came.transaction}"))
    for item in waiting(there):
        if item.nonce == found.nonce:
            words = f"no: {there.words(item.transfer.amount)} of it {item.state(there.now)}"
            status = VETOED if item.is_vetoed else QUEUED
            return found.then(status, ("paid out", words), waits_for=_queue(there, item), by=came.transaction)
    for back in there.events("Returned"):
        if back.values["queuedNonce"] == found.nonce:
            words = f"to {found.transfer.sender}, as record {back.values['nonce']} of {there.title}"
            return found.then(RETURNED, ("returned", words), by=back.transaction)
    done = ([e for e in there.events("QueuedReleased") if e.values["nonce"] == found.nonce] or [came])[-1]
    verb = "released" if there.kind == VAULT else "minted"
    paid = "paid out", f"{verb} to {found.transfer.to} in block {done.block}, {done.transaction}"
    if (missing := done.block - int(there.contract.web3.eth.get_block("finalized")["number"])) > 0:
        waits_for = f"{missing} more blocks of {there.network.name} to be final"
        return found.then(DELIVERED, paid, waits_for=waits_for, by=done.transaction)
    return found.then(COMPLETED, paid, by=done.transaction)


def _attestation(there: Bridgehead) -> str:
    if there.contract.read("attestorSet") == bytes(32):
        return f"attestors: none are in office at {there.title} until the governor rotates the set"
    threshold, attestors = there.attestors()
    signing = f"{threshold} of {len(attestors)} attestors to sign, and anybody to hand it in"
    paused = there.pause()
    return f"the end of the pause of {there.title} at {paused}, then {signing}" if paused else signing


def _queue(there: Bridgehead, found: Waiting) -> str:
    if found.is_vetoed:
        return "the governor, who lets it go or returns it"
    free, capacity, seconds = there.limit()
    parts = []
    if there.now < found.ready_at:
        parts.append(f"{utc(found.ready_at)}, {plain_duration(found.ready_at - there.now)} from now")
    if paused := there.pause():
        parts.append(f"the end of the pause at {paused}")
    short = min(found.transfer.amount, capacity) - free
    if short > 0:
        wait = -(-short * seconds // capacity)
        parts.append(f"the limit, which lets {there.words(free)} out now and the rest in {plain_duration(wait)}")
    return ", then ".join([*parts, "anybody to release it (release_queued.py)"])
