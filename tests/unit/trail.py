"""The record that an act leaves on a contract's audit trail, as an event."""

from eth_abi import encode

from tests.support import event


def record(tx, contract, actor, kind, types=(), values=()):
    """The event of the newest record, made in `tx`: `actor` did `kind`, and these values are what was changed."""
    payload = encode(list(types), [getattr(value, "address", value) for value in values])
    index, head = contract.auditLength() - 1, contract.auditHead()
    return event("ActRecorded", index, actor, kind.encode().ljust(32, b"\0"), tx.timestamp, payload, head)
