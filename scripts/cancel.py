"""Cancel a pending operation of the governor wallet: as the guardian at once, or by its owners with a proposal.

    python scripts/cancel.py --network sepolia --operation 0x…              (the guardian's keystore: sends)
    python scripts/cancel.py --network sepolia --operation 0x… --by-owners  (no key: writes a proposal to sign)
    brownie run cancel main operation=0x… yes --network sepolia

The guardian cannot cancel its own removal; the owners can cancel everything that is pending.
Exit codes: 0 cancelled or written, 1 refused (and why), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offchain.core.units import Key
from scripts.chain.sender import Call
from scripts.execute import NotPending, find_operation
from scripts.papers import agreement
from scripts.papers.operation import State
from scripts.procedure import Plan, Session, Step, open_session, parser, perform, run
from scripts.procedure.expected import GOVERNOR
from scripts.procedure.guardian import require_guardian
from scripts.procedure.proposals import VALID_SECONDS, offer, propose, vocabulary
from scripts.procedure.terminal import say
from scripts.procedure.wording import call_words
from scripts.procedure.words import utc
from scripts.propose import word


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = parser(__doc__ or "", acts=True)
    made.add_argument("--operation", required=True, help="its id, as verify.py and execute.py show it")
    made.add_argument("--by-owners", action="store_true", help="write a proposal in place of sending")
    made.add_argument("--nonce", type=int, help="the number of the owners' act; the wallet's next by default")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Cancel, or prepare it."""
    key = Key(word(arguments.operation))
    with open_session(arguments, acts=not arguments.by_owners) as session:
        facts = _facts(session, key)
        if arguments.by_owners:
            make = lambda nonce, deadline: agreement.cancellation(key, nonce, deadline)  # noqa: E731
            offer(session, propose(session, make, arguments.nonce, VALID_SECONDS), yes=arguments.yes, more=facts)
        else:
            cancel(session, key, facts)
    return 0


def cancel(session: Session, key: Key, facts: list[tuple[str, str]]) -> None:
    """Cancel as the guardian. Errors: NotGuardian, CallRefused (NotCancellable: its own removal)."""
    guardian, wallet = require_guardian(session), session.deployed(GOVERNOR)
    call = Call(wallet.address, wallet.calldata("cancel", key), abi=wallet.abi)
    step = Step(f"cancel 0x{key.hex()}", call, lambda receipt: say(f"The operation 0x{key.hex()} is cancelled."))
    perform(session, Plan("Cancel an operation", [("guardian", guardian), *facts], [step]))


def _facts(session: Session, key: Key) -> list[tuple[str, str]]:
    """What would be cancelled. Errors: NotPending."""
    wallet, known = session.deployed(GOVERNOR), vocabulary(session)
    state = State(wallet.read("getOperationState", key))
    if state not in (State.WAITING, State.READY):
        raise NotPending(f"the operation 0x{key.hex()} is {state.name.lower()}")
    calls = find_operation(session, key).steps
    facts = [("operation", f"{state.name.lower()}, ready at {utc(wallet.read('getTimestamp', key))}")]
    return facts + [("would have", call_words(step.target, step.value, step.payload, known)) for step in calls]


if __name__ == "__main__":
    main()
