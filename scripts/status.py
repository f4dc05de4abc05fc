"""Is this invoice paid? The answer is proven: a node cannot fake it.

    python scripts/status.py --network sepolia --to 0x… --amount 1.5ether --payment-id INV-1 [--json]
    brownie run status main to=0x… amount=1.5ether payment-id=INV-1 --network sepolia

The receipt's storage slot is read with a Merkle proof (EIP-1186), checked here from the value up to the state root, the
header and the block's hash. What is left to trust is that hash: compare it with a source of your own, or name a block
you trust with --block 0x…, and the node needs no trust at all. By default the block is as deep as params.json asks.
An amount of a token is in its symbol only if params.json lists its decimals, else in `units`.
Exit codes: 0 paid, 3 not paid or refunded, 1 refused (and why), 2 wrong command line.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.chain.proof import SlotProof
from offchain.core.payment import Invoice, Receipt, Status, payment_key
from offchain.core.refusal import Refusal
from offchain.core.units import Address
from scripts.chain.proven import fetch_block, fetch_proof
from scripts.papers.invoice import receipt_in, receipt_slot
from scripts.procedure import Session, open_session, parser, run
from scripts.procedure.invoice import Asked, add_terms, read_invoice
from scripts.procedure.terminal import say, table
from scripts.procedure.words import utc

NOT_PAID = 3
WORDS = {Status.NONE: "not paid", Status.PAID: "paid", Status.REFUNDED: "refunded"}


class InvalidBlock(Refusal):
    """The text is neither a block's number nor its hash."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = add_terms(parser(__doc__ or "", acts=False))
    made.add_argument("--block", help="a number, or the hash of a block you trust")
    made.add_argument("--json", action="store_true", help="print one JSON object, proof included")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Prove the invoice's state and show it."""
    with open_session(arguments, acts=False) as session:
        asked = read_invoice(arguments, session, trusts_node=False)
        processor = session.record().find("PaymentProcessor").address
        block = choose_block(session, arguments.block)
        proof, receipt = prove(session, processor, asked.invoice, block)
    if arguments.json:
        say(json.dumps(_as_json(session, processor, asked, proof, receipt), indent=2))
    else:
        _show(session, processor, asked, proof, receipt, trusted=isinstance(block, bytes))
    return 0 if receipt.status == Status.PAID else NOT_PAID


def choose_block(session: Session, text: str | None) -> int | bytes:
    """The block to prove at: a hash, a number, or by default the newest that has its confirmations.

    Errors: InvalidBlock.
    """
    if text is None:
        return max(0, session.web3.eth.block_number - session.params.confirmations + 1)
    if re.fullmatch(r"0x[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text[2:])
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise InvalidBlock(f"{text!r} is neither a block's number nor its hash")
    return int(text)


def prove(session: Session, processor: str, invoice: Invoice, block: int | bytes) -> tuple[SlotProof, Receipt]:
    """The invoice's receipt at a block, proven. Errors: those of offchain.chain.proof."""
    key = payment_key(session.network.chain_id, Address(processor), invoice)
    proof = fetch_proof(session.web3, processor, receipt_slot(key), fetch_block(session.web3, block))
    return proof, receipt_in(proof.value)


def _show(session: Session, processor: str, asked: Asked, proof: SlotProof, receipt: Receipt, *, trusted: bool) -> None:
    paid = receipt.status != Status.NONE
    block, size = proof.block, sum(map(len, [*proof.account_proof, *proof.storage_proof]))
    say(f"{WORDS[receipt.status].capitalize()}: {asked.reference} on {session.network.name}")
    table(
        [
            ("status", WORDS[receipt.status]),
            *[("payer", receipt.payer), ("time", utc(receipt.paid_at))] * paid,
            *asked.facts(payment_key(session.network.chain_id, Address(processor), asked.invoice)),
            ("processor", processor),
            ("block", f"{block.number} of {utc(block.timestamp)}"),
            ("block hash", f"0x{block.hash.hex()}"),
            ("state root", f"0x{block.state_root.hex()}"),
            ("slot", f"0x{proof.slot:064x}"),
            ("word", f"0x{proof.value:064x}"),
            ("proof", f"{len(proof.account_proof)} + {len(proof.storage_proof)} nodes, {size} bytes, checked here"),
        ]
    )
    say(
        "The block hash is the one you named: nothing else was trusted."
        if trusted
        else "Proven for the block with this hash. That the chain holds it is the node's word: compare the hash."
    )


def _as_json(session: Session, processor: str, asked: Asked, proof: SlotProof, receipt: Receipt) -> dict[str, Any]:
    invoice, block = asked.invoice, proof.block
    return {
        "status": WORDS[receipt.status],
        "paid": receipt.status == Status.PAID,
        "payer": receipt.payer if receipt.status else None,
        "paidAt": receipt.paid_at if receipt.status else None,
        "time": utc(receipt.paid_at) if receipt.status else None,
        "key": f"0x{payment_key(session.network.chain_id, Address(processor), invoice).hex()}",
        "network": session.network.id,
        "chainId": session.network.chain_id,
        "processor": processor,
        "terms": {
            "token": invoice.token,
            "to": invoice.to,
            "amount": str(invoice.amount),
            "paymentId": f"0x{invoice.payment_id.hex()}",
        },
        "block": {
            "number": block.number,
            "hash": f"0x{block.hash.hex()}",
            "timestamp": block.timestamp,
            "stateRoot": f"0x{block.state_root.hex()}",
        },
        "proof": {
            "slot": f"0x{proof.slot:064x}",
            "value": f"0x{proof.value:064x}",
            "accountProof": [f"0x{node.hex()}" for node in proof.account_proof],
            "storageProof": [f"0x{node.hex()}" for node in proof.storage_proof],
        },
    }


if __name__ == "__main__":
    main()
