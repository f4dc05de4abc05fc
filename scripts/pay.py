"""Pay an invoice: exactly these terms, once.

    python scripts/pay.py --network sepolia --to 0x… --amount 1.5ether --payment-id INV-1 [--yes]
    python scripts/pay.py --network sepolia --to 0x… --amount 12.5USDC --token 0x… --payment-id INV-1
    brownie run pay main to=0x… amount=1.5ether payment-id=INV-1 yes --network sepolia

An amount carries its unit: wei, gwei or ether (10^18 wei of the chain's coin); for a token its symbol, or `units` for
base units. A payment id is a text, which stands for the keccak-256 of its UTF-8, or 0x and 64 digits as they are.
For a token exactly what is needed is approved. The account is the keystore's, as for deploy.py.
Exit codes: 0 paid, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from web3.types import TxReceipt

from offchain.core.payment import Invoice, Status, payment_key
from offchain.core.refusal import Refusal
from offchain.core.units import NATIVE, Address
from scripts.chain.contract import Contract
from scripts.chain.sender import Call
from scripts.procedure import Plan, Session, Step, open_session, parser, perform, run
from scripts.procedure.invoice import Asked, add_terms, erc20, read_invoice
from scripts.procedure.terminal import say

TOKEN_PAYMENT_GAS = 400_000  # a bound for the plan: the call can be estimated only once it is approved


class AlreadyPaid(Refusal):
    """Exactly these terms were paid before."""


class Paused(Refusal):
    """The processor takes no payments now."""


class SelfPayment(Refusal):
    """Payer and payee are one."""


class InsufficientTokens(Refusal):
    """The payer has less of the token than the invoice asks for."""


class NotSettled(Refusal):
    """The payment's transaction succeeded, but the chain shows no receipt of it."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(add_terms(parser(__doc__ or "", acts=True)), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read the invoice and pay it."""
    with open_session(arguments, acts=True) as session:
        processor = session.deployed("PaymentProcessor")
        pay(session, processor, read_invoice(arguments, session, trusts_node=True))
    return 0


def pay(session: Session, processor: Contract, asked: Asked) -> None:
    """Pay the invoice from the session's account, and say what the chain then holds."""
    invoice, key = asked.invoice, payment_key(session.network.chain_id, Address(processor.address), asked.invoice)
    assert session.sender is not None
    payer = session.sender.address
    require_payable(session, processor, invoice, payer)
    steps = [*_approvals(session, processor, invoice, payer), _payment(session, processor, asked, key)]
    perform(session, Plan("Pay an invoice", [*asked.facts(key), ("processor", processor.address)], steps))


def require_payable(session: Session, processor: Contract, invoice: Invoice, payer: str) -> None:
    """Refuse what cannot be paid by this payer now. Errors: AlreadyPaid, Paused, SelfPayment, InsufficientTokens."""
    key = payment_key(session.network.chain_id, Address(processor.address), invoice)
    paid_by, paid_at, status = processor.read("payments", key)
    if status != Status.NONE:
        raise AlreadyPaid(f"0x{key.hex()} is {Status(status).name.lower()}: by {paid_by} at Unix time {paid_at}")
    until, now = processor.read("pausedUntil"), session.web3.eth.get_block("latest")["timestamp"]
    if now < until:
        raise Paused(f"the processor takes no payments until Unix time {until}")
    if payer == invoice.to:
        raise SelfPayment(f"{payer} would pay itself")
    if invoice.token != NATIVE:
        held = erc20(session, invoice.token).read("balanceOf", payer)
        if held < invoice.amount:
            raise InsufficientTokens(f"{payer} has {held} units of {invoice.token}, {invoice.amount} are asked for")


def _approvals(session: Session, processor: Contract, invoice: Invoice, payer: str) -> list[Step]:
    """Approve exactly the amount, through zero where less is approved already: some tokens insist."""
    if invoice.token == NATIVE:
        return []
    token = erc20(session, invoice.token)
    allowed = token.read("allowance", payer, processor.address)
    if allowed >= invoice.amount:
        return []
    return [
        Step(
            words=f"approve {amount} units of {invoice.token} to {processor.address}",
            call=Call(invoice.token, token.calldata("approve", processor.address, amount), gas=100_000),
            record=lambda receipt: None,
        )
        for amount in ([0] if allowed else []) + [invoice.amount]
    ]


def _payment(session: Session, processor: Contract, asked: Asked, key: bytes) -> Step:
    terms = (asked.invoice.to, asked.invoice.amount, asked.invoice.payment_id)
    if asked.invoice.token == NATIVE:
        calldata, value, gas = processor.calldata("processPayment", *terms), int(asked.invoice.amount), None
    else:
        calldata = processor.calldata("processTokenPayment", asked.invoice.token, *terms)
        value, gas = 0, TOKEN_PAYMENT_GAS

    def receive(receipt: TxReceipt | None) -> None:
        assert receipt is not None
        payer, _, status = processor.read("payments", key)
        if status != Status.PAID:
            raise NotSettled(f"transaction {receipt['transactionHash'].to_0x_hex()} left no receipt for 0x{key.hex()}")
        say(
            f"Paid: {asked.amount} to {asked.invoice.to} for {asked.reference}, by {payer}, "
            f"block {receipt['blockNumber']}, transaction {receipt['transactionHash'].to_0x_hex()}, key 0x{key.hex()}"
        )

    words = f"pay {asked.amount} to {asked.invoice.to}"
    return Step(words, Call(processor.address, calldata, value, gas, processor.abi), receive)


if __name__ == "__main__":
    main()
