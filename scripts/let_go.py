"""Propose that the governor wallet lets a vetoed record of a bridge go: it is ready then. Sends nothing.

    python scripts/let_go.py --network base-sepolia --contract qUSDC --record 7
    brownie run let_go main contract=qUSDC record=7 yes --network base-sepolia

The owners sign the proposal (approve.py), it is submitted, and it runs after the wallet's delay (execute.py). Then
anybody pays the record out (release_queued.py). To give it back to its sender instead: return_queued.py.
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
        let_go(session, arguments)
    return 0


def let_go(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: UnknownEnd, NotWaiting, WouldRevert (not vetoed), Declined."""
    head = near(session, find_end(session, arguments.contract))
    found = find_waiting(head, arguments.record)
    values = (found.nonce, tuple(found.transfer))
    propose_call(session, arguments.contract, head.contract, "letGo", values, facts_of(head, found), arguments)


if __name__ == "__main__":
    main()
