"""The demo's bridge: two chains, attestors and a relayer as processes; there, back, a kill in between, and the sum."""

from web3 import Web3

from offchain.core.checkpoint import FIELDS, Transfer, attestation, pack
from offchain.core.units import Address, TokenUnits
from scripts.papers.amount import format_native
from scripts.procedure.council import DAY_SECONDS, Council
from scripts.procedure.crossings import COMPLETED, LOCKED, QUEUED, RETURNED, VALIDATING, VETOED
from scripts.procedure.processes import Service, start, until
from scripts.procedure.queue import find_waiting
from scripts.procedure.span import ATTESTORS, DECIMALS, FAR, NEAR, THRESHOLD, UNIT, Span, open_span
from scripts.procedure.stage import Stage
from scripts.procedure.terminal import say
from scripts.verify import verify

COIN = 10**DECIMALS
CAPACITIES = "80ether", "40nETH"
"""Of what comes in; a quarter of it at once is large, and waits an hour."""
FIRST, SECOND, LARGE, SUSPECT, BACK = 7 * COIN, 2 * COIN, 12 * COIN, 11 * COIN, 3 * COIN


def play_bridge(stage: Stage) -> None:
    """Every scene of the bridge; all that it starts ends with it."""
    _title(f"A bridge: ether of chain {NEAR.chain_id} is nETH on chain {FAR.chain_id}; each chain has its own node")
    with open_span(stage, CAPACITIES) as span:
        open_the_route(stage, span)
        carry_there(stage, span)
        kill_the_relayer(stage, span)
        veto_and_return(stage, span)
        say_good_bye(stage, span)


def open_the_route(stage: Stage, span: Span) -> None:
    """The owners list the token across; then two attestors start."""
    near, far = span.near, span.far
    checks = [check for bank in (near, far) for check in verify(bank.stage.session)]
    stage.claim("on both chains params, build, record and chain agree", all(check.agrees for check in checks))
    call = ("lock", span.recipient, UNIT)
    span.claim_refused(stage, "the vault takes nothing in before it is listed", "NotListed", near, "payer", *call)
    council = Council(near.stage, near.stage.session.deployed("Governor"))
    listing = near.contract.calldata("list", FAR.chain_id, Web3.to_checksum_address(far.contract.address))
    council.enact("stranger", (Address(near.contract.address), 0, listing))
    routes = [near.contract.read(name) for name in ("outboundRoute", "inboundRoute")]
    across = [far.contract.read(name) for name in ("inboundRoute", "outboundRoute")]
    words = f"two owners list it, and {council.delay_seconds // DAY_SECONDS} days later each end knows the other alone"
    stage.claim(words, routes == across and all(map(any, routes)))
    for bank in (near, far):
        bank.chain.finalize()
    far.chain.go_on()
    start(*span.attestors)
    stage.claim("two attestors run, each with a key of its own; the third does not", _are_healthy(span.attestors))


def carry_there(stage: Stage, span: Span) -> None:
    """A transfer followed from its lock to its arrival: one signature does not do, two do."""
    near, far = span.near, span.far
    _title(f"There: the payer locks {format_native(FIRST * UNIT)} for the stranger across")
    nonce = span.lock(FIRST)
    claim_found(stage, span, nonce, VALIDATING)
    near.chain.go_on()
    until("the block to be final", lambda: span.find(nonce).status == LOCKED)
    claim_found(stage, span, nonce, LOCKED)
    call = ("deliver", *_signed_by_one(span))
    span.claim_refused(stage, "one attestor's signature mints nothing", "ThresholdNotMet", far, "stranger", *call)
    start(span.relayer)
    span.wait_for("the first coins across, for good", lambda: span.find(nonce).status == COMPLETED)
    claim_found(stage, span, nonce, COMPLETED)
    span.claim_conserved(stage)


def kill_the_relayer(stage: Stage, span: Span) -> None:
    """Killed between sending and mining, and started again after more has left on both sides."""
    near, far, relayer = span.near, span.far, span.relayer
    _title("The relayer is killed while its delivery is sent and not mined")
    far.chain.hold()
    mined = far.sent()
    span.lock(SECOND)
    span.wait_for("a delivery on its way", lambda: far.sent("pending") > mined)
    relayer.kill()
    stage.claim("SIGKILL: its delivery is sent, and not mined", relayer.has_ended() and far.sent() == mined)
    span.claim_conserved(stage)
    far.chain.go_on()
    before = near.stage.balance("merchant")
    for amount in (LARGE, SUSPECT):
        span.lock(amount)
    far.act("stranger", "burn", near.stage.roles["merchant"], BACK)
    words = f"meanwhile {near.head.words(LARGE + SUSPECT)} are locked there and {far.head.words(BACK)} burned here"
    stage.claim(words, not span.has_all_arrived())
    span.claim_conserved(stage)
    start(relayer)
    span.wait_for("everything across", span.has_all_arrived)
    stage.claim("started again it goes on: what was sent arrived, once", span.minted() == FIRST + SECOND - BACK)
    released = near.stage.balance("merchant") == before + BACK * UNIT
    stage.claim("back: the merchant on the near chain has what was burned", released)


def veto_and_return(stage: Stage, span: Span) -> None:
    """Of two large transfers the guardian freezes one, which goes back; the other comes out by itself."""
    near, far, nonce = span.near, span.far, span.near.head.outbox().count - 1
    _title("Two transfers are above a quarter of the limit: they wait an hour, and the guardian vetoes one")
    claim_found(stage, span, nonce, QUEUED)
    span.claim_conserved(stage)
    found = find_waiting(far.head, nonce)
    far.act("guardian", "veto", nonce, tuple(found.transfer), found.ready_at)
    claim_found(stage, span, nonce, VETOED)
    before = near.stage.balance("payer")
    frozen = find_waiting(far.head, nonce)
    council = Council(far.stage, far.stage.session.deployed("Governor"))
    returning = far.contract.calldata("returnQueued", nonce, tuple(frozen.transfer), frozen.ready_at)
    council.enact("stranger", (Address(far.contract.address), 0, returning))
    span.wait_for("what waited, and what goes back", lambda: span.waiting() == 0 and span.has_all_arrived())
    claim_found(stage, span, nonce, RETURNED)
    stage.claim(
        "two owners sent it back: the payer has it again", near.stage.balance("payer") == before + SUSPECT * UNIT
    )
    stage.claim("the other came out by itself", span.minted() == FIRST + SECOND + LARGE - BACK)


def say_good_bye(stage: Stage, span: Span) -> None:
    """All in health, an orderly end, and the sum."""
    services, banks = [*span.attestors, span.relayer], (span.near, span.far)
    _title("The end")
    stage.claim("attestors and relayer are healthy", _are_healthy(services))
    stage.claim("and end in order when told to", [service.stop() for service in services] == [0] * len(services))
    for bank in banks:
        bank.chain.tell("anvil_mine")
    sent = sum(bank.sent() for bank in banks)
    needed = all(bank.sent("pending") == bank.deliveries() for bank in banks)
    stage.claim(f"of the relayer's {sent} transactions none was in vain, and none twice", needed)
    span.claim_conserved(stage)


def claim_found(stage: Stage, span: Span, nonce: int, status: str) -> None:
    """Claim where a record is, in the words of transfer_status.py."""
    found = span.find(nonce)
    _, words = found.steps[-1]
    what = f"it waits for {found.waits_for}" if found.waits_for else words
    stage.claim(f"where is record {nonce}? {found.status}: {what}", found.status == status)


def _signed_by_one(span: Span) -> tuple[object, ...]:
    """What anybody could hand in with the signature of the first attestor alone, who is asked for it."""
    near, attestor = span.near, span.attestors[0]
    block = near.head.events("Locked")[0].block
    status, answer = attestor.ask(f"/v1/attestations/0x{near.contract.read('outboundRoute').hex()}/{block}")
    assert status == 200, answer
    checkpoint = tuple(_value(answer["checkpoint"][name]) for name, _ in FIELDS)
    sender, recipient = Address(near.stage.roles["payer"]), Address(span.recipient)
    signed = {Address(answer["signer"]): bytes.fromhex(answer["signature"][2:])}
    everybody = [Address(account.address) for account in ATTESTORS]
    records = pack([Transfer(sender, recipient, TokenUnits(FIRST))])
    return checkpoint, records, attestation(THRESHOLD, everybody, signed)


def _are_healthy(services: list[Service]) -> bool:
    return all(service.is_healthy() for service in services)


def _value(said: int | str) -> int | bytes:
    return bytes.fromhex(said[2:]) if isinstance(said, str) else said


def _title(text: str) -> None:
    say(f"\n{text}")
