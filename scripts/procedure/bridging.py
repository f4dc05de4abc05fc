"""What a deployment and a verification have to say of a route's end: who attests, what may arrive, who is across."""

from collections.abc import Iterator, Sequence

from offchain.core.checkpoint import attestor_set
from offchain.core.refusal import Refusal
from scripts.chain.contract import Contract
from scripts.papers.bridge import NATIVE_ASSET, TOKEN, VAULT, End
from scripts.papers.params import Params
from scripts.procedure.bridgeheads import Bridgehead, words_of
from scripts.procedure.expected import asset_of
from scripts.procedure.inspection import NO_ANSWER, Check, note, read
from scripts.procedure.logs import Event
from scripts.procedure.queue import waiting
from scripts.procedure.session import Session
from scripts.procedure.terminal import say
from scripts.procedure.words import plain_duration

SETTINGS = ("AttestorsRotated", "EquivocationProven", "RouteListed", "RouteUnlisted")


def end_facts(params: Params) -> list[tuple[str, str]]:
    """The ends of routes to be made, for a plan."""
    facts = []
    for name, end in params.bridge.items():
        what = f"of {end.asset}" if end.contract == VAULT else f"named {end.label!r}"
        facts.append((name, f"{end.contract} {what}, {end.decimals} decimals on the route"))
        facts.append((f"{name} attestors", f"{end.threshold} of {', '.join(end.attestors)}"))
        facts.append((f"{name} limit", f"{end.capacity} base units, back in {plain_duration(end.refill_seconds)}"))
        waits = plain_duration(end.queue_seconds)
        facts.append((f"{name} queue", f"what is above {words_of(end, end.large_amount)} waits {waits}"))
        if end.peer:
            facts.append((f"{name} across", f"{end.peer.contract} on chain {end.peer.chain_id}"))
    return facts


def check_end(session: Session, contract: Contract, end: End) -> Iterator[Check]:
    """All of an end's own that params.json chooses, its solvency, and what waits; `end` is as it is in force."""
    name, asset = end.name, asset_of(session, end)
    yield from _check_made(contract, end, asset)
    head = Bridgehead(end, end.contract, session.network, contract)
    try:
        events = head.events(*SETTINGS)
        queue = waiting(head)
    except Refusal as finding:
        yield Check(name, "events", "readable", str(finding))
        return
    yield from _check_attestors(contract, end, events)
    yield Check(name, "queue (large amount, seconds)", [end.large_amount, end.queue_seconds], read(contract, "queueOf"))
    limit = [end.capacity, end.refill_seconds]
    yield Check(name, "limit (capacity, seconds)", limit, read(contract, "limitOf", asset))
    yield from _check_routes(session, contract, end, asset, events)
    for found in queue:
        words = f"{head.words(found.transfer.amount)} for {found.transfer.to}, {found.state(head.now)}"
        yield note(name, f"record {found.nonce} in the queue", words)


def attestor_rows(session: Session) -> Iterator[tuple[str, str, str]]:
    """Every attestor that params name, and what a stolen key of it would cost."""
    for name, end in session.params.in_force.bridge.items():
        most, large = words_of(end, end.capacity // end.unit), words_of(end, end.large_amount)
        verb = "release" if end.contract == VAULT else "mint"
        cost = (
            f"nothing alone: {end.threshold} of {len(end.attestors)} must sign what arrives. So many thieves "
            f"{verb} at most {most} at once and as much in {plain_duration(end.refill_seconds)}, until the guardian "
            f"pauses; what is above {large} waits {plain_duration(end.queue_seconds)} for its veto"
        )
        yield from ((f"attestor {i} of {name}", attestor, cost) for i, attestor in enumerate(end.attestors, 1))


def show_across(session: Session) -> None:
    """Say what the other networks' params.json are to have of each end, and what comes next."""
    for name, end in session.params.bridge.items():
        say(f"For {name}, the params.json across is to have:")
        say(f"  {_peer_entry(session, end, session.record().find(name).address)}")
    if any(end.contract == VAULT for end in session.params.bridge.values()):
        say("A vault takes nothing in until its route is listed: connect.py, once the token across is deployed.")


def _peer_entry(session: Session, end: End, address: str) -> str:
    network = f'"chainId": {session.network.chain_id}, "contract": "{address}"'
    if end.contract == TOKEN:
        return f'"peer": {{{network}}}'
    asset = NATIVE_ASSET if end.asset == NATIVE_ASSET else asset_of(session, end)
    return f'"peer": {{{network}, "token": "{asset}"}}'


def _check_made(contract: Contract, end: End, asset: str) -> Iterator[Check]:
    """What the constructor fixed for good; in the code it is as good as invisible."""
    if end.contract == VAULT:
        yield Check(end.name, "asset", asset, read(contract, "token"))
        yield Check(end.name, "base units in a unit of the route", end.unit, read(contract, "unit"))
        held = read(contract, "solvency")
        solvent = isinstance(held, list) and held[0] >= held[1]
        yield Check(end.name, "holds what it owes", "yes", "yes" if solvent else f"holds and owes {held}")
        return
    for question, told in (("name", end.label), ("symbol", end.name), ("decimals", end.decimals)):
        yield Check(end.name, question, told, read(contract, question))


def _check_attestors(contract: Contract, end: End, events: Sequence[Event]) -> Iterator[Check]:
    """The set in office: the list is the newest rotation's, and the chain's own hash closes over it."""
    rotated = [event.values for event in events if event.name == "AttestorsRotated"]
    guilty = sorted(event.values["attestor"] for event in events if event.name == "EquivocationProven")
    epoch, threshold, attestors = read(contract, "epoch"), NO_ANSWER, [NO_ANSWER]
    if rotated:
        threshold, attestors = rotated[-1]["threshold"], list(rotated[-1]["attestors"])
    yield Check(end.name, "threshold", end.threshold, threshold)
    yield Check(end.name, "attestors", list(end.attestors), attestors)
    expected = attestor_set(epoch, end.threshold, end.attestors) if isinstance(epoch, int) else NO_ANSWER
    found = read(contract, "attestorSet")
    yield Check(end.name, "attestor set", expected, found if found != bytes(32) else "none in office")
    yield note(end.name, "epoch of the attestors", epoch)
    for attestor in guilty:
        yield note(end.name, "attestor disabled for good", f"{attestor}: it signed two states that exclude each other")


def _check_routes(
    session: Session, contract: Contract, end: End, asset: str, events: Sequence[Event]
) -> Iterator[Check]:
    """Who is across, by the ids that only this pair of contracts has."""
    listed = [event.values for event in events if event.name == "RouteListed"]
    routes = end.routes(session.network.chain_id, contract.address, asset)
    if end.contract == VAULT:
        if not listed:
            yield note(end.name, "route", "not listed yet: nothing can be locked")
            routes = (bytes(32), bytes(32))
        else:
            peer = [end.peer.chain_id, str(end.peer.contract)] if end.peer else "none in params.json"
            yield Check(end.name, "peer", peer, [listed[-1]["chainId"], listed[-1]["bridgeToken"]])
            yield Check(end.name, "open to lock", True, read(contract, "isListed"))
    yield Check(end.name, "outbound route", routes[0], read(contract, "outboundRoute"))
    yield Check(end.name, "inbound route", routes[1], read(contract, "inboundRoute"))
