"""Show the whole of Quittance on local chains: deployed, paid, forged, proven, held, issued, sold, governed, bridged.

    make demo
    python scripts/demo.py
    brownie run demo

Every line marked `ok` is a claim that was checked; a false one ends the demo. Nothing is left running or written.
Exit codes: 0 every claim held, 1 a claim is false (and which), 2 wrong command line.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from web3 import Web3

from offchain.chain.proof import InvalidProof, check_proof
from offchain.core.payment import Invoice, Status
from offchain.core.refusal import Refusal
from offchain.core.units import NATIVE, Address, TokenUnits
from scripts.chain.contract import Contract
from scripts.chain.sender import Call
from scripts.demo_bridge import play_bridge
from scripts.demo_governance import play_governance
from scripts.demo_tokens import play_tokens
from scripts.deploy import deploy
from scripts.papers.amount import format_amount, format_native
from scripts.papers.deployment import PROXY
from scripts.papers.invoice import parse_word
from scripts.procedure import Session, open_session, parser, run
from scripts.procedure.arguments import ROOT
from scripts.procedure.stage import ClaimFalse, Stage
from scripts.procedure.terminal import say
from scripts.procedure.words import utc
from scripts.status import prove
from scripts.verify import verify

ETHER = 10**18
PRICE = 1_500_000_000_000_000_000
TOKENS = 250 * ETHER  # of TEST, which has 18 decimals
INVOICE = parse_word("invoice 1")
ESCROW_STATUS = ("none", "authorized", "captured", "voided", "reclaimed")


class LocalOnly(Refusal):
    """The demo is for the local chain."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(parser(__doc__ or "", acts=True), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Play every act on a fresh local chain."""
    if arguments.network != "development":
        raise LocalOnly(f"the demo runs on the development network, not on {arguments.network}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "deployments" / "development", Path(folder) / "development")
        arguments.deployments, arguments.yes = Path(folder), True
        say("Compiling where needed, and starting a local chain …")
        with open_session(arguments, acts=True) as session:
            stage = set_stage(session)
            plays = (pay_native, pay_token, prove_payment, hold_then_release, pay_many, pause)
            for play in (*plays, play_tokens, play_governance, play_bridge):
                play(stage)
    say(f"\n{stage.claims} claims held in {time.monotonic() - began:.0f} seconds. Nothing is left running.")
    return 0


def set_stage(session: Session) -> Stage:
    """Deploy the contracts and two tokens."""
    _title("Compiled and deployed")
    for name in ("PaymentProcessor", "SecurePayment"):
        artifact = session.artifact(name)
        say(f"  {name}: {len(artifact.runtime_code)} bytes by solc {artifact.compiler['version']}")
    deploy(session)
    accounts = session.web3.eth.accounts
    names = ("deployer", "owner", "guardian", "fee recipient", "payer", "merchant", "stranger", "", "", "intermediary")
    stage = Stage(
        session=session,
        processor=session.deployed("PaymentProcessor"),
        secure=session.deployed("SecurePayment"),
        token=_deploy_token(session, "TEST"),
        worthless=_deploy_token(session, "worthless"),
        roles=dict(zip(names, accounts, strict=False)),
    )
    stage.claim("params, build, record and chain agree", all(check.agrees for check in verify(session)))
    for holder, token in (("payer", stage.token), ("stranger", stage.worthless)):
        stage.act("deployer", token, "mint", stage.roles[holder], 10_000 * ETHER)
        for spender in (stage.processor, stage.secure):
            stage.act(holder, token, "approve", spender.address, 10_000 * ETHER)
    stage.show_balances("payer", "merchant")
    return stage


def pay_native(stage: Stage) -> None:
    """Forge an invoice's payment in vain, then pay it in native coin."""
    processor, merchant = stage.processor, stage.roles["merchant"]
    _title(f"Invoice 1: {format_native(PRICE)} to the merchant")
    stage.act("stranger", processor, "processTokenPayment", stage.worthless.address, merchant, PRICE, INVOICE)
    stage.act("stranger", processor, "processPayment", merchant, 1, INVOICE, value=1)
    say("  a stranger reuses the invoice's id: pays a worthless token, and 1 wei")
    stage.claim("neither forgery settles the invoice", not _is_paid(stage, NATIVE, PRICE))
    before = stage.balance("payer"), stage.balance("merchant")
    stage.act("payer", processor, "processPayment", merchant, PRICE, INVOICE, value=PRICE)
    stage.claim("the payer pays, and the invoice is settled", _is_paid(stage, NATIVE, PRICE))
    stage.claim("the merchant has all of it", stage.balance("merchant") == before[1] + PRICE)
    stage.claim("the payer paid it, and gas", 0 <= before[0] - PRICE - stage.balance("payer") < ETHER // 10)
    again = ("processPayment", merchant, PRICE, INVOICE)
    stage.claim_refused("it cannot be paid twice", "AlreadyPaid", "stranger", processor, *again, value=PRICE)
    stage.show_balances("payer", "merchant")


def pay_token(stage: Stage) -> None:
    """Pay an invoice in a token."""
    merchant = stage.roles["merchant"]
    _title(f"Invoice 1 again, in a token: {format_amount(TOKENS, 18, 'TEST')}")
    stage.claim("other terms are another payment", not _is_paid(stage, stage.token.address, TOKENS))
    terms = (stage.token.address, merchant, TOKENS, INVOICE)
    stage.act("payer", stage.processor, "processTokenPayment", *terms)
    stage.claim("the payer pays, and it is settled", _is_paid(stage, stage.token.address, TOKENS))
    stage.claim("the merchant has the tokens", stage.balance("merchant", stage.token) == TOKENS)
    stage.show_balances("payer", "merchant")


def prove_payment(stage: Stage) -> None:
    """Prove the payment from the block's hash, and a forged proof false."""
    session, invoice = stage.session, Invoice(NATIVE, Address(stage.roles["merchant"]), TokenUnits(PRICE), INVOICE)
    _title("Is invoice 1 paid? The answer with its proof")
    proof, receipt = prove(session, stage.processor.address, invoice, session.web3.eth.block_number)
    stage.claim("paid, proven from the block's hash", receipt.status == Status.PAID)
    stage.claim(f"by the payer at {utc(receipt.paid_at)}", receipt.payer == stage.roles["payer"])
    say(f"      block {proof.block.number}, hash 0x{proof.block.hash.hex()}")
    say(f"      {len(proof.account_proof)} + {len(proof.storage_proof)} Merkle nodes, receipt 0x{proof.value:x}")
    unpaid = Invoice(NATIVE, invoice.to, TokenUnits(PRICE + 1), INVOICE)
    absent = prove(session, stage.processor.address, unpaid, proof.block.hash)[1]
    stage.claim("one wei more was not paid: proven as well", absent.status == Status.NONE)
    tampered = [node[:-1] + bytes([node[-1] ^ 1]) for node in proof.storage_proof]
    answer = {
        "accountProof": [f"0x{node.hex()}" for node in proof.account_proof],
        "storageProof": [{"value": hex(proof.value), "proof": [f"0x{node.hex()}" for node in tampered]}],
    }
    try:
        check_proof(answer, stage.processor.address, proof.slot, proof.block)
    except InvalidProof:
        stage.claim("one bit changed, and the proof does not hold", True)
    else:
        raise ClaimFalse("a tampered proof was believed")


def hold_then_release(stage: Stage) -> None:
    """An escrow authorized, captured in part, refunded in part, and the rest released."""
    secure, merchant = stage.secure, stage.roles["merchant"]
    now = stage.session.web3.eth.get_block("latest")["timestamp"]
    terms = (stage.roles["payer"], merchant, NATIVE, 3 * ETHER, now + 7 * 86400, now + 30 * 86400, 0, 100, 1)
    key = secure.read("escrowKey", terms)
    _title("Escrow: 3 ether authorized, 2 captured, half an ether refunded, the rest voided")
    start = stage.balance("merchant")
    stage.act("payer", secure, "authorize", terms, value=3 * ETHER)
    stage.claim("3 ether are held", secure.read("capturable", terms) == 3 * ETHER)
    over = ("capture", terms, 4 * ETHER)
    stage.claim_refused("no more can be captured", "CaptureExceeded", "merchant", secure, *over)
    stage.act("merchant", secure, "capture", terms, 2 * ETHER)
    stage.claim("2 ether are captured, 1 is left", secure.read("capturable", terms) == ETHER)
    stage.claim("the merchant has them", ETHER < stage.balance("merchant") - start <= 2 * ETHER)
    payer = stage.balance("payer")
    stage.act("merchant", secure, "refund", terms, ETHER // 2, value=ETHER // 2)
    stage.claim("half an ether is back with the payer", stage.balance("payer") == payer + ETHER // 2)
    stage.act("merchant", secure, "void", terms)
    stage.claim("and so is the uncaptured ether", stage.balance("payer") == payer + ETHER // 2 + ETHER)
    captured, refunded, _, status = secure.read("escrows", key)
    stage.claim(f"the escrow is {ESCROW_STATUS[status]}", (captured, refunded) == (2 * ETHER, ETHER // 2))
    stage.claim("the contract holds nothing more", stage.coins(secure.address) == 0)


def pay_many(stage: Stage) -> None:
    """A payout batch."""
    processor, count, each = stage.processor, 20, ETHER // 100
    payees = [Web3.to_checksum_address((0xB0B000 + i).to_bytes(20, "big")) for i in range(count)]
    payouts = [(int(payee, 16) << 96 | each).to_bytes(32, "big") for payee in payees]
    batch = parse_word("salaries 1")
    _title(f"Batch: {count} payees, {format_native(each)} each, one transaction")
    arguments = (NATIVE, payouts, count * each)
    stage.act("payer", processor, "processBatch", *arguments, batch, value=count * each)
    balances = [stage.coins(payee) for payee in payees]
    stage.claim("every payee has exactly its part", balances == [each] * count)
    commitment = processor.read("batchCommitment", NATIVE, payouts)
    kept = processor.read("batches", stage.roles["payer"], batch)
    stage.claim("the chain keeps the batch's commitment", kept == commitment)
    wrong = ("processBatch", NATIVE, payouts, count * each + 1, parse_word("salaries 2"))
    stage.claim_refused("a wrong sum", "WrongTotal", "payer", processor, *wrong, value=count * each + 1)


def pause(stage: Stage) -> None:
    """A pause blocks entry, not exit."""
    processor, merchant = stage.processor, stage.roles["merchant"]
    _title("Pause: the guardian stops new payments for an hour")
    stage.act("guardian", processor, "pause", 3600)
    entry = ("processPayment", merchant, PRICE, parse_word("invoice 2"))
    stage.claim_refused("no payment enters", "ContractPaused", "payer", processor, *entry, value=PRICE)
    payer = stage.balance("payer")
    stage.act("merchant", processor, "refund", NATIVE, merchant, PRICE, INVOICE, value=PRICE)
    stage.claim("a refund still goes out", stage.balance("payer") == payer + PRICE)
    stage.claim("the invoice is no longer paid", not _is_paid(stage, NATIVE, PRICE))
    stage.wait(3600)
    stage.act("payer", processor, *entry, value=PRICE)
    paid = processor.read("isPaid", NATIVE, merchant, PRICE, parse_word("invoice 2"))
    stage.claim("an hour later the pause has ended by itself, and payments enter", paid)
    stage.show_balances("payer", "merchant")


def _title(text: str) -> None:
    say(f"\n{text}")


def _is_paid(stage: Stage, token: str, amount: int) -> bool:
    return bool(stage.processor.read("isPaid", token, stage.roles["merchant"], amount, INVOICE))


def _deploy_token(session: Session, name: str) -> Contract:
    planned = session.artifact("TestToken").planned((), parse_word(name))
    sender = session.sender
    assert sender is not None
    call = Call(PROXY, planned.calldata)
    sender.wait(sender.send(sender.draft(call), lambda signed: None), lambda progress: None)
    return session.contract("TestToken", planned.address)


if __name__ == "__main__":
    main()
