"""Submit a payer's authorization: the payer's tokens pay the terms that it signed, the keystore's account the gas.

    python scripts/submit.py --network sepolia --file 1a2b3c4d-0.json
    brownie run submit main file=1a2b3c4d-0.json yes --network sepolia

Anybody may, a merchant for instance: the file can be changed by nobody without becoming void. What it holds is checked
against the chain before anything is asked: the token's domain, whether it is paid, used, cancelled, too early or too
late, and whether the payer has the tokens. That an authorization is used is no proof of payment, a cancellation uses it
too: status.py proves the payment.
Exit codes: 0 paid, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from web3.types import TxReceipt

from offchain.core.payment import Status
from offchain.core.refusal import Refusal
from scripts.chain.contract import Contract
from scripts.chain.sender import Call
from scripts.papers.authorization import Authorization
from scripts.pay import NotSettled, require_payable
from scripts.procedure import Plan, Session, Step, open_session, parser, perform, run
from scripts.procedure.authorizations import load, payment_arguments, show
from scripts.procedure.proposals import vocabulary
from scripts.procedure.terminal import say
from scripts.procedure.words import utc


class ForeignDomain(Refusal):
    """The token signs under another name, version or chain than the authorization was made for."""


class TooEarly(Refusal):
    """The authorization does not hold yet."""


class Expired(Refusal):
    """The authorization holds no longer."""


class AuthorizationUsed(Refusal):
    """The authorization was used or cancelled: the payer signs anew, with the next number."""


class NotItsTurn(Refusal):
    """The token counts authorizations, and this one's number is not the next."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = parser(__doc__ or "", acts=True)
    made.add_argument("--file", type=Path, required=True, help="the authorization")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read the file, check all of it, pay."""
    with open_session(arguments, acts=True) as session:
        submit(session, load(arguments.file, session))
    return 0


def submit(session: Session, authorization: Authorization) -> None:
    """Pay an authorized invoice from its payer's tokens.

    Errors: those of require_payable, ForeignDomain, TooEarly, Expired, AuthorizationUsed, NotItsTurn, NotSettled.
    """
    processor, invoice = session.deployed("PaymentProcessor"), authorization.invoice
    token = session.contract("Stablecoin", invoice.token)
    show(session, authorization)
    require_payable(session, processor, invoice, authorization.payer)
    _require_valid(session, token, authorization)

    def is_paid() -> bool:
        payer, _, status = processor.read("payments", authorization.key)
        return bool((payer, status) == (authorization.payer, Status.PAID))

    def receive(receipt: TxReceipt | None) -> None:
        if not is_paid():
            raise NotSettled(f"the chain shows no payment by {authorization.payer} under 0x{authorization.key.hex()}")
        amount = vocabulary(session).amount(invoice.token, invoice.amount)
        said = f", transaction {receipt['transactionHash'].to_0x_hex()}" if receipt else ""
        say(f"Paid: {amount} to {invoice.to}, by {authorization.payer}, key 0x{authorization.key.hex()}{said}")

    data = processor.calldata("processTokenPaymentWithAuthorization", *payment_arguments(authorization))
    call = Call(processor.address, data, abi=[*processor.abi, *token.abi])
    step = Step("pay in the payer's name", call, receive, is_done=is_paid)
    perform(session, Plan("Submit an authorization", [("processor", processor.address)], [step]))


def _require_valid(session: Session, token: Contract, authorization: Authorization) -> None:
    """What the token will ask; the signature itself was checked when the file was read."""
    if token.read("DOMAIN_SEPARATOR") != authorization.domain_separator:
        raise ForeignDomain(f"{token.address} does not sign as {authorization.name!r} {authorization.token_version!r}")
    now = session.web3.eth.get_block("latest")["timestamp"]
    if now <= authorization.valid_after:
        raise TooEarly(f"it holds after {utc(authorization.valid_after)}, and it is {utc(now)}")
    if now >= authorization.valid_before:
        raise Expired(f"it held until {utc(authorization.valid_before)}, and it is {utc(now)}: let the payer sign anew")
    if token.read("authorizationState", authorization.payer, authorization.nonce):
        raise AuthorizationUsed(f"number {authorization.sequence} was used or cancelled: let the payer sign the next")
    if token.address in _counting(session):
        upper = int.from_bytes(authorization.nonce) >> 64
        following = int(token.read("nonces(address,uint192)", authorization.payer, upper)) & (2**64 - 1)
        if following != authorization.sequence:
            raise NotItsTurn(f"the next number of {authorization.payer} for these terms is {following}")


def _counting(session: Session) -> list[str]:
    """The tokens that are known to count the nonces of authorizations."""
    stablecoins = [symbol for symbol, made in session.params.issued.items() if made.contract == "Stablecoin"]
    return [session.deployed(symbol).address for symbol in stablecoins]


if __name__ == "__main__":
    main()
