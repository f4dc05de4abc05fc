"""The demo's second half: the governor wallet pays within its limit and above it, is paused, and is audited."""

from dataclasses import replace

from web3 import Web3

from offchain.core.units import NATIVE, TokenUnits
from scripts.chain.contract import CallRefused
from scripts.papers.amount import format_native
from scripts.papers.audit import BrokenTrail
from scripts.procedure.council import Council
from scripts.procedure.logs import first_block, read_trail
from scripts.procedure.stage import ClaimFalse, Stage
from scripts.procedure.terminal import say

ETHER = 10**18
DAY_SECONDS = 24 * 3600
HOUR_SECONDS = 3600
LIMIT = 2 * ETHER
SMALL, LARGE = TokenUnits(ETHER), TokenUnits(5 * ETHER)
SUPPLIER = Web3.to_checksum_address((0x50FF1E).to_bytes(20))


def play_governance(stage: Stage) -> None:
    """Every act of the wallet, in order."""
    council = Council(stage, stage.session.deployed("Governor"))
    set_limit(stage, council)
    pay_within_the_limit(stage, council)
    pay_above_the_limit(stage, council)
    pause_the_wallet(stage, council)
    verify_the_trails(stage)


def set_limit(stage: Stage, council: Council) -> None:
    """The wallet begins without limits; one is set through the delay."""
    wallet, days = council.wallet, council.delay_seconds // DAY_SECONDS
    _title(f"The governor wallet: {council.threshold} of {len(council.owners)} owners, a delay of {days} days")
    stage.act("payer", wallet, "", value=20 * ETHER)
    change = ("configureLimit", NATIVE, LIMIT, DAY_SECONDS)
    stage.claim_refused("nobody sets a limit from outside", "NotTimelock", "stranger", wallet, *change)
    salt = council.schedule("stranger", wallet, *change)
    stage.claim("two owners sign a limit, a stranger submits it, and it waits", wallet.read("available", NATIVE) == 0)
    early = (wallet.address, 0, wallet.calldata(*change), bytes(32), salt)
    stage.claim_refused("nobody executes it early", "TooEarly", "stranger", wallet, "execute", *early)
    stage.wait(council.delay_seconds)
    council.execute("stranger", salt, *change)
    stage.claim(f"after the delay the limit is {format_native(LIMIT)} a day", wallet.read("available", NATIVE) == LIMIT)


def pay_within_the_limit(stage: Stage, council: Council) -> None:
    """Two owners suffice, one does not."""
    _title(f"Within the limit: {format_native(SMALL)} to a supplier")
    try:
        council.pay("stranger", SUPPLIER, SMALL, council.threshold - 1)
    except CallRefused as refusal:
        stage.claim("one owner alone: ThresholdNotMet", "ThresholdNotMet" in str(refusal))
    else:
        raise ClaimFalse("one owner alone paid")
    council.pay("stranger", SUPPLIER, SMALL, council.threshold)
    stage.claim("two owners sign, and the supplier has it at once", stage.coins(SUPPLIER) == SMALL)


def pay_above_the_limit(stage: Stage, council: Council) -> None:
    """The same signatures for more: it waits."""
    _title(f"Above the limit: {format_native(LARGE)}")
    nonce = council.pay("stranger", SUPPLIER, LARGE, council.threshold)
    stage.claim("it is scheduled, nothing has left", stage.coins(SUPPLIER) == SMALL)
    stage.wait(council.delay_seconds)
    council.execute("stranger", nonce.to_bytes(32), "settle", (SUPPLIER, LARGE, NATIVE))
    stage.claim("after the delay anyone executes it", stage.coins(SUPPLIER) == SMALL + LARGE)


def pause_the_wallet(stage: Stage, council: Council) -> None:
    """The guardian stops payments, not exits, and the pause ends by itself."""
    wallet, secure = council.wallet, stage.secure
    _title("Pause: the guardian stops the wallet's payments and the vault's deposits for an hour")
    stage.act("payer", secure, "deposit", value=ETHER)
    for contract in (wallet, secure):
        stage.act("guardian", contract, "pause", HOUR_SECONDS)
    try:
        council.pay("stranger", SUPPLIER, SMALL, council.threshold)
    except CallRefused as refusal:
        stage.claim("the wallet pays nobody: ContractPaused", "ContractPaused" in str(refusal))
    else:
        raise ClaimFalse("a paused wallet paid")
    stage.claim_refused("nothing is deposited", "ContractPaused", "payer", secure, "deposit", value=ETHER)
    stage.act("payer", secure, "withdraw", ETHER)
    stage.claim("what was deposited goes out while paused", stage.coins(secure.address) == 0)
    stage.claim_refused("the guardian cannot end the pause", "NotTimelock", "guardian", wallet, "unpause")
    stage.wait(HOUR_SECONDS)
    council.pay("stranger", SUPPLIER, SMALL, council.threshold)
    stage.claim("an hour later it has ended by itself", stage.coins(SUPPLIER) == 2 * SMALL + LARGE)
    again = ("pause", HOUR_SECONDS)
    stage.claim_refused("and the guardian must wait a week to pause again", "CoolingDown", "guardian", wallet, *again)


def verify_the_trails(stage: Stage) -> None:
    """Fold each contract's log, and one with a record dropped in vain."""
    session = stage.session
    _title("Audit: every privileged act, proven complete against the head on the chain")
    last = session.web3.eth.block_number
    for name in ("Governor", "PaymentProcessor", "SecurePayment"):
        contract = session.deployed(name)
        trail = read_trail(contract, first_block(session.web3, contract.address), last)
        trail.prove(session.network.chain_id)
        stage.claim(f"{name}: {trail.length} records fold to the head 0x{trail.head.hex()[:16]}…", trail.length > 0)
    torn = replace(trail, records=[trail.records[0], *trail.records[2:]])
    try:
        torn.prove(session.network.chain_id)
    except BrokenTrail as finding:
        stage.claim(f"one record dropped, and it shows: {type(finding).__name__}", True)
    else:
        raise ClaimFalse("a log with a record missing was believed")


def _title(text: str) -> None:
    say(f"\n{text}")
