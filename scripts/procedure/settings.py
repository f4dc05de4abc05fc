"""The settings in force, against params.json: of the governor wallet, and of the contracts that it governs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from offchain.core.refusal import Refusal
from offchain.core.units import NATIVE
from scripts.chain.contract import Contract
from scripts.papers.audit import BrokenTrail
from scripts.papers.governance import Limit
from scripts.papers.operation import State
from scripts.procedure.bridging import check_end
from scripts.procedure.expected import FEE_TAKING, GOVERNOR, LIMITED
from scripts.procedure.inspection import NO_ANSWER, Check, note, read
from scripts.procedure.issuance import appointed, check_issued
from scripts.procedure.logs import Event, LogsRefused, MalformedLog, Trail
from scripts.procedure.operations import Scheduled, scheduled_in
from scripts.procedure.powers import (
    ADMIN_ROLE,
    GUARDIAN_ROLE,
    history,
    holders_by_events,
    holders_by_trail,
    is_owned_by_a_key,
    role_name,
)
from scripts.procedure.proposals import owners_behind
from scripts.procedure.session import Session
from scripts.procedure.words import utc

ROLES = ("RoleGranted", "RoleRevoked")
EVENTS = (*ROLES, "LimitConfigured", "OwnersChanged", "VerifierChanged", "CallScheduled", "CallSalt")
PENDING = {State.WAITING: "waiting", State.READY: "ready"}


def check_wallet(session: Session, wallet: Contract) -> Iterator[Check]:
    """The governor wallet: who owns it, how many must agree, who guards it, how long it waits, what is under way."""
    chosen = session.params.in_force.governance
    events, trail, checks = _history(session, wallet, GOVERNOR)
    yield from checks
    found, threshold, owners = read(wallet, "ownerSet"), *_owners(session, wallet, events)
    yield Check(GOVERNOR, "owner set", chosen.owner_set, found)
    yield Check(GOVERNOR, "threshold", chosen.threshold, threshold)
    yield Check(GOVERNOR, "owners", list(chosen.owners), owners)
    keyed = [o for o in owners if is_owned_by_a_key(session, o)] if isinstance(owners, list) else []
    yield Check(GOVERNOR, "keys that can act alone", [], keyed if threshold == 1 else [])
    yield Check(GOVERNOR, "delay (seconds)", chosen.delay_seconds, read(wallet, "getMinDelay"))
    yield Check(GOVERNOR, "guardian", chosen.guardian, read(wallet, "guardian"))
    yield from _check_breaker(session, wallet, GOVERNOR, chosen.guardian)
    yield from _check_limits(session, wallet, GOVERNOR, events)
    if trail:
        yield Check(GOVERNOR, "verifiers (ERC-1271)", sorted(chosen.verifiers), _verifiers(events))
        for operation in scheduled_in(events):
            yield from _note_pending(wallet, operation)


def check_governed(session: Session, contract: Contract, name: str, governor: str) -> Iterator[Check]:
    """A contract that the wallet governs: who holds which role, the fee, and what is under way.

    Of a token that is issued here also what issuance.py has for it, of a route's end what bridging.py has.
    """
    params = session.params.in_force
    made = params.issued.get(name)
    admin = read(contract, "defaultAdmin")
    yield Check(name, "governor", governor, admin)
    keyed = admin != NO_ANSWER and is_owned_by_a_key(session, admin)
    yield Check(name, "governor lives on a key alone", False, keyed)
    yield Check(name, "governor delay (seconds)", params.governor_delay_seconds, read(contract, "defaultAdminDelay"))
    yield from _note_transfer(session, contract, name)
    events, trail, checks = _history(session, contract, name)
    yield from checks
    if trail:
        guard: set[str] = {params.governance.guardian}
        expected = {ADMIN_ROLE: {governor}, GUARDIAN_ROLE: guard}
        if made:
            yield from check_issued(session, contract, made, governor, trail)
            expected |= appointed(made, governor, trail)
        yield from _check_roles(name, expected, holders_by_events(events), holders_by_trail(trail))
    guardian = params.governance.guardian
    yield Check(name, "guardian has its role", True, read(contract, "hasRole", GUARDIAN_ROLE, guardian))
    if name in FEE_TAKING:
        yield Check(name, "fee (basis points)", params.fee_bps, read(contract, "feeBps"))
        yield Check(name, "fee recipient", params.fee_recipient, read(contract, "feeRecipient"))
    yield from _check_breaker(session, contract, name, guardian)
    if name in LIMITED:
        yield from _check_limits(session, contract, name, events)
    if name in params.bridge:
        yield from check_end(session, contract, params.bridge[name])


def _history(session: Session, contract: Contract, name: str) -> tuple[list[Event], Trail | None, list[Check]]:
    """The contract's events, and whether its audit trail folds to the head that the chain holds."""
    try:
        events, trail = history(session, contract, EVENTS)
        trail.prove(session.network.chain_id)
    except (LogsRefused, MalformedLog, BrokenTrail) as finding:
        return [], None, [Check(name, "audit trail", "whole", str(finding))]
    except Refusal:
        return [], None, [Check(name, "audit trail", "whole", NO_ANSWER)]
    whole = [Check(name, "audit trail", "whole", "whole"), note(name, "audit records", trail.length)]
    return events, trail, whole


def _owners(session: Session, wallet: Contract, events: Sequence[Event]) -> tuple[Any, Any]:
    """The threshold and the owners behind the hash that the wallet keeps, as its charter or its events tell them."""
    found = owners_behind(read(wallet, "ownerSet"), events, session.params.governance)
    return (found[0], list(found[1])) if found else ("unknown", "unknown")


def _verifiers(events: Sequence[Event]) -> list[str]:
    """The contracts whose ERC-1271 questions the wallet answers: VerifierChanged folded."""
    admitted = {e.values["verifier"]: e.values["admitted"] for e in events if e.name == "VerifierChanged"}
    return sorted(verifier for verifier, answered in admitted.items() if answered)


def _check_breaker(session: Session, contract: Contract, name: str, guardian: str) -> Iterator[Check]:
    now = session.web3.eth.get_block("latest")["timestamp"]
    until = read(contract, "pausedUntil")
    yield Check(name, "paused", "no", "no" if isinstance(until, int) and until <= now else f"until {until}")
    heard = read(contract, "heartbeatUntil", guardian)
    if isinstance(heard, int) and 0 < heard <= now:
        yield note(name, "guardian has lapsed", f"since {utc(heard)}: only the governor revives it")
    elif isinstance(heard, int) and heard:
        yield note(name, "guardian lapses", f"{utc(heard)}, unless it is heard from")


def _check_limits(session: Session, contract: Contract, name: str, events: Sequence[Event]) -> Iterator[Check]:
    """Every limit of params.json, and every one that the chain has beside them."""
    expected: Mapping[str, Limit] = {limit.asset: limit for limit in _limits(session, name)}
    configured = {event.values["asset"] for event in events if event.name == "LimitConfigured"}
    for asset in sorted({*expected, *configured}):
        what = f"limit of {'native coin' if asset == NATIVE else asset}"
        found, limit = read(contract, "limitOf", asset), expected.get(asset)
        if found == [0, 0] and limit:
            yield note(name, what, "not set yet: all of it waits")
        else:
            yield Check(name, what, [limit.capacity, limit.refill_seconds] if limit else "none", found)


def _limits(session: Session, name: str) -> Sequence[Limit]:
    return session.params.governance.limits.get(LIMITED[name], ())


def _check_roles(name: str, expected: Mapping[bytes, set[str]], *folds: Mapping[bytes, set[str]]) -> Iterator[Check]:
    for source, holders in zip(("events", "audit trail"), folds, strict=True):
        for role in sorted({*expected, *holders}):
            what = f"holders of {role_name(role)}, by its {source}"
            yield Check(name, what, sorted(expected.get(role, ())), sorted(holders.get(role, ())))


def _note_transfer(session: Session, contract: Contract, name: str) -> Iterator[Check]:
    successor, at = _pair(read(contract, "pendingDefaultAdmin"))
    if at:
        kind = "an externally owned account" if is_owned_by_a_key(session, successor) else "a contract"
        yield note(name, "governor's successor", f"{successor}, {kind}, from {utc(at)} on")
    delay, at = _pair(read(contract, "pendingDefaultAdminDelay"))
    if at:
        yield note(name, "governor's next delay", f"{delay} seconds from {utc(at)} on")


def _note_pending(wallet: Contract, operation: Scheduled) -> Iterator[Check]:
    state = read(wallet, "getOperationState", operation.id)
    if state in PENDING:
        ready = read(wallet, "getTimestamp", operation.id)
        yield note(GOVERNOR, f"operation 0x{operation.id.hex()}", f"{PENDING[State(state)]}, ready at {utc(ready)}")


def _pair(answer: Any) -> tuple[Any, int]:
    return (answer[0], answer[1]) if isinstance(answer, list) else (NATIVE, 0)
