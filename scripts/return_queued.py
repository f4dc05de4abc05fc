"""Propose that the governor wallet returns a record that waits at a bridge to its sender across. Sends nothing.

    python scripts/return_queued.py --network base-sepolia --contract qUSDC --record 7
    brownie run return_queued main contract=qUSDC record=7 yes --network base-sepolia

For a record that was vetoed, or whose recipient does not take it. The owners sign the proposal (approve.py), it is
submitted, and it runs after the wallet's delay (execute.py); then it crosses back like any other record. Until it runs,
anybody may still pay out a record that is not vetoed.
Exit codes: 0 written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.procedure import Session, open_session, run
from scripts.procedure.bridgeheads import find_end, near
from scripts.procedure.governing import propose_call
from scripts.procedure.queue import facts_of, find_waiting, record_parser


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = record_parser(__doc__ or "")
    made.add_argument("--nonce", type=int, help="the number of the act; the wallet's next by default")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Find the record, and write the proposal."""
    with open_session(arguments, acts=False) as session:
        return_queued(session, arguments)
    return 0


def return_queued(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: UnknownEnd, NotWaiting, WouldRevert, Declined."""
    head = near(session, find_end(session, arguments.contract))
    found = find_waiting(head, arguments.record)
    values = (found.nonce, tuple(found.transfer), found.ready_at)
    facts = [*facts_of(head, found), ("goes back to", found.transfer.sender)]
    propose_call(session, arguments.contract, head.contract, "returnQueued", values, facts, arguments)


if __name__ == "__main__":
    main()
