"""Plan in words, ask, act, record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from web3.types import TxReceipt

from offchain.core.refusal import Refusal
from scripts.chain.contract import CallRefused
from scripts.chain.sender import Call, Sender, Signed, TransactionReverted
from scripts.papers.amount import format_native
from scripts.procedure.session import Session
from scripts.procedure.terminal import confirm, say, table


class InsufficientFunds(Refusal):
    """The paying account has less than the plan can cost."""


class CostRose(Refusal):
    """The plan would now cost more than was agreed to."""


def _keep_nothing(signed: Signed) -> None:
    """The chain is record enough."""


def _not_done() -> bool:
    return False


@dataclass(frozen=True)
class Step:
    """One deed: its words, what is sent, and how it is recorded.

    `call` is None where only a record is missing; `earlier` is the transaction that an earlier run signed for it.
    `journal` keeps a signed transaction before it leaves; `record` gets the receipt, None if nothing was sent;
    `is_done` answers whether somebody else has done it meanwhile, which is as good.
    """

    words: str
    call: Call | None
    record: Callable[[TxReceipt | None], None]
    earlier: Signed | None = None
    journal: Callable[[Signed], None] = _keep_nothing
    is_done: Callable[[], bool] = _not_done


@dataclass(frozen=True)
class Plan:
    """What is about to be done: a title, the facts that matter as (name, value), and the steps in order."""

    title: str
    facts: Sequence[tuple[str, str]]
    steps: Sequence[Step]


def perform(session: Session, plan: Plan) -> None:
    """Show the plan and its cost, ask, and carry the steps out one by one, each recorded before the next begins.

    Without anything to send, nothing is asked. Errors: Declined, InsufficientFunds, CostRose, those of Sender.
    """
    say(f"{plan.title} on {session.network.name} ({session.network.id}, chain {session.network.chain_id})")
    table(plan.facts)
    for number, step in enumerate(plan.steps, 1):
        say(f"  {number}. {step.words}")
    if not any(step.call for step in plan.steps):
        say("Nothing to send.")
        _carry_out(session, plan.steps, 0)
        return
    agreed = _show_cost(_sender(session), plan.steps)
    if not session.yes:
        confirm("Go ahead?")
    _carry_out(session, plan.steps, agreed)


def _show_cost(sender: Sender, steps: Sequence[Step]) -> int:
    """Say who pays and how much at most; answer that sum."""
    drafts = [sender.draft(step.call, bounded=True) for step in steps if step.call]
    gas, value = sum(draft.gas_cost for draft in drafts), sum(draft.value for draft in drafts)
    balance = sender.balance()
    rows = [
        ("payer", f"{sender.address}, which has {format_native(balance)}"),
        ("gas", f"at most {format_native(gas)}"),
    ]
    table(rows + [("value", format_native(value))] * bool(value))
    if balance < gas + value:
        raise InsufficientFunds(
            f"{sender.address} has {format_native(balance)}, the plan can cost {format_native(gas + value)}"
        )
    return gas + value


def _carry_out(session: Session, steps: Sequence[Step], agreed: int) -> None:
    for number, step in enumerate(steps, 1):
        say(f"{number}/{len(steps)} {step.words}")
        if step.call is None:
            step.record(None)
            continue
        try:
            transaction, cost = _send(_sender(session), step, step.call, agreed)
            agreed -= cost
            say(f"  sent {transaction}")
            receipt = _sender(session).wait(transaction, lambda progress: say(f"  {progress}"))
        except (CallRefused, TransactionReverted):
            if not step.is_done():
                raise
            say("  somebody else has done it meanwhile")
            step.record(None)
            continue
        step.record(receipt)


def _send(sender: Sender, step: Step, call: Call, agreed: int) -> tuple[str, int]:
    if step.earlier and sender.resend(step.earlier):
        return step.earlier.hash, 0
    draft = sender.draft(call)
    cost = draft.gas_cost + draft.value
    if cost > agreed:
        raise CostRose(f"it can now cost {format_native(cost)}, {format_native(agreed)} was agreed to: run again")
    return sender.send(draft, step.journal, step.earlier.nonce if step.earlier else None), cost


def _sender(session: Session) -> Sender:
    assert session.sender is not None, "a session that only reads cannot act"
    return session.sender
