"""Freeze a record that waits at an end of a bridge, as the guardian, so that it is not paid out.

    python scripts/veto.py --network base-sepolia --contract qUSDC --record 7
    brownie run veto main contract=qUSDC record=7 yes --network base-sepolia

What is too large, above the limit, or not taken by its recipient waits, and transfer_status.py or verify.py lists it. A
veto only freezes: the owners let it go (let_go.py) or return it to its sender (return_queued.py), after the wallet's
delay. The keystore is the guardian's.
Exit codes: 0 frozen, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.refusal import Refusal
from scripts.chain.sender import Call
from scripts.procedure import Plan, Session, Step, open_session, perform, run
from scripts.procedure.bridgeheads import find_end, near
from scripts.procedure.guardian import require_guardian
from scripts.procedure.queue import facts_of, find_waiting, record_parser
from scripts.procedure.terminal import say

VETO_GAS = 200_000  # twice what it takes: fees that rise while the guardian reads must not keep it from acting


class AlreadyVetoed(Refusal):
    """The record is frozen."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    run(record_parser(__doc__ or ""), carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Find the record, and freeze it."""
    with open_session(arguments, acts=True) as session:
        veto(session, arguments.contract, arguments.record)
    return 0


def veto(session: Session, name: str, nonce: int) -> None:
    """Freeze the record. Errors: NotGuardian, UnknownEnd, NotWaiting, AlreadyVetoed."""
    guardian = require_guardian(session)
    head = near(session, find_end(session, name))
    found = find_waiting(head, nonce)
    if found.is_vetoed:
        raise AlreadyVetoed(f"record {nonce} of {name} is vetoed already")
    contract = head.contract
    call = Call(
        contract.address,
        contract.calldata("veto", nonce, tuple(found.transfer), found.ready_at),
        gas=VETO_GAS,
        abi=contract.abi,
    )
    step = Step(f"veto record {nonce} of {name}", call, lambda receipt: say(f"Record {nonce} of {name} is frozen."))
    perform(session, Plan("Veto", [("guardian", guardian), *facts_of(head, found)], [step]))


if __name__ == "__main__":
    main()
