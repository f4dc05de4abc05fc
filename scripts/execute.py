"""Carry a proposal on: hand an agreed act to the wallet, and later, once its operation is ready, execute that.

    python scripts/execute.py --network sepolia --file 0007-Payment-1a2b3c4d.json [--file the same, from other owners]
    python scripts/execute.py --network sepolia --operation 0x…     (a scheduled one, found by the wallet's events)
    brownie run execute main file=… yes --network sepolia

Signatures of several copies of the file are put together, approvals on chain counted. Anybody may send: the account is
the keystore's and only pays. Everything in the files is checked against the chain before anything is asked.
Exit codes: 0 carried on, 1 refused (and why; also: not ready yet), 2 wrong command line.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from web3.types import TxReceipt

from offchain.core.refusal import Refusal
from offchain.core.units import Address, Key
from scripts.chain.contract import Contract
from scripts.chain.sender import Call
from scripts.papers.operation import Operation, State, id_of
from scripts.papers.proposal import Proposal
from scripts.procedure import Plan, Session, Step, open_session, parser, perform, run
from scripts.procedure.carrying import becomes, execution, quorum, submission
from scripts.procedure.expected import GOVERNOR
from scripts.procedure.logs import first_block, read_events
from scripts.procedure.operations import scheduled_in
from scripts.procedure.proposals import approvals, load, noted, save, show, vocabulary
from scripts.procedure.terminal import say
from scripts.procedure.wording import call_words
from scripts.procedure.words import utc
from scripts.propose import InvalidProposal, word


class StaleOwners(Refusal):
    """The wallet has other owners now: what the former ones signed is void."""


class PastDeadline(Refusal):
    """The act was to be submitted earlier."""


class NotItsTurn(Refusal):
    """Acts with lower numbers come first."""


class NonceUsed(Refusal):
    """The wallet has carried out an act of this number, and no operation of this one is scheduled."""


class NotReady(Refusal):
    """The operation is still waiting."""


class NotPending(Refusal):
    """The operation is done, expired, cancelled, or was never scheduled."""


def main(*words: str) -> None:
    """Entry for Python and for `brownie run`."""
    made = parser(__doc__ or "", acts=True)
    made.add_argument("--file", type=Path, action="append", default=[], help="a proposal, or a copy of it")
    made.add_argument("--operation", help="the id of a scheduled operation")
    run(made, carry_out, words)


def carry_out(arguments: argparse.Namespace) -> int:
    """Submit or execute, whichever is next."""
    if bool(arguments.file) == bool(arguments.operation):
        raise InvalidProposal("name --file, once or more, or --operation")
    with open_session(arguments, acts=True) as session:
        if arguments.operation:
            execute(session, find_operation(session, Key(word(arguments.operation))))
        else:
            carry_on(session, load(arguments.file, session), arguments.file[0])
    return 0


def carry_on(session: Session, proposal: Proposal, path: Path) -> None:
    """Submit the act if its turn has come, else execute its operation; the file keeps what was done."""
    wallet = session.deployed(GOVERNOR)
    nonce = wallet.read("nonce")
    if proposal.act.nonce == nonce:
        submit(session, proposal, path)
        return
    show(session, proposal)
    if proposal.act.nonce > nonce:
        raise NotItsTurn(f"this is act {proposal.act.nonce}, the wallet is at act {nonce}: those before it go first")
    operation = becomes(proposal)
    if operation is None or wallet.read("getOperationState", id_of(operation)) == State.UNSET:
        raise NonceUsed(f"act {proposal.act.nonce} is over: it was carried out at once or cancelled, or was another")
    execute(session, operation, proposal, path)


def submit(session: Session, proposal: Proposal, path: Path) -> None:
    """Hand the act to the wallet. Errors: StaleOwners, PastDeadline, ThresholdNotMet, those of the wallet."""
    wallet = session.deployed(GOVERNOR)
    agreed = approvals(wallet, proposal)
    show(session, proposal, agreed)
    kept, now = wallet.read("ownerSet"), session.web3.eth.get_block("latest")["timestamp"]
    if kept != proposal.domain.owner_set:
        raise StaleOwners(f"the wallet's owner set is 0x{kept.hex()} now: propose anew, for its owners to sign")
    if now > proposal.act.deadline:
        raise PastDeadline(f"it was to be submitted by {utc(proposal.act.deadline)}: propose anew")
    name, arguments = submission(proposal, quorum(proposal, agreed))

    def record(receipt: TxReceipt | None) -> None:
        if receipt is not None:
            save(path, noted(proposal, "submitted", receipt))
        say(_outcome(wallet, proposal))

    call = Call(wallet.address, wallet.calldata(name, *arguments), abi=wallet.abi)
    step = Step(f"submit the act by {name}", call, record, is_done=lambda: _is_used(wallet, proposal))
    perform(session, Plan("Submit an act", [("wallet", wallet.address)], [step]))


def execute(session: Session, operation: Operation, proposal: Proposal | None = None, path: Path | None = None) -> None:
    """Make the calls of a ready operation. Errors: NotReady, NotPending, those of the wallet and of the calls."""
    wallet, key, known = session.deployed(GOVERNOR), id_of(operation), vocabulary(session)
    state, ready = State(wallet.read("getOperationState", key)), wallet.read("getTimestamp", key)
    if state == State.WAITING:
        raise NotReady(f"the operation 0x{key.hex()} becomes ready at {utc(ready)}")
    if state != State.READY:
        raise NotPending(f"the operation 0x{key.hex()} is {state.name.lower()}")
    facts = [("operation", f"0x{key.hex()}"), ("ready since", utc(ready))]
    facts.append(("expires", utc(ready + wallet.read("GRACE_SECONDS"))))
    facts += [("call", call_words(step.target, step.value, step.payload, known)) for step in operation.steps]
    name, arguments = execution(operation)

    def record(receipt: TxReceipt | None) -> None:
        if receipt is not None and proposal is not None and path is not None:
            save(path, noted(proposal, "executed", receipt))
        say(f"The operation 0x{key.hex()} is {State(wallet.read('getOperationState', key)).name.lower()}.")

    call = Call(wallet.address, wallet.calldata(name, *arguments), abi=[e for abi in known.abis.values() for e in abi])
    step = Step(
        "execute the operation", call, record, is_done=lambda: wallet.read("getOperationState", key) == State.DONE
    )
    perform(session, Plan("Execute an operation", facts, [step]))


def _outcome(wallet: Contract, proposal: Proposal) -> str:
    """What became of an act that was just submitted."""
    operation = becomes(proposal)
    if operation is None:
        return f"The operation 0x{proposal.act.fields['id'].hex()} is cancelled."
    key = id_of(operation)
    ready = wallet.read("getTimestamp", key)
    if not ready:
        return "Paid, at once."
    expires = utc(ready + wallet.read("GRACE_SECONDS"))
    return f"Scheduled: operation 0x{key.hex()}, ready at {utc(ready)}, expires at {expires}. Then run this again."


def _is_used(wallet: Contract, proposal: Proposal) -> bool:
    """Whether somebody else has submitted this very act: its operation stands, or it was paid and no other took it."""
    operation = becomes(proposal)
    return operation is not None and wallet.read("getOperationState", id_of(operation)) != State.UNSET


def find_operation(session: Session, key: Key) -> Operation:
    """The operation of this id, as the wallet's events tell it. Errors: NotPending, LogsRefused."""
    wallet = session.deployed(GOVERNOR)
    first, last = first_block(session.web3, Address(wallet.address)), session.web3.eth.block_number
    for scheduled in scheduled_in(read_events(wallet, ("CallScheduled", "CallSalt"), first, last)):
        if scheduled.id == key:
            return scheduled.operation
    raise NotPending(f"no event of {wallet.address} tells of an operation 0x{key.hex()}")


if __name__ == "__main__":
    main()
