"""Propose that the governor wallet puts another attestor set in office at one end of a bridge. Sends nothing.

    python scripts/rotate_attestors.py --network base-sepolia --contract qUSDC --remove 0x… --add 0x… [--threshold 2]
    brownie run rotate_attestors main contract=qUSDC remove=0x… add=0x… yes --network base-sepolia

What the former set signed is worth nothing from then on: whatever it attested and has not arrived is signed again. Each
end has a set of its own, so a change of people is two of these. The owners sign the proposal (approve.py), it is
submitted, and it runs after the wallet's delay (execute.py). If a key was stolen, let the guardian pause first.
Exit codes: 0 written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.refusal import Refusal
from offchain.core.units import Address
from scripts.papers.agreement import in_order
from scripts.papers.bridge import MAX_ATTESTORS
from scripts.papers.invoice import parse_address
from scripts.procedure import Session, open_session, run
from scripts.procedure.bridgeheads import Bridgehead, find_end, near
from scripts.procedure.governing import propose_call
from scripts.procedure.queue import end_parser
from scripts.procedure.terminal import say


class InvalidSet(Refusal):
    """The attestors and the threshold make no set that may be in office."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = end_parser(__doc__ or "")
    made.add_argument("--add", action="append", default=[], help="a new attestor")
    made.add_argument("--remove", action="append", default=[], help="an attestor of today")
    made.add_argument("--threshold", type=int, help="how many must sign from then on; as today by default")
    made.add_argument("--nonce", type=int, help="the number of the act; the wallet's next by default")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Work out the set, and write the proposal."""
    with open_session(arguments, acts=False) as session:
        rotate_attestors(session, arguments)
    return 0


def rotate_attestors(session: Session, arguments: argparse.Namespace) -> None:
    """Write the proposal. Errors: UnknownEnd, InvalidSet, InvalidAddress, WouldRevert, Declined."""
    head = near(session, find_end(session, arguments.contract))
    threshold, today = head.attestors()
    leaving = {parse_address(text, "an attestor to remove") for text in arguments.remove}
    coming = [parse_address(text, "an attestor to add") for text in arguments.add]
    if not leaving <= set(today):
        raise InvalidSet(f"{', '.join(sorted(leaving - set(today)))} is no attestor of today")
    chosen = in_order([*(attestor for attestor in today if attestor not in leaving), *coming])
    needed = threshold if arguments.threshold is None else arguments.threshold
    _require_set(session, head, needed, chosen)
    epoch = head.contract.read("epoch")
    in_office = "in office" if head.contract.read("attestorSet") != bytes(32) else "none, since an equivocation"
    facts = [
        ("end", head.title),
        ("set of today", f"{threshold} of {', '.join(today)} (epoch {epoch}: {in_office})"),
        ("set from then on", f"{needed} of {', '.join(chosen)} (epoch {epoch + 1})"),
    ]
    propose_call(session, head.end.name, head.contract, "rotate", (needed, chosen), facts, arguments)
    say("Once it is executed, for verify.py, params.json is to say under `changed`:")
    changed = {"attestors": chosen, "threshold": needed}
    say(json.dumps({"changed": {"bridge": {head.end.name: changed}}}, indent=2))


def _require_set(session: Session, head: Bridgehead, threshold: int, attestors: Sequence[Address]) -> None:
    if not 0 < len(attestors) <= MAX_ATTESTORS or len(set(attestors)) != len(attestors):
        raise InvalidSet(f"a set has 1 to {MAX_ATTESTORS} attestors, each once")
    if not 0 < threshold <= len(attestors):
        raise InvalidSet(f"{threshold} of {len(attestors)} attestors cannot sign")
    if session.network.is_live and threshold == 1:
        raise InvalidSet("one key must not make money alone: at least 2 must sign on a live network")
    guardian = session.params.in_force.governance.guardian
    if guardian in attestors:
        raise InvalidSet(f"{guardian} is the guardian: who stops must not be one who acts")
    for attestor in attestors:
        if head.contract.read("isDisabled", attestor):
            raise InvalidSet(f"{attestor} signed two states that exclude each other once: it is disabled for good")


if __name__ == "__main__":
    main()
