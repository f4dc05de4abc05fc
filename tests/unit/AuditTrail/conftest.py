"""A contract with an audit trail, and its log as anyone can export it."""

import pytest
from brownie import web3

from offchain.core import audit


@pytest.fixture(scope="module")
def audited(deploy, governor):
    return deploy("AuditedLimits", governor)


@pytest.fixture
def exported():
    """All records of a contract, read from the chain's logs."""

    def exported(contract):
        topic = "0x" + audit.ACT_RECORDED.hex()
        logs = web3.eth.get_logs({"fromBlock": 0, "address": contract.address, "topics": [topic]})
        return [audit.record_of([bytes(topic) for topic in log["topics"]], bytes(log["data"])) for log in logs]

    return exported


@pytest.fixture
def proven(exported):
    """Prove the exported log of a contract complete, and return it."""

    def proven(contract):
        records = exported(contract)
        length = contract.auditLength()
        audit.verify(records, web3.eth.chain_id, contract.address, bytes(contract.auditHead()), length)
        return records

    return proven
