"""The calls that the machine of governance makes, as bytes."""

from functools import cache, lru_cache

from tests.model.calldata import calldata as encoded
from tests.model.calldata import selector_of
from tests.model.wallet import EXECUTE, EXECUTE_BATCH, QUORUM

DAY = 24 * 3600
PAY = f"pay((address,uint256,address),uint256,{QUORUM})"
PAY_BATCH = f"payBatch(address,uint256,(address,uint256)[],uint256,{QUORUM})"
CHANGE_OWNERS = f"changeOwners(uint256,address[],uint256,{QUORUM})"
SCHEDULE = f"schedule((address,uint256,bytes)[],bytes32,uint256,uint256,{QUORUM})"
CANCEL_BY_SIGNATURES = f"cancelBySignatures(bytes32,uint256,{QUORUM})"
BY_QUORUM = {selector_of(each) for each in (PAY, PAY_BATCH, CHANGE_OWNERS, SCHEDULE, CANCEL_BY_SIGNATURES)}
BY_ANYONE = {selector_of(EXECUTE), selector_of(EXECUTE_BATCH)}


def calldata(signature, *arguments):
    """A call as bytes; many are asked again after every step."""
    return _encoded(signature, _frozen(arguments))


@lru_cache(2**14)
def _encoded(signature, arguments):
    return encoded(signature, *arguments)


def _frozen(value):
    return tuple(_frozen(each) for each in value) if isinstance(value, list | tuple) else value


@cache
def execution(scheduled):
    """The call that executes an operation."""
    steps, tail = scheduled.steps, (scheduled.predecessor, scheduled.salt)
    if scheduled.batch:
        columns = ([getattr(step, name) for step in steps] for name in ("target", "value", "payload"))
        return calldata(EXECUTE_BATCH, *columns, *tail)
    (step,) = steps
    return calldata(EXECUTE, step.target, step.value, step.payload, *tail)


def submitted(act):
    """The arguments with which an act is submitted, in front of deadline and quorum."""
    fields = act.fields
    if act.kind == "Payment":
        return ((fields["to"], fields["amount"], fields["token"]),)
    if act.kind == "Batch":
        return fields["token"], fields["total"], [(row["to"], row["amount"]) for row in fields["payouts"]]
    if act.kind == "OwnerChange":
        return fields["threshold"], fields["owners"]
    if act.kind == "Operation":
        rows = [(row["target"], row["value"], row["data"]) for row in fields["calls"]]
        return rows, fields["predecessor"], fields["delaySeconds"]
    return (fields["id"],)
