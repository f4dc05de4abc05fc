"""The demo's bridge: there, back, a relayer killed in between, and what is locked beside what exists."""

from offchain.core.checkpoint import FIELDS, Transfer, attestation, pack
from offchain.core.units import Address, TokenUnits
from scripts.chain.contract import CallRefused
from scripts.demo_crossing import (
    ATTESTORS,
    COIN,
    DECIMALS,
    FAR,
    NEAR,
    PAYER,
    THRESHOLD,
    UNIT,
    WAIT_SECONDS,
    Crossing,
    set_up,
)
from scripts.papers.amount import format_amount, format_native
from scripts.procedure.processes import Service, until
from scripts.procedure.stage import ClaimFalse, Stage
from scripts.procedure.terminal import say

FIRST, SECOND, LARGE, BACK = 7 * COIN, 2 * COIN, 12 * COIN, 3 * COIN


def play_bridge(stage: Stage) -> None:
    """Every scene of the bridge; all that it starts ends with it."""
    with set_up(stage) as crossing:
        show_the_ends(stage, crossing)
        carry_there(stage, crossing)
        kill_the_relayer(stage, crossing)
        let_out(stage, crossing)
        say_good_bye(stage, crossing)


def show_the_ends(stage: Stage, crossing: Crossing) -> None:
    """Two contracts that know only each other."""
    near, far = crossing.near.contract, crossing.far.contract
    _title(f"A bridge: ether locked on chain {NEAR}, minted on chain {FAR}, and back; two attestors of three must sign")
    routes = [near.read(name) for name in ("outboundRoute", "inboundRoute")]
    across = [far.read(name) for name in ("inboundRoute", "outboundRoute")]
    stage.claim("vault and token know each other, and nobody else", routes == across and all(map(any, routes)))
    for attestor in crossing.attestors:
        attestor.start()
    stage.claim("two attestors run, each with a key of its own; the third does not", _all_healthy(crossing.attestors))


def carry_there(stage: Stage, crossing: Crossing) -> None:
    """One signature does not do; two do."""
    near, far = crossing.near, crossing.far
    crossing.lock(FIRST)
    stage.claim(f"the payer locks {format_native(FIRST * UNIT)}", near.contract.read("solvency") == [FIRST * UNIT] * 2)
    block = near.chain.web3.eth.block_number
    path = f"/v1/attestations/0x{near.contract.read('outboundRoute').hex()}/{block}"
    until("the block to be final", lambda: crossing.attestors[0].ask(path)[0] == 200)
    _, answer = crossing.attestors[0].ask(path)
    checkpoint = tuple(_value(answer["checkpoint"][name]) for name, _ in FIELDS)
    record = pack([Transfer(Address(crossing.sender), Address(crossing.recipient), TokenUnits(FIRST))])
    signed = {Address(answer["signer"]): bytes.fromhex(answer["signature"][2:])}
    alone = attestation(THRESHOLD, [Address(account.address) for account in ATTESTORS], signed)
    try:
        far.act(stage.roles["stranger"], "deliver", checkpoint, record, alone)
    except CallRefused as refusal:
        stage.claim("one attestor's signature mints nothing: ThresholdNotMet", "ThresholdNotMet" in str(refusal))
    else:
        raise ClaimFalse("one attestor minted")
    crossing.relayer.start()
    until("the first coins across", lambda: crossing.minted() == FIRST)
    stage.claim("the relayer asks both and delivers: the recipient has it across", crossing.has_all_arrived())
    _claim_conserved(stage, crossing)


def kill_the_relayer(stage: Stage, crossing: Crossing) -> None:
    """Killed between sending and mining, and started again after more has left on both sides."""
    near, far, relayer = crossing.near, crossing.far, crossing.relayer
    payee = stage.roles["merchant"]
    _title("The relayer is killed while its delivery is sent and not mined")
    far.chain.hold()
    crossing.lock(SECOND)
    mined = far.sent()
    until("a delivery on its way", lambda: far.chain.web3.eth.get_transaction_count(PAYER.address, "pending") > mined)
    relayer.kill()
    stage.claim("SIGKILL; across nothing has arrived", crossing.minted() == FIRST and relayer.has_ended())
    far.chain.go_on()
    crossing.lock(LARGE)
    before = near.coins(payee)
    far.act(crossing.recipient, "burn", payee, BACK)
    stage.claim(f"meanwhile {_coins(LARGE)} are locked and {_coins(BACK)} burned", not crossing.has_all_arrived())
    relayer.start()
    until("everything across", crossing.has_all_arrived)
    stage.claim("started again, it carries on: what was sent arrived once", crossing.minted() == FIRST + SECOND - BACK)
    stage.claim("what was burned is released on the near chain", near.coins(payee) == before + BACK * UNIT)
    stage.claim(
        f"{_coins(LARGE)} are above a quarter of the limit: they wait an hour for a veto", crossing.waiting() == LARGE
    )
    _claim_conserved(stage, crossing)


def let_out(stage: Stage, crossing: Crossing) -> None:
    """After its hour a large amount comes out by itself."""
    far = crossing.far
    _title("An hour later")
    far.chain.skip(WAIT_SECONDS)
    until("what waited", lambda: crossing.waiting() == 0)
    stage.claim("nobody vetoed, and the relayer lets it out", crossing.minted() == FIRST + SECOND + LARGE - BACK)
    _claim_conserved(stage, crossing)
    banks = crossing.near, crossing.far
    stage.claim(
        f"the relayer sent {sum(bank.sent() for bank in banks)} transactions, none of them in vain or twice",
        all(bank.sent() == bank.deliveries() for bank in banks),
    )


def say_good_bye(stage: Stage, crossing: Crossing) -> None:
    """All in health, and an orderly end."""
    services = [*crossing.attestors, crossing.relayer]
    stage.claim("attestors and relayer are healthy", _all_healthy(services))
    stage.claim("and end in order when told to", [service.stop() for service in services] == [0] * len(services))


def _claim_conserved(stage: Stage, crossing: Crossing) -> None:
    """What is locked is what exists and what waits; nothing is under way."""
    held, owed = crossing.near.contract.read("solvency")
    minted, waiting = crossing.far.contract.read("totalSupply"), crossing.waiting()
    words = f"locked {_coins(held // UNIT)} = minted {_coins(minted)} + waiting {_coins(waiting)}"
    stage.claim(words, held == owed == (minted + waiting) * UNIT and crossing.has_all_arrived())


def _all_healthy(services: list[Service]) -> bool:
    return all(service.is_healthy() for service in services)


def _value(said: int | str) -> int | bytes:
    return bytes.fromhex(said[2:]) if isinstance(said, str) else said


def _coins(amount: int) -> str:
    return format_amount(amount, DECIMALS, "nETH")


def _title(text: str) -> None:
    say(f"\n{text}")
