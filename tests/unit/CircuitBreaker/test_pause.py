"""pause: the guardian stops entry for a bounded time, the governor at any time."""

import pytest

from tests.support import at, emitted, event, reverts
from tests.unit.trail import record

DAY = 24 * 3600
MAX_PAUSE_SECONDS = 14 * DAY
COOL_DOWN_SECONDS = 7 * DAY
HEARTBEAT_SECONDS = 180 * DAY


@pytest.mark.parametrize("role", ["guardian", "governor"])
def test_guardian_and_governor_pause(request, contract, role):
    account = request.getfixturevalue(role)
    tx = contract.pause(DAY, {"from": account})
    until = tx.timestamp + DAY
    assert contract.pausedUntil() == until
    heard = [event("GuardianHeard", account, tx.timestamp + HEARTBEAT_SECONDS)] if role == "guardian" else []
    kept = record(tx, contract, account, "pause", ["uint48"], [until])
    assert emitted(tx, contract) == [*heard, event("Paused", account, until), kept]


def test_there_is_no_pause_at_first(contract):
    assert contract.pausedUntil() == 0


def test_the_bounds_are_a_fortnight_and_a_week(contract):
    assert contract.MAX_PAUSE_SECONDS() == MAX_PAUSE_SECONDS
    assert contract.COOL_DOWN_SECONDS() == COOL_DOWN_SECONDS


@pytest.mark.parametrize("role", ["stranger", "fee_recipient", "deployer", "merchant"])
def test_nobody_else_pauses(request, contract, role):
    account = request.getfixturevalue(role)
    with reverts("AccessControlUnauthorizedAccount", account, bytes(contract.GUARDIAN_ROLE())):
        contract.pause(DAY, {"from": account})
    assert contract.pausedUntil() == 0


@pytest.mark.parametrize("role", ["guardian", "governor"])
@pytest.mark.parametrize("seconds", [0, MAX_PAUSE_SECONDS + 1, 2**48 - 1])
def test_a_pause_out_of_bounds_reverts(request, contract, role, seconds):
    with reverts("InvalidPause", seconds, MAX_PAUSE_SECONDS):
        contract.pause(seconds, {"from": request.getfixturevalue(role)})
    assert contract.pausedUntil() == 0


@pytest.mark.parametrize("seconds", [1, MAX_PAUSE_SECONDS])
def test_the_shortest_and_the_longest_pause(contract, guardian, seconds):
    tx = contract.pause(seconds, {"from": guardian})
    assert contract.pausedUntil() == tx.timestamp + seconds


def test_the_guardian_cannot_pause_again_during_a_pause(contract, guardian):
    until = contract.pause(DAY, {"from": guardian}).timestamp + DAY
    with reverts("CoolingDown", until + COOL_DOWN_SECONDS):
        contract.pause(DAY, {"from": guardian})
    assert contract.pausedUntil() == until


@pytest.mark.parametrize("early", [1, COOL_DOWN_SECONDS])
def test_the_guardian_cannot_pause_again_during_the_cool_down(contract, guardian, early):
    until = contract.pause(DAY, {"from": guardian}).timestamp + DAY
    ready = until + COOL_DOWN_SECONDS
    at(ready - early)
    with reverts("CoolingDown", ready):
        contract.pause(DAY, {"from": guardian})
    assert contract.pausedUntil() == until


@pytest.mark.parametrize("late", [0, 1])
def test_the_guardian_can_pause_again_once_the_cool_down_is_over(contract, guardian, late):
    ready = contract.pause(DAY, {"from": guardian}).timestamp + DAY + COOL_DOWN_SECONDS
    at(ready + late)
    contract.pause(DAY, {"from": guardian})
    assert contract.pausedUntil() == ready + late + DAY


def test_the_guardian_cools_down_after_the_governors_pause_too(contract, governor, guardian):
    until = contract.pause(DAY, {"from": governor}).timestamp + DAY
    with reverts("CoolingDown", until + COOL_DOWN_SECONDS):
        contract.pause(DAY, {"from": guardian})


def test_the_governor_renews_a_pause_at_any_time(contract, governor, guardian):
    contract.pause(DAY, {"from": guardian})
    tx = contract.pause(MAX_PAUSE_SECONDS, {"from": governor})
    until = tx.timestamp + MAX_PAUSE_SECONDS
    assert contract.pausedUntil() == until
    kept = record(tx, contract, governor, "pause", ["uint48"], [until])
    assert emitted(tx, contract) == [event("Paused", governor, until), kept]


def test_the_governor_pauses_during_the_cool_down(contract, governor, guardian):
    until = contract.pause(DAY, {"from": guardian}).timestamp + DAY
    at(until + 1)
    contract.pause(DAY, {"from": governor})
    assert contract.pausedUntil() == until + 1 + DAY


def test_a_guardian_whose_role_is_revoked_cannot_pause(contract, governor, guardian):
    role = bytes(contract.GUARDIAN_ROLE())
    contract.revokeRole(role, guardian, {"from": governor})
    with reverts("AccessControlUnauthorizedAccount", guardian, role):
        contract.pause(DAY, {"from": guardian})


def test_a_guardian_appointed_by_the_governor_can_pause(contract, governor, stranger):
    contract.grantRole(contract.GUARDIAN_ROLE(), stranger, {"from": governor})
    tx = contract.pause(DAY, {"from": stranger})
    assert contract.pausedUntil() == tx.timestamp + DAY
