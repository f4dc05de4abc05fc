"""unpause: the governor ends a pause early."""

import pytest

from tests.support import at, emitted, event, reverts
from tests.unit.trail import record

DAY = 24 * 3600
COOL_DOWN_SECONDS = 7 * DAY
GOVERNOR_ROLE = bytes(32)


def test_the_governor_ends_a_pause(contract, governor, guardian):
    contract.pause(DAY, {"from": guardian})
    tx = contract.unpause({"from": governor})
    assert contract.pausedUntil() == tx.timestamp
    kept = record(tx, contract, governor, "unpause", ["uint48"], [tx.timestamp])
    assert emitted(tx, contract) == [event("Unpaused", governor, tx.timestamp), kept]


@pytest.mark.parametrize("role", ["guardian", "stranger", "fee_recipient", "deployer"])
def test_nobody_else_ends_a_pause(request, contract, guardian, role):
    account = request.getfixturevalue(role)
    until = contract.pause(DAY, {"from": guardian}).timestamp + DAY
    with reverts("AccessControlUnauthorizedAccount", account, GOVERNOR_ROLE):
        contract.unpause({"from": account})
    assert contract.pausedUntil() == until


def test_unpause_without_a_pause_reverts(contract, governor):
    with reverts("NotPaused"):
        contract.unpause({"from": governor})


@pytest.mark.parametrize("late", [0, 1])
def test_unpause_once_the_pause_has_ended_reverts(contract, governor, guardian, late):
    until = contract.pause(DAY, {"from": guardian}).timestamp + DAY
    at(until + late)
    with reverts("NotPaused"):
        contract.unpause({"from": governor})
    assert contract.pausedUntil() == until


def test_unpause_in_the_last_second_of_the_pause(contract, governor, guardian):
    until = contract.pause(DAY, {"from": guardian}).timestamp + DAY
    at(until - 1)
    contract.unpause({"from": governor})
    assert contract.pausedUntil() == until - 1


def test_a_second_unpause_reverts(contract, governor, guardian):
    contract.pause(DAY, {"from": guardian})
    contract.unpause({"from": governor})
    with reverts("NotPaused"):
        contract.unpause({"from": governor})


def test_the_guardians_cool_down_starts_with_the_unpause(contract, governor, guardian):
    contract.pause(DAY, {"from": guardian})
    ready = contract.unpause({"from": governor}).timestamp + COOL_DOWN_SECONDS
    at(ready - 1)
    with reverts("CoolingDown", ready):
        contract.pause(DAY, {"from": guardian})
    at(ready)
    contract.pause(DAY, {"from": guardian})
    assert contract.pausedUntil() == ready + DAY
