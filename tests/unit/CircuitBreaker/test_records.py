"""The audit trail of both contracts: a record for each privileged act, exactly one, and for nothing else."""

from dataclasses import dataclass

import pytest
from eth_abi import encode

from scripts.papers.audit import AuditRecord
from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.support import NATIVE, at, payment_id, reverts, send
from tests.unit.keys import DAY, Terms, payout

GOVERNOR_ROLE = bytes(32)
PRICE = 10**6


@pytest.fixture
def kinds(proven):
    """What acts are on the trail of a contract, in their order, by name."""
    return lambda contract: [each.kind.rstrip(b"\0").decode() for each in proven(contract)]


@pytest.fixture
def guardian_role(contract):
    return bytes(contract.GUARDIAN_ROLE())


def test_the_trail_begins_with_what_the_constructor_set(
    contract, deployer, governor, guardian, fee_recipient, proven, kinds
):
    role = ["bytes32", "address"]
    expected = [
        ("grantRole", encode(role, [GOVERNOR_ROLE, governor.address])),
        ("grantRole", encode(role, [bytes(contract.GUARDIAN_ROLE()), guardian.address])),
        ("setFee", encode(["uint16"], [0])),
        ("setFeeRecipient", encode(["address"], [fee_recipient.address])),
    ]
    records = proven(contract)
    assert list(zip(kinds(contract), [each.payload for each in records], strict=True)) == expected
    assert {(each.actor, each.at) for each in records} == {(deployer.address, contract.tx.timestamp)}


@dataclass(frozen=True)
class Act:
    """An act of the governor: its arguments, their types, and the governor's act that must come before it, if any."""

    arguments: tuple = ()
    types: tuple = ()
    after: str = ""


DELAY = GOVERNOR_DELAY_SECONDS + DAY
ACTS = {
    "setFee": Act((7,), ("uint16",)),
    "setFeeRecipient": Act(("stranger",), ("address",)),
    "grantRole": Act(("guardian role", "stranger"), ("bytes32", "address")),
    "revokeRole": Act(("guardian role", "stranger"), ("bytes32", "address"), after="grantRole"),
    "beginDefaultAdminTransfer": Act(("stranger",), ("address",)),
    "cancelDefaultAdminTransfer": Act(after="beginDefaultAdminTransfer"),
    "changeDefaultAdminDelay": Act((DELAY,), ("uint48",)),
    "rollbackDefaultAdminDelay": Act(after="changeDefaultAdminDelay"),
}


@pytest.fixture
def ready(contract, governor, stranger, guardian_role):
    """An act by its name, once what must come before it is done: the method, its arguments and their types."""
    named = {"stranger": stranger, "guardian role": guardian_role}

    def ready(kind):
        act = ACTS[kind]
        if act.after:
            method, arguments, _ = ready(act.after)
            send(governor, method, *arguments)
        return getattr(contract, kind), [named.get(each, each) for each in act.arguments], act.types

    return ready


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_of_the_governor_leaves_one_record(contract, governor, ready, kind, proven):
    method, arguments, types = ready(kind)
    length = contract.auditLength()
    tx = method(*arguments, {"from": governor})
    payload = encode(types, [getattr(value, "address", value) for value in arguments])
    head = bytes(contract.auditHead())
    kept = AuditRecord(length, governor.address, kind.encode().ljust(32, b"\0"), tx.timestamp, payload, head)
    assert proven(contract)[length:] == [kept]


@pytest.mark.parametrize("kind", ACTS)
def test_the_same_act_refused_to_a_stranger_leaves_none(contract, ready, merchant, kind):
    method, arguments, _ = ready(kind)
    head, length = contract.auditHead(), contract.auditLength()
    with reverts("AccessControlUnauthorizedAccount", merchant, GOVERNOR_ROLE):
        method(*arguments, {"from": merchant})
    assert (contract.auditHead(), contract.auditLength()) == (head, length)


@pytest.mark.parametrize("role", ["guardian", "governor"])
def test_a_pause_leaves_one_record_with_its_end(request, contract, role, proven, kinds):
    account = request.getfixturevalue(role)
    tx = contract.pause(DAY, {"from": account})
    assert proven(contract)[-1].payload == encode(["uint48"], [tx.timestamp + DAY])
    assert (kinds(contract)[4:], proven(contract)[-1].actor) == (["pause"], account.address)


def test_an_unpause_leaves_one_record_with_its_time(contract, governor, guardian, proven, kinds):
    contract.pause(DAY, {"from": guardian})
    tx = contract.unpause({"from": governor})
    assert kinds(contract)[4:] == ["pause", "unpause"]
    assert proven(contract)[-1].payload == encode(["uint48"], [tx.timestamp])


def test_a_refused_pause_leaves_no_record(contract, governor, guardian, stranger):
    until = contract.pause(DAY, {"from": guardian}).timestamp + DAY
    head, length = contract.auditHead(), contract.auditLength()
    with reverts("CoolingDown", until + 7 * DAY):
        contract.pause(DAY, {"from": guardian})
    with reverts("InvalidPause", 0, 14 * DAY):
        contract.pause(0, {"from": governor})
    with reverts("AccessControlUnauthorizedAccount", stranger, bytes(contract.GUARDIAN_ROLE())):
        contract.pause(DAY, {"from": stranger})
    assert (contract.auditHead(), contract.auditLength()) == (head, length)


def test_a_handover_leaves_a_record_of_each_of_its_steps(contract, governor, stranger, proven, kinds):
    schedule = contract.beginDefaultAdminTransfer(stranger, {"from": governor}).timestamp + GOVERNOR_DELAY_SECONDS
    at(schedule + 1)
    contract.acceptDefaultAdminTransfer({"from": stranger})
    assert kinds(contract)[4:] == ["beginDefaultAdminTransfer", "revokeRole", "grantRole"]
    revoked, granted = proven(contract)[-2:]
    assert revoked.payload == encode(["bytes32", "address"], [GOVERNOR_ROLE, governor.address])
    assert granted.payload == encode(["bytes32", "address"], [GOVERNOR_ROLE, stranger.address])


def test_a_guardian_that_lays_its_duty_down_leaves_a_record(contract, guardian, guardian_role, proven, kinds):
    contract.renounceRole(guardian_role, guardian, {"from": guardian})
    assert kinds(contract)[4:] == ["revokeRole"]
    assert proven(contract)[-1].actor == guardian.address


def test_a_guardian_appointed_again_leaves_a_record_each_time(
    contract, governor, guardian, guardian_role, proven, kinds
):
    for _ in range(2):
        contract.grantRole(guardian_role, guardian, {"from": governor})
    assert kinds(contract)[4:] == ["grantRole", "grantRole"]
    assert proven(contract)[-1].payload == encode(["bytes32", "address"], [guardian_role, guardian.address])


def test_a_role_revoked_from_somebody_who_has_none_changes_nothing_and_leaves_no_record(
    contract, governor, stranger, guardian_role, kinds
):
    contract.revokeRole(guardian_role, stranger, {"from": governor})
    assert kinds(contract)[4:] == []


def test_a_heartbeat_is_no_privilege_and_leaves_no_record(contract, guardian, kinds):
    contract.heartbeat({"from": guardian})
    assert kinds(contract)[4:] == []


def test_payments_and_sweeps_leave_no_record(processor, governor, payer, merchant, token, kinds):
    processor.configureLimit(NATIVE, PRICE, DAY, {"from": governor})
    processor.setFee(100, {"from": governor})
    head = processor.auditHead()
    invoice = payment_id("invoice 1")
    processor.processPayment(merchant, PRICE, invoice, {"from": payer, "value": PRICE})
    processor.processTokenPayment(token, merchant, PRICE, invoice, {"from": payer})
    processor.processBatch(token, [payout(merchant, PRICE)], PRICE, invoice, {"from": payer})
    processor.refund(token, merchant, PRICE, invoice, {"from": merchant})
    processor.sweep(NATIVE, {"from": payer})
    assert (processor.auditHead(), kinds(processor)[4:]) == (head, ["configureLimit", "setFee"])


def test_escrows_and_balances_leave_no_record(secure, chain, payer, merchant, kinds):
    now = chain[-1].timestamp
    agreed = Terms(payer.address, merchant.address, NATIVE, PRICE, now + DAY, now + 2 * DAY, 0, 500, 1)
    secure.authorize(agreed, {"from": payer, "value": PRICE})
    secure.capture(agreed, PRICE // 2, {"from": merchant})
    secure.refund(agreed, 1, {"from": merchant, "value": 1})
    secure.void(agreed, {"from": merchant})
    secure.deposit({"from": payer, "value": PRICE})
    secure.withdraw(PRICE, {"from": payer})
    assert kinds(secure)[4:] == []
