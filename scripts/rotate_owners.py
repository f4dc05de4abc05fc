"""Replace owners of the governor wallet: first the proposal, and after the delay its execution.

    python scripts/rotate_owners.py --network sepolia --remove 0x… --add 0x… [--threshold 2]
    python scripts/rotate_owners.py --network sepolia --file 0007-OwnerChange-1a2b3c4d.json
    brownie run rotate_owners main remove=0x… add=0x… yes --network sepolia

The first form writes a proposal; the owners of today sign it by approve.py. The second submits it, and once its delay
has passed executes it. With the change every signature under the former owners is void, pending operations stay.
Exit codes: 0 done, 1 refused (and why; also: not ready yet), 2 wrong command line.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.execute import carry_on
from scripts.papers.invoice import parse_address
from scripts.procedure import Session, open_session, parser, run
from scripts.procedure.expected import GOVERNOR
from scripts.procedure.proposals import VALID_SECONDS, load, offer, owners_in_force, propose
from scripts.procedure.terminal import say
from scripts.propose import InvalidProposal, owner_change


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = parser(__doc__ or "", acts=True)
    made.add_argument("--add", action="append", default=[], help="a new owner")
    made.add_argument("--remove", action="append", default=[], help="an owner of today")
    made.add_argument("--threshold", type=int, help="how many must sign from then on; as today by default")
    made.add_argument("--nonce", type=int, help="the number of the act; the wallet's next by default")
    made.add_argument("--file", type=Path, action="append", default=[], help="the signed proposal, or a copy of it")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Propose the change, or carry it on."""
    asked = bool(arguments.add or arguments.remove or arguments.threshold)
    if asked == bool(arguments.file):
        raise InvalidProposal("name --add, --remove and --threshold, or --file")
    with open_session(arguments, acts=bool(arguments.file)) as session:
        if asked:
            _propose(session, arguments)
            return 0
        proposal = load(arguments.file, session)
        if proposal.act.kind != "OwnerChange":
            raise InvalidProposal(f"the proposal is a {proposal.act.kind}, not a change of owners: see execute.py")
        carry_on(session, proposal, arguments.file[0])
        threshold, owners = owners_in_force(session, session.deployed(GOVERNOR))
        if (threshold, list(owners)) == (proposal.act.fields["threshold"], proposal.act.fields["owners"]):
            changed = {"owners": list(owners), "threshold": threshold}
            say("The wallet has its new owners. For verify.py, params.json is to say under `changed`:")
            say(json.dumps({"changed": changed}, indent=2))
    return 0


def _propose(session: Session, arguments: argparse.Namespace) -> None:
    threshold, owners = owners_in_force(session, session.deployed(GOVERNOR))
    leaving = {parse_address(text, "an owner to remove") for text in arguments.remove}
    coming = [parse_address(text, "an owner to add") for text in arguments.add]
    if not leaving <= set(owners):
        raise InvalidProposal(f"{', '.join(sorted(leaving - set(owners)))} is no owner of today")
    remaining = [str(owner) for owner in owners if owner not in leaving]
    make, facts = owner_change(session, arguments.threshold or threshold, [*remaining, *coming])
    offer(session, propose(session, make, arguments.nonce, VALID_SECONDS), yes=arguments.yes, more=facts)


if __name__ == "__main__":
    main()
