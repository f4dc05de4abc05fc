"""How an agreed act is carried out: the call that hands it to the wallet, and the operation that it becomes."""

from collections.abc import Collection
from typing import Any

from eth_abi.abi import encode
from eth_utils.abi import function_signature_to_4byte_selector

from offchain.core.refusal import Refusal
from offchain.core.units import Address, Key, TokenUnits
from scripts.papers.agreement import Quorum, compact, quorum_of
from scripts.papers.operation import NO_PREDECESSOR, Operation, Step
from scripts.papers.proposal import Proposal


class ThresholdNotMet(Refusal):
    """Fewer owners agreed than must."""


def missing(proposal: Proposal, approvals: Collection[Address]) -> int:
    """How many owners must still agree; `approvals` are those who did so on chain."""
    return max(0, proposal.threshold - len({*proposal.signatures, *approvals}))


def quorum(proposal: Proposal, approvals: Collection[Address]) -> Quorum:
    """As many agreements as the threshold asks for, signatures first. Errors: ThresholdNotMet."""
    short = missing(proposal, approvals)
    if short:
        silent = [owner for owner in proposal.owners if owner not in {*proposal.signatures, *approvals}]
        raise ThresholdNotMet(
            f"{proposal.threshold - short} of {proposal.threshold} owners agreed; {short} of {', '.join(silent)} must"
        )
    agreed = {owner: compact(signature) for owner, signature in proposal.signatures.items()}
    agreed |= {owner: b"" for owner in approvals if owner not in agreed}
    chosen = dict(list(agreed.items())[: proposal.threshold])
    return quorum_of(proposal.threshold, proposal.owners, chosen)


def submission(proposal: Proposal, agreed: Quorum) -> tuple[str, tuple[Any, ...]]:
    """The wallet's function that takes the act, and its arguments."""
    fields, deadline = proposal.act.fields, proposal.act.deadline
    if proposal.act.kind == "Payment":
        return "pay", ((fields["to"], fields["amount"], fields["token"]), deadline, agreed)
    if proposal.act.kind == "Batch":
        return "payBatch", (fields["token"], fields["total"], _pairs(proposal), deadline, agreed)
    if proposal.act.kind == "OwnerChange":
        return "changeOwners", (fields["threshold"], fields["owners"], deadline, agreed)
    if proposal.act.kind == "Cancellation":
        return "cancelBySignatures", (fields["id"], deadline, agreed)
    calls = [(call["target"], call["value"], call["data"]) for call in fields["calls"]]
    return "schedule", (calls, fields["predecessor"], fields["delaySeconds"], deadline, agreed)


def becomes(proposal: Proposal) -> Operation | None:
    """The operation that the act becomes unless it is carried out at once; None for a cancellation.

    Its salt is the act's nonce. Source: interfaces/IMultiSig.sol.
    """
    fields, salt = proposal.act.fields, proposal.act.nonce.to_bytes(32)
    if proposal.act.kind == "Cancellation":
        return None
    if proposal.act.kind == "Operation":
        steps = tuple(Step(call["target"], TokenUnits(call["value"]), call["data"]) for call in fields["calls"])
        return Operation(steps, len(steps) > 1, Key(fields["predecessor"]), salt)
    if proposal.act.kind == "Payment":
        payment = (fields["to"], fields["amount"], fields["token"])
        data = _call("settle", ["(address,uint256,address)"], payment)
    elif proposal.act.kind == "Batch":
        data = _call("settleBatch", ["address", "(address,uint256)[]"], fields["token"], _pairs(proposal))
    else:
        values = (proposal.domain.owner_set, fields["threshold"], fields["owners"])
        data = _call("setOwners", ["bytes32", "uint256", "address[]"], *values)
    return Operation((Step(proposal.domain.wallet, TokenUnits(0), data),), False, NO_PREDECESSOR, salt)


def execution(operation: Operation) -> tuple[str, tuple[Any, ...]]:
    """The wallet's function that makes a ready operation's calls, and its arguments."""
    tail = (operation.predecessor, operation.salt)
    if not operation.batch:
        (step,) = operation.steps
        return "execute", (step.target, step.value, step.payload, *tail)
    columns = tuple([getattr(step, name) for step in operation.steps] for name in ("target", "value", "payload"))
    return "executeBatch", (*columns, *tail)


def _pairs(proposal: Proposal) -> list[tuple[Address, int]]:
    return [(payout["to"], payout["amount"]) for payout in proposal.act.fields["payouts"]]


def _call(name: str, types: list[str], *values: Any) -> bytes:
    return bytes(function_signature_to_4byte_selector(f"{name}({','.join(types)})")) + encode(types, values)
