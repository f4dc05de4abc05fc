"""Sign, offline, the payment of an invoice in a token; whoever submits the file pays the gas, the payer needs none.

    python scripts/authorize.py --network sepolia --token QUSD --to 0x… --amount 12.5QUSD --payment-id INV-1
    brownie run authorize main token=QUSD to=0x… amount=12.5QUSD payment-id=INV-1 yes --network sepolia

The token must take transfers by authorization (EIP-3009): a stablecoin that is issued here, or one of params.json whose
`name` and `version` are said there. No chain is reached. The payer is the keystore's account, as for deploy.py. What is
signed is good for exactly these terms, once, until it expires; the nonce is the payment's key. If it was cancelled at
the token, sign anew with the next --sequence. The file goes to submit.py.
Exit codes: 0 signed, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.config import Settings
from offchain.core.payment import Invoice
from offchain.core.refusal import Refusal
from offchain.core.units import NATIVE, Address, Timestamp
from scripts.chain.keystore import unlock
from scripts.chain.signature import recover
from scripts.papers.authorization import MAX_TIME, Authorization
from scripts.papers.params import Token
from scripts.procedure import open_desk, parser, run
from scripts.procedure.authorizations import processor_of, save, show
from scripts.procedure.expected import known_tokens
from scripts.procedure.invoice import add_terms, read_invoice
from scripts.procedure.session import Desk
from scripts.procedure.terminal import ask_secret, confirm, say

VALID_SECONDS = 24 * 3600


class NoAuthorizations(Refusal):
    """The asset takes no transfers by authorization, or params.json does not say under which name."""


class InvalidPeriod(Refusal):
    """The authorization would never hold, or its number is none."""


class SelfPayment(Refusal):
    """Payer and payee are one."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = add_terms(parser(__doc__ or "", acts=True))
    made.add_argument("--valid-seconds", type=int, default=VALID_SECONDS, help="from now (default: %(default)s)")
    made.add_argument("--sequence", type=int, default=0, help="0; the next one for each that was cancelled")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read the terms, show what is to be signed, sign it, write the file."""
    desk, settings = open_desk(arguments), Settings.offline()
    asked = read_invoice(arguments, desk, trusts_node=False)
    token = _vouched(desk, asked.invoice)
    key = unlock(settings.require_keystore(), settings.password_file, ask_secret)
    authorization = _unsigned(desk, asked.invoice, token, Address(key.address), arguments)
    show(desk, authorization, [("reference", asked.reference)])
    if not arguments.yes:
        confirm(f"Sign it as {key.address}?")
    made = key.sign_typed_data(full_message=authorization.typed_data())
    path = save(desk, authorization.signed(bytes(made.signature), recover))
    say(f"Signed: {path}. Nothing was sent: whoever submits it by submit.py pays the gas, and nobody can change it.")
    return 0


def _vouched(desk: Desk, invoice: Invoice) -> Token:
    if invoice.token == NATIVE:
        raise NoAuthorizations("native coin is paid by its owner alone: an authorization needs a --token")
    vouched = [token for token in known_tokens(desk).values() if token.address == invoice.token]
    if not vouched or vouched[0].domain is None:
        raise NoAuthorizations(
            f"{invoice.token} is no stablecoin that is issued here, and params.json does not say the name and the "
            "version under which it takes signatures (EIP-712)"
        )
    return vouched[0]


def _unsigned(
    desk: Desk, invoice: Invoice, token: Token, payer: Address, arguments: argparse.Namespace
) -> Authorization:
    assert token.domain is not None
    if payer == invoice.to:
        raise SelfPayment(f"{payer} would pay itself")
    valid_before = int(time.time()) + arguments.valid_seconds
    if arguments.valid_seconds <= 0 or valid_before > MAX_TIME:
        raise InvalidPeriod(f"an authorization holds for a second at least, not for {arguments.valid_seconds}")
    if not 0 <= arguments.sequence < 2**64:
        raise InvalidPeriod(f"a sequence has 64 bits, {arguments.sequence} has not")
    return Authorization(
        chain_id=desk.network.chain_id,
        processor=processor_of(desk),
        name=token.domain[0],
        token_version=token.domain[1],
        payer=payer,
        invoice=invoice,
        valid_after=Timestamp(0),
        valid_before=Timestamp(valid_before),
        sequence=arguments.sequence,
    )


if __name__ == "__main__":
    main()
