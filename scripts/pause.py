"""Pause at once, as the guardian: the wallet's payments, what enters the payment contracts, tokens, bridges.

    python scripts/pause.py --network sepolia --seconds 86400 [--contract PaymentProcessor]
    brownie run pause main seconds=86400 yes --network sepolia

A pause blocks entry, never exit, but of a bridge everything; it ends by itself after at most 14 days, and then the
guardian cannot pause for 7. A contract that is paused already, where the guardian must wait or its power lapsed, is
left out and said to be. The keystore is the guardian's. To end a pause early: unpause.py.
Exit codes: 0 paused, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.refusal import Refusal
from scripts.chain.contract import Contract
from scripts.chain.sender import Call
from scripts.procedure import Plan, Session, Step, open_session, perform, run
from scripts.procedure.guardian import guarded, guardian_parser, now, require_guardian
from scripts.procedure.terminal import say
from scripts.procedure.words import plain_duration, utc

PAUSE_GAS = 200_000  # twice what it takes: fees that rise while the guardian reads must not keep it from pausing


class InvalidPause(Refusal):
    """A pause is at least a second, and at most what the contracts allow."""


class NothingToPause(Refusal):
    """Every contract that was named is paused, or cannot be yet."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = guardian_parser(__doc__ or "")
    made.add_argument("--seconds", type=int, required=True, help="how long, from now")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Pause whatever can be paused."""
    with open_session(arguments, acts=True) as session:
        pause(session, arguments.contract, arguments.seconds)
    return 0


def pause(session: Session, names: Sequence[str], seconds: int) -> None:
    """Pause these contracts, or all, for so many seconds. Errors: NotGuardian, InvalidPause, NothingToPause."""
    guardian = require_guardian(session)
    steps = list(_steps(session, guarded(session, names), seconds, guardian))
    if not steps:
        raise NothingToPause("nothing of what was named can be paused now")
    facts = [("guardian", guardian), ("for", plain_duration(seconds)), ("until", utc(now(session) + seconds))]
    perform(session, Plan("Pause", facts, steps))


def _steps(session: Session, contracts: dict[str, Contract], seconds: int, guardian: str) -> Iterator[Step]:
    for name, contract in contracts.items():
        until, longest = contract.read("pausedUntil"), contract.read("MAX_PAUSE_SECONDS")
        if not 0 < seconds <= longest:
            raise InvalidPause(f"a pause lasts from 1 to {longest} seconds, not {seconds}")
        again = until + contract.read("COOL_DOWN_SECONDS") if until else 0
        heard = contract.read("heartbeatUntil", guardian)
        if 0 < heard <= now(session):
            say(f"{name} does not obey the guardian any more: its power lapsed at {utc(heard)}.")
        elif now(session) < until:
            say(f"{name} is paused until {utc(until)} already.")
        elif now(session) < again:
            say(f"{name} was paused until {utc(until)}: the guardian can pause it again at {utc(again)}.")
        else:
            yield _step(name, contract, seconds)


def _step(name: str, contract: Contract, seconds: int) -> Step:
    call = Call(contract.address, contract.calldata("pause", seconds), gas=PAUSE_GAS, abi=contract.abi)
    return Step(f"pause {name} at {contract.address}", call, lambda receipt: say(f"{name} is paused."))


if __name__ == "__main__":
    main()
