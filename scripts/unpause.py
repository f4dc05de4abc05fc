"""Prepare the end of a pause. Only the governor wallet may end one early, so this writes a proposal and sends nothing.

    python scripts/unpause.py --network sepolia [--contract PaymentProcessor]
    brownie run unpause main yes --network sepolia

The owners sign the proposal (approve.py), it is submitted, and it runs after the wallet's delay (execute.py). A pause
that ends by itself before that is left out and said to be.
Exit codes: 0 written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.refusal import Refusal
from offchain.core.units import Address
from scripts.chain.contract import Contract
from scripts.procedure import Session, open_session, run
from scripts.procedure.calls import Call
from scripts.procedure.expected import GOVERNOR
from scripts.procedure.guardian import guarded, guardian_parser, now
from scripts.procedure.proposals import VALID_SECONDS, offer, propose
from scripts.procedure.terminal import say
from scripts.procedure.words import utc
from scripts.propose import operation


class NothingToUnpause(Refusal):
    """Nothing is paused for longer than the wallet's delay."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = guardian_parser(__doc__ or "")
    made.add_argument("--nonce", type=int, help="the number of the act; the wallet's next by default")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Propose to end what is paused."""
    with open_session(arguments, acts=False) as session:
        unpause(session, arguments.contract, arguments.nonce, yes=arguments.yes)
    return 0


def unpause(session: Session, names: Sequence[str], nonce: int | None, *, yes: bool) -> None:
    """Write the proposal. Errors: NothingToUnpause, Declined."""
    say("Only the governor wallet ends a pause early: its owners must sign, and its delay must pass.")
    ready = now(session) + session.deployed(GOVERNOR).read("getMinDelay")
    calls = list(_calls(session, guarded(session, names), ready))
    if not calls:
        raise NothingToUnpause(f"no pause lasts beyond {utc(ready)}, when the wallet could end it at the earliest")
    make, facts = operation(session, calls, bytes(32), None)
    offer(session, propose(session, make, nonce, VALID_SECONDS), yes=yes, more=facts)


def _calls(session: Session, contracts: dict[str, Contract], ready: int) -> Iterator[Call]:
    for name, contract in contracts.items():
        until = contract.read("pausedUntil")
        if until <= now(session):
            say(f"{name} is not paused.")
        elif until <= ready:
            say(f"{name} is paused until {utc(until)}: that ends by itself before the wallet could end it.")
        else:
            yield Address(contract.address), 0, contract.calldata("unpause")


if __name__ == "__main__":
    main()
