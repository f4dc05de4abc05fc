"""The reference model of CircuitBreaker, with what it inherits: the sign of life (IHeartbeat), the audit trail.

Source: interfaces/ICircuitBreaker.sol, IHeartbeat.sol, IAuditTrail.sol. Who governs and who guards is the heir's to
say, and with what error it refuses others. Each act makes its checks in the contract's own order.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from eth_abi.abi import encode

from offchain.core.units import NO_TIME, Address, Seconds, Timestamp
from scripts.papers.audit import AuditRecord, genesis, head_after
from tests.model.act import Call, Event, Outcome, Rejected

DAY_SECONDS = 24 * 3600
MAX_PAUSE_SECONDS = Seconds(14 * DAY_SECONDS)
COOL_DOWN_SECONDS = Seconds(7 * DAY_SECONDS)
HEARTBEAT_SECONDS = Seconds(180 * DAY_SECONDS)


@dataclass(frozen=True, kw_only=True)
class BreakerBook(ABC):
    """What a CircuitBreaker remembers; `address` is its own. `heard_until` is heartbeatUntil by guardian."""

    chain_id: int
    address: Address
    paused_until: Timestamp = NO_TIME
    heard_until: Mapping[Address, Timestamp] = field(default_factory=dict)
    last_head: bytes = b""
    audit_length: int = 0

    @property
    def audit_head(self) -> bytes:
        """The head of the trail; before the first record its genesis."""
        return self.last_head if self.audit_length else genesis(self.chain_id, self.address)

    @abstractmethod
    def refuse_governor(self, account: Address) -> Rejected | None:
        """Why an account is not the governor; None if it is."""

    @abstractmethod
    def refuse_guardian(self, account: Address) -> Rejected | None:
        """Why an account is no guardian; None if it is one."""


AnyBreaker = TypeVar("AnyBreaker", bound=BreakerBook)


def record(
    book: AnyBreaker, call: Call, kind: str, types: Sequence[str] = (), values: Sequence[Any] = ()
) -> Outcome[AnyBreaker]:
    """Append one record of a privileged act to the trail; the payload is the ABI encoding of the values."""
    payload, name = encode(types, values), kind.encode().ljust(32, b"\0")
    entry = AuditRecord(book.audit_length, call.caller, name, call.now, payload, b"")
    head = head_after(book.audit_head, entry)
    facts = {"index": entry.index, "actor": entry.actor, "kind": name, "at": call.now, "payload": payload, "head": head}
    changed = replace(book, last_head=head, audit_length=book.audit_length + 1)
    return Outcome(changed, events=(Event("ActRecorded", facts),))


def hear(book: AnyBreaker, now: Timestamp, guardian: Address) -> Outcome[AnyBreaker]:
    """Note a sign of a guardian's life, or its appointment."""
    until = Timestamp(now + HEARTBEAT_SECONDS)
    heard = replace(book, heard_until={**book.heard_until, guardian: until})
    return Outcome(heard, events=(Event("GuardianHeard", {"guardian": guardian, "until": until}),))


def guard(book: AnyBreaker, call: Call) -> Outcome[AnyBreaker]:
    """The caller is a guardian whose power has not lapsed, and this is a sign of its life: all that `heartbeat` does.

    Raises the heir's error of one who is no guardian, GuardianLapsed.
    """
    refusal = book.refuse_guardian(call.caller)
    if refusal:
        raise refusal
    until = book.heard_until.get(call.caller)
    if until is not None and call.now >= until:
        raise Rejected("GuardianLapsed", call.caller, until)
    return hear(book, call.now, call.caller)


def require_open(book: BreakerBook, now: Timestamp) -> None:
    """Nothing comes in during a pause.

    Raises ContractPaused.
    """
    if now < book.paused_until:
        raise Rejected("ContractPaused", book.paused_until)


def pause(book: AnyBreaker, call: Call, duration_seconds: Seconds) -> Outcome[AnyBreaker]:
    """Block entry for a time, from now; the governor also while a pause or a cool-down runs.

    Raises InvalidPause; and from the guardian those of `guard`, CoolingDown.
    """
    if not 0 < duration_seconds <= MAX_PAUSE_SECONDS:
        raise Rejected("InvalidPause", duration_seconds, MAX_PAUSE_SECONDS)
    allowed = Outcome(book)
    if book.refuse_governor(call.caller):
        allowed = guard(book, call)
        ready = book.paused_until + COOL_DOWN_SECONDS if book.paused_until else NO_TIME
        if call.now < ready:
            raise Rejected("CoolingDown", ready)

    until = Timestamp(call.now + duration_seconds)
    return allowed.then(
        lambda heard: _paused(heard, until, Event("Paused", {"account": call.caller, "until": until}))
    ).then(lambda paused: record(paused, call, "pause", ["uint48"], [until]))


def unpause(book: AnyBreaker, call: Call) -> Outcome[AnyBreaker]:
    """End the pause now; the guardian's cool-down starts now.

    Raises the heir's error of one who is not the governor, NotPaused.
    """
    refusal = book.refuse_governor(call.caller)
    if refusal:
        raise refusal
    if call.now >= book.paused_until:
        raise Rejected("NotPaused")

    ended = _paused(book, call.now, Event("Unpaused", {"account": call.caller, "at": call.now}))
    return ended.then(lambda open_: record(open_, call, "unpause", ["uint48"], [call.now]))


def trip(book: AnyBreaker, call: Call, proof: bytes) -> Outcome[AnyBreaker]:
    """Pause as long as may be, on a proof that the heir has checked; while a pause runs, do nothing."""
    if call.now < book.paused_until:
        return Outcome(book)
    until = Timestamp(call.now + MAX_PAUSE_SECONDS)
    tripped = _paused(book, until, Event("Tripped", {"proof": proof, "until": until}))
    return tripped.then(lambda paused: record(paused, call, "trip", ["bytes32", "uint48"], [proof, until]))


def _paused(book: AnyBreaker, until: Timestamp, event: Event) -> Outcome[AnyBreaker]:
    return Outcome(replace(book, paused_until=until), events=(event,))
