"""Show life as the guardian: a guardian who is silent for 180 days loses its power until the governor renews it.

    python scripts/heartbeat.py --network sepolia [--contract Governor]
    brownie run heartbeat main yes --network sepolia

To be run every few weeks with the guardian's keystore. A guardian that has lapsed is refused: only the governor brings
it back, by setGuardian of the wallet and grantRole of the others.
Exit codes: 0 heard, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.chain.contract import Contract
from scripts.chain.sender import Call
from scripts.procedure import Plan, Session, Step, open_session, perform, run
from scripts.procedure.guardian import guarded, guardian_parser, require_guardian
from scripts.procedure.terminal import say
from scripts.procedure.words import utc


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(guardian_parser(__doc__ or ""), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Be heard by every contract."""
    with open_session(arguments, acts=True) as session:
        beat(session, arguments.contract)
    return 0


def beat(session: Session, names: Sequence[str]) -> None:
    """Show life to these contracts, or all. Errors: NotGuardian, CallRefused."""
    guardian = require_guardian(session)
    contracts = guarded(session, names)
    facts = [("guardian", guardian), *((name, _lapses(contract, guardian)) for name, contract in contracts.items())]
    steps = [_step(name, contract, guardian) for name, contract in contracts.items()]
    perform(session, Plan("Show the guardian's life", facts, steps))


def _step(name: str, contract: Contract, guardian: str) -> Step:
    call = Call(contract.address, contract.calldata("heartbeat"), abi=contract.abi)
    return Step(f"be heard by {name}", call, lambda receipt: say(f"{name}: {_lapses(contract, guardian)}."))


def _lapses(contract: Contract, guardian: str) -> str:
    until = contract.read("heartbeatUntil", guardian)
    return f"lapses at {utc(until)}" if until else "was never heard from, so its time does not run yet"


if __name__ == "__main__":
    main()
