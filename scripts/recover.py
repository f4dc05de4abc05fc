"""Hand in what has left across, with checkpoints that attestors signed by hand: for when the services are gone.

    python scripts/recover.py --network base-sepolia --contract qUSDC --file VaultUSDC-1-7654321-1a2b3c4d.json …
    brownie run recover main contract=qUSDC file=… yes --network base-sepolia

Anybody may. The files are attest.py's, of one checkpoint, from as many attestors as must sign. Records come from the
logs across and must close over what was signed: no node is trusted with them. A backlog too long for one transaction
goes in parts, and a run that broke off is run again. The keystore's account only pays the gas.
If the attestors themselves are gone, or one of them is disabled, let the governor put others in office first:
rotate_attestors.py. What nobody can attest any more is lost to nobody: it waits until somebody in office signs it.
Exit codes: 0 handed in, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core import bridge
from offchain.core.bridge import Book
from offchain.core.bridge_facts import Attested, Fact, Left, Office, Recorded, Send, Stood
from offchain.core.checkpoint import Checkpoint, Transfer
from offchain.core.refusal import Refusal
from offchain.core.units import Address, TokenUnits
from scripts.chain.sender import Call
from scripts.chain.signature import recover as signer_of
from scripts.papers import attested as files
from scripts.procedure import Plan, Session, Step, open_session, perform, run
from scripts.procedure.bridgeheads import Bridgehead, both, records
from scripts.procedure.queue import end_parser
from scripts.procedure.terminal import say

PART_GAS = 16_000_000  # a bound for the plan: a part can be estimated only once the one before is mined


class MissingCheckpoint(Refusal):
    """The file of a checkpoint cannot be read."""


class ForeignCheckpoint(Refusal):
    """The checkpoint is for another contract or another chain than the one named."""


class StaleCheckpoint(Refusal):
    """The checkpoint was signed by attestors who are not in office, or all of it has arrived."""


class ThresholdNotMet(Refusal):
    """Fewer attestors signed than must."""


class RecordsDiffer(Refusal):
    """The records across do not close over what was signed."""


class Paused(Refusal):
    """Nothing arrives during a pause."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = end_parser(__doc__ or "")
    made.add_argument("--file", type=Path, action="append", default=[], required=True, help="a signed checkpoint")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Read the files, and hand in what they attest."""
    with open_session(arguments, acts=True) as session:
        hand_in(session, arguments.contract, [_read(path) for path in arguments.file])
    return 0


def hand_in(session: Session, name: str, signed: list[files.Attested]) -> None:
    """Hand in everything up to the checkpoint. Errors: those of this module, DifferentCheckpoints, of connecting."""
    here, there = both(session, name)
    checkpoint, signatures = files.together(signed)
    if signed[0].domain != here.domain():
        raise ForeignCheckpoint(f"the checkpoint is for {signed[0].domain.contract}, this is {here.title}")
    office = _office(here, checkpoint, signatures)
    arrived = here.inbox().count
    if checkpoint.count <= arrived:
        raise StaleCheckpoint(f"all {checkpoint.count} records that were signed have arrived at {here.title}")
    if until := here.pause():
        raise Paused(f"{here.title} is paused until {until}")
    book = _book(here, there, checkpoint, office, signatures)
    book, commands = bridge.step(book, _stood(here, book, office))
    while any(isinstance(command, Send) for command in commands):
        (send,) = (command for command in commands if isinstance(command, Send))
        _perform(session, here, book, send, checkpoint)
        book, commands = bridge.step(book, _stood(here, book, office))
    say(f"{here.inbox().count} records have arrived at {here.title}; transfer_status.py tells of each.")


def _read(path: Path) -> files.Attested:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(files.MAX_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise MissingCheckpoint(f"{path} cannot be read as a signed checkpoint: {error}") from None
    return files.read(text, signer_of)


def _office(here: Bridgehead, checkpoint: Checkpoint, signatures: Mapping[Address, bytes]) -> Office:
    """The attestors in office, of whom enough have signed. Errors: StaleCheckpoint, ThresholdNotMet."""
    threshold, attestors = here.attestors()
    office = Office(here.contract.read("epoch"), threshold, tuple(attestors))
    if here.contract.read("attestorSet") != office.set_hash:
        raise StaleCheckpoint(f"{here.title} has no attestors in office: rotate_attestors.py first")
    if checkpoint.epoch != office.epoch:
        raise StaleCheckpoint(
            f"it was signed in epoch {checkpoint.epoch}, epoch {office.epoch} is in office: sign anew"
        )
    count = len(signatures.keys() & set(attestors))
    if count < threshold:
        silent = [attestor for attestor in attestors if attestor not in signatures]
        raise ThresholdNotMet(
            f"{count} of {threshold} attestors signed; {threshold - count} of {', '.join(silent)} must"
        )
    return office


def _book(
    here: Bridgehead, there: Bridgehead, checkpoint: Checkpoint, office: Office, signatures: Mapping[Address, bytes]
) -> Book:
    """All that is known of the route. Errors: RecordsDiffer."""
    settled = here.inbox()
    book = Book.begin(checkpoint.route_id, here.kind, settled, ())
    left = Left(checkpoint.src_block, checkpoint.src_block_hash, checkpoint.point)
    later = [event.values for event in records(there) if settled.count <= event.values["nonce"] < checkpoint.count]
    transfers = tuple(Transfer(Address(r["from"]), Address(r["to"]), TokenUnits(r["amount"])) for r in later)
    facts: list[Fact] = [left, _stood(here, book, office), Recorded(settled.count, transfers)]
    facts += [Attested(checkpoint, *signed) for signed in signatures.items()]
    for fact in facts:
        book, _ = bridge.step(book, fact)
    if book.known != checkpoint.point:
        raise RecordsDiffer(f"the records of {there.title} do not lead to what was signed: ask another node")
    return book


def _stood(here: Bridgehead, book: Book, office: Office) -> Stood:
    """How the inbox stands now."""
    point, (free, capacity, _) = here.inbox(), here.limit()
    proven = {count: here.contract.read("provenPoint", count) for count in book.rungs()}
    return Stood(point, point, office, here.pause() is not None, here.now, free, capacity, {}, proven)


def _perform(session: Session, here: Bridgehead, book: Book, send: Send, checkpoint: Checkpoint) -> None:
    """One transaction; whoever else does it meanwhile has done it as well."""
    head = here.inbox()
    is_split = ":split:" in send.name
    words = "prove a point of the backlog" if is_split else f"hand in records from number {head.count} on"
    facts = [
        ("end", here.title),
        ("arrived", f"{head.count} of {checkpoint.count} records"),
        ("attested", f"block {checkpoint.src_block}, {here.words(checkpoint.cumulative)} in all"),
        ("points to prove", str(len(book.rungs()))),
    ]
    call = Call(here.contract.address, send.data, gas=PART_GAS, abi=here.contract.abi)
    step = Step(
        words, call, lambda receipt: say("Done."), is_done=lambda: not is_split and here.inbox().count > head.count
    )
    perform(session, Plan("Hand in what was attested", facts, [step]))


if __name__ == "__main__":
    main()
