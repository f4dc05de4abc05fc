"""heartbeat: a guardian's power lapses when nothing is heard from it for half a year."""

import pytest

from tests.support import at, emitted, event, reverts

DAY = 24 * 3600
HEARTBEAT_SECONDS = 180 * DAY
GOVERNOR_ROLE = bytes(32)


@pytest.fixture
def guardian_role(contract):
    return bytes(contract.GUARDIAN_ROLE())


def test_a_guardian_may_be_silent_for_half_a_year(contract):
    assert contract.HEARTBEAT_SECONDS() == HEARTBEAT_SECONDS


def test_the_time_of_the_first_guardian_runs_from_deployment(contract, guardian):
    until = contract.tx.timestamp + HEARTBEAT_SECONDS
    assert contract.heartbeatUntil(guardian) == until
    heard = [entry for entry in emitted(contract.tx, contract) if entry[0] == "GuardianHeard"]
    assert heard == [event("GuardianHeard", guardian, until)]


def test_a_heartbeat_prolongs_the_power(contract, guardian):
    at(contract.tx.timestamp + 30 * DAY)
    tx = contract.heartbeat({"from": guardian})
    until = tx.timestamp + HEARTBEAT_SECONDS
    assert contract.heartbeatUntil(guardian) == until
    assert emitted(tx, contract) == [event("GuardianHeard", guardian, until)]


def test_a_pause_is_a_sign_of_life_too(contract, guardian):
    at(contract.tx.timestamp + 30 * DAY)
    tx = contract.pause(DAY, {"from": guardian})
    assert contract.heartbeatUntil(guardian) == tx.timestamp + HEARTBEAT_SECONDS


@pytest.mark.parametrize("act", ["heartbeat", "pause"])
def test_a_guardian_is_heard_in_the_last_second(contract, guardian, act):
    at(contract.heartbeatUntil(guardian) - 1)
    tx = contract.pause(DAY, {"from": guardian}) if act == "pause" else contract.heartbeat({"from": guardian})
    assert contract.heartbeatUntil(guardian) == tx.timestamp + HEARTBEAT_SECONDS


@pytest.mark.parametrize("late", [0, 1, 10 * 365 * DAY])
@pytest.mark.parametrize("act", ["heartbeat", "pause"])
def test_a_guardian_that_was_silent_too_long_can_do_nothing(contract, guardian, act, late):
    until = contract.heartbeatUntil(guardian)
    at(until + late)
    with reverts("GuardianLapsed", guardian, until):
        contract.pause(DAY, {"from": guardian}) if act == "pause" else contract.heartbeat({"from": guardian})
    assert (contract.pausedUntil(), contract.heartbeatUntil(guardian)) == (0, until)


def test_a_refused_pause_is_no_sign_of_life(contract, governor, guardian):
    contract.pause(DAY, {"from": governor})
    until = contract.heartbeatUntil(guardian)
    with reverts("CoolingDown", contract.pausedUntil() + 7 * DAY):
        contract.pause(DAY, {"from": guardian})
    assert contract.heartbeatUntil(guardian) == until


def test_the_governor_brings_a_lapsed_guardian_back_by_appointing_it_again(contract, governor, guardian, guardian_role):
    at(contract.heartbeatUntil(guardian))
    tx = contract.grantRole(guardian_role, guardian, {"from": governor})
    until = tx.timestamp + HEARTBEAT_SECONDS
    assert contract.heartbeatUntil(guardian) == until
    assert event("GuardianHeard", guardian, until) in emitted(tx, contract)
    assert [name for name, *_ in emitted(tx, contract)].count("ActRecorded") == 1
    contract.pause(DAY, {"from": guardian})
    assert contract.pausedUntil() != 0


def test_a_lapsed_guardian_cannot_appoint_itself_again(contract, guardian, guardian_role):
    until = contract.heartbeatUntil(guardian)
    at(until)
    with reverts("AccessControlUnauthorizedAccount", guardian, GOVERNOR_ROLE):
        contract.grantRole(guardian_role, guardian, {"from": guardian})
    assert contract.heartbeatUntil(guardian) == until


def test_a_new_guardian_begins_to_live_when_it_is_appointed(contract, governor, stranger, guardian_role):
    assert contract.heartbeatUntil(stranger) == 0
    at(contract.tx.timestamp + HEARTBEAT_SECONDS + DAY)
    tx = contract.grantRole(guardian_role, stranger, {"from": governor})
    assert contract.heartbeatUntil(stranger) == tx.timestamp + HEARTBEAT_SECONDS
    contract.pause(DAY, {"from": stranger})


def test_one_guardian_does_not_live_by_another_s_heartbeat(contract, governor, guardian, stranger, guardian_role):
    contract.grantRole(guardian_role, stranger, {"from": governor})
    at(contract.tx.timestamp + 30 * DAY)
    contract.heartbeat({"from": stranger})
    assert contract.heartbeatUntil(guardian) == contract.tx.timestamp + HEARTBEAT_SECONDS


def test_a_revoked_guardian_shows_no_life(contract, governor, guardian, guardian_role):
    until = contract.heartbeatUntil(guardian)
    contract.revokeRole(guardian_role, guardian, {"from": governor})
    with reverts("AccessControlUnauthorizedAccount", guardian, guardian_role):
        contract.heartbeat({"from": guardian})
    assert contract.heartbeatUntil(guardian) == until


@pytest.mark.parametrize("role", ["governor", "stranger", "fee_recipient", "deployer"])
def test_nobody_else_has_a_heartbeat(request, contract, guardian_role, role):
    account = request.getfixturevalue(role)
    with reverts("AccessControlUnauthorizedAccount", account, guardian_role):
        contract.heartbeat({"from": account})
    assert contract.heartbeatUntil(account) == 0


def test_the_governor_pauses_without_a_heartbeat(contract, governor):
    at(contract.tx.timestamp + 10 * HEARTBEAT_SECONDS)
    contract.pause(DAY, {"from": governor})
    assert contract.heartbeatUntil(governor) == 0
