"""Authorizations as scripts handle them: files read and written, and what was signed in words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from offchain.core.refusal import Refusal
from offchain.core.units import Address
from scripts.chain.signature import recover
from scripts.papers import authorization as files
from scripts.papers.authorization import Authorization
from scripts.procedure.expected import contracts_of
from scripts.procedure.proposals import vocabulary
from scripts.procedure.record import write_whole
from scripts.procedure.session import Desk
from scripts.procedure.terminal import say, table
from scripts.procedure.words import utc

PROCESSOR = "PaymentProcessor"


class MissingAuthorization(Refusal):
    """The authorization's file cannot be read."""


class ForeignAuthorization(Refusal):
    """The authorization is for another processor or another chain than the deployment's."""


def processor_of(desk: Desk) -> Address:
    """Where params and builds put PaymentProcessor."""
    return Address(
        next(made.address for made in contracts_of(desk.params, desk.artifact) if made.contract == PROCESSOR)
    )


def load(path: Path, desk: Desk) -> Authorization:
    """The authorization in a file; it must be for this deployment's processor.

    Errors: MissingAuthorization, those of core.authorization, ForeignAuthorization.
    """
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(files.MAX_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise MissingAuthorization(f"{path} cannot be read as an authorization: {error}") from None
    found, processor = files.read(text, recover), processor_of(desk)
    if (found.chain_id, found.processor) != (desk.network.chain_id, processor):
        raise ForeignAuthorization(
            f"the authorization is for {found.processor} on chain {found.chain_id}; the processor of "
            f"{desk.network.id} is {processor} on chain {desk.network.chain_id}"
        )
    return found


def save(desk: Desk, authorization: Authorization) -> Path:
    """Write the authorization's file under the network's folder: whole, or not at all."""
    path = desk.folder / "authorizations" / f"{authorization.key.hex()[:8]}-{authorization.sequence}.json"
    path.parent.mkdir(exist_ok=True)
    write_whole(path, files.write(authorization))
    return path


def payment_arguments(authorization: Authorization) -> tuple[Any, ...]:
    """What processTokenPaymentWithAuthorization takes."""
    invoice, period = authorization.invoice, (authorization.valid_after, authorization.valid_before)
    terms = (invoice.token, authorization.payer, invoice.to, invoice.amount, invoice.payment_id)
    return (*terms, *period, authorization.nonce, authorization.signature)


def show(desk: Desk, authorization: Authorization, more: Sequence[tuple[str, str]] = ()) -> None:
    """Say what the payer agrees to, and what is signed."""
    known, invoice = vocabulary(desk), authorization.invoice
    say(f"Authorization of a payment on {desk.network.name} ({desk.network.id}, chain {desk.network.chain_id})")
    say(f"    {authorization.payer} pays {known.amount(invoice.token, invoice.amount)} to {known.name(invoice.to)},")
    say(f"    through {known.name(authorization.processor)}, which gives it on less the merchant's fee, at most once;")
    say(f"    whoever submits it pays the gas, before {utc(authorization.valid_before)}.")
    table(
        [
            ("token", f"{known.name(invoice.token)}: {authorization.name!r}, version {authorization.token_version!r}"),
            ("payment id", f"0x{invoice.payment_id.hex()}"),
            *more,
            ("key", f"0x{authorization.key.hex()}"),
            ("nonce", f"0x{authorization.nonce.hex()}: the key's first 24 bytes, then number {authorization.sequence}"),
            ("digest (EIP-712)", f"0x{authorization.digest.hex()}"),
        ]
    )
