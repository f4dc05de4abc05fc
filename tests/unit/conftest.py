"""Mocks by name, tokens of every kind, the check that a refused call moved nothing, and audit trails as exported."""

from contextlib import contextmanager

import pytest
from brownie import project, web3

from scripts.papers import audit
from tests.support import NATIVE, holdings, reverts, send

INFINITE = 2**256 - 1
MINTED = 10**24


@pytest.fixture(scope="module")
def deploy(deployer):
    """Deploy a contract by name."""
    return lambda name, *arguments: deployer.deploy(getattr(project.get_loaded_projects()[0], name), *arguments)


@pytest.fixture(scope="module")
def token_named(deploy, payer, merchant, processor, secure):
    """A mock token by name, of which payer and merchant hold 10^24 and have approved both contracts."""

    def build(name):
        token = deploy(name)
        for holder in (payer, merchant):
            send(holder, token.mint, holder, MINTED)
            for spender in (processor, secure):
                send(holder, token.approve, spender, INFINITE)
        return token

    return build


@pytest.fixture(scope="module")
def wallet(deploy):
    """A contract that holds coin and pays it out: a smart-contract wallet, whose receipt of coin costs 30,000 gas."""
    wallet = deploy("GasEatingReceiver")
    wallet.setAppetite(30_000)
    return wallet


@pytest.fixture(scope="module")
def refuser(deploy):
    """A contract that does not take native coin until told to."""
    return deploy("RevertingReceiver")


@pytest.fixture(scope="module")
def forcer(deploy):
    return deploy("Forcer")


@pytest.fixture(scope="module")
def receiver(deploy):
    """A contract that calls back when it receives coin."""
    return deploy("ReentrantReceiver")


@pytest.fixture(scope="module")
def hook(deploy, payer, merchant, processor, secure):
    """A token that calls back; it holds and has approved some of itself, so that what it calls would be good."""
    token = deploy("ReentrantToken")
    for holder in (payer, merchant, token):
        send(payer, token.mint, holder, MINTED)
    for spender in (processor, secure):
        for holder in (payer, merchant):
            send(holder, token.approve, spender, INFINITE)
        send(payer, token.execute, token, 0, token.approve.encode_input(spender, INFINITE))
    return token


@pytest.fixture
def refused(processor, secure, payer, merchant, stranger, governor, fee_recipient):
    """Expect exactly this typed error, and that no balance of anybody's in native coin or in `assets` has moved."""
    everyone = (processor, secure, payer, merchant, stranger, governor, fee_recipient)

    @contextmanager
    def refused(error, *values, assets=()):
        before = holdings((NATIVE, *assets), everyone)
        with reverts(error, *values):
            yield
        assert holdings((NATIVE, *assets), everyone) == before

    return refused


@pytest.fixture
def paused_until(chain, governor):
    """Pause a contract for a day and say until when."""

    def pause(contract):
        return pause_seconds + contract.pause(pause_seconds, {"from": governor}).timestamp

    pause_seconds = 24 * 3600
    return pause


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
