"""The audit trail of a contract as a test reads it: the record of an act, and the log that anyone can export."""

from brownie import web3
from eth_abi import encode

from offchain.core import audit
from tests.support import event


def record(tx, contract, actor, kind, types=(), values=()):
    """The event of the newest record, made in `tx`: `actor` did `kind`, and these values are what was changed."""
    payload = encode(list(types), [getattr(value, "address", value) for value in values])
    index, head = contract.auditLength() - 1, contract.auditHead()
    return event("ActRecorded", index, actor, kind.encode().ljust(32, b"\0"), tx.timestamp, payload, head)


def exported(contract):
    """All records of a contract, read from the chain's logs."""
    topic = "0x" + audit.ACT_RECORDED.hex()
    logs = web3.eth.get_logs({"fromBlock": 0, "address": contract.address, "topics": [topic]})
    return [audit.record_of([bytes(topic) for topic in log["topics"]], bytes(log["data"])) for log in logs]


def proven(contract):
    """The same, proven complete against the head that the contract holds."""
    records = exported(contract)
    head, length = bytes(contract.auditHead()), contract.auditLength()
    audit.verify(records, web3.eth.chain_id, contract.address, head, length)
    return records
