"""The governor's power passes on in two delayed steps, and in no other way."""

import pytest

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.support import at, reverts

GOVERNOR_ROLE = bytes(32)
DAY = 24 * 3600


def test_power_passes_when_the_heir_accepts_after_the_delay(contract, governor, stranger):
    schedule = contract.beginDefaultAdminTransfer(stranger, {"from": governor}).timestamp + GOVERNOR_DELAY_SECONDS
    assert contract.pendingDefaultAdmin() == (stranger, schedule)
    at(schedule + 1)
    contract.acceptDefaultAdminTransfer({"from": stranger})
    assert contract.defaultAdmin() == stranger
    contract.setFee(1, {"from": stranger})
    with reverts("AccessControlUnauthorizedAccount", governor, GOVERNOR_ROLE):
        contract.setFee(2, {"from": governor})
    assert contract.feeBps() == 1


@pytest.mark.parametrize("early", [0, 1, GOVERNOR_DELAY_SECONDS - 1])
def test_the_heir_cannot_accept_before_the_delay_is_over(contract, governor, stranger, early):
    schedule = contract.beginDefaultAdminTransfer(stranger, {"from": governor}).timestamp + GOVERNOR_DELAY_SECONDS
    at(schedule - early)
    with reverts("AccessControlEnforcedDefaultAdminDelay", schedule):
        contract.acceptDefaultAdminTransfer({"from": stranger})
    assert contract.defaultAdmin() == governor


def test_only_the_heir_accepts(contract, governor, guardian, stranger):
    schedule = contract.beginDefaultAdminTransfer(stranger, {"from": governor}).timestamp + GOVERNOR_DELAY_SECONDS
    at(schedule + 1)
    with reverts("AccessControlInvalidDefaultAdmin", guardian):
        contract.acceptDefaultAdminTransfer({"from": guardian})
    assert contract.defaultAdmin() == governor


def test_the_governor_can_cancel_before_the_heir_accepts(contract, governor, stranger):
    schedule = contract.beginDefaultAdminTransfer(stranger, {"from": governor}).timestamp + GOVERNOR_DELAY_SECONDS
    contract.cancelDefaultAdminTransfer({"from": governor})
    at(schedule + 1)
    with reverts("AccessControlInvalidDefaultAdmin", stranger):
        contract.acceptDefaultAdminTransfer({"from": stranger})
    assert contract.defaultAdmin() == governor


@pytest.mark.parametrize("role", ["guardian", "stranger", "fee_recipient"])
def test_nobody_else_begins_a_transfer(request, contract, role):
    account = request.getfixturevalue(role)
    with reverts("AccessControlUnauthorizedAccount", account, GOVERNOR_ROLE):
        contract.beginDefaultAdminTransfer(account, {"from": account})


def test_the_governors_role_cannot_be_granted(contract, governor, stranger):
    with reverts("AccessControlEnforcedDefaultAdminRules"):
        contract.grantRole(GOVERNOR_ROLE, stranger, {"from": governor})
    assert contract.defaultAdmin() == governor


def test_nobody_else_appoints_a_guardian(contract, guardian, stranger):
    with reverts("AccessControlUnauthorizedAccount", guardian, GOVERNOR_ROLE):
        contract.grantRole(contract.GUARDIAN_ROLE(), stranger, {"from": guardian})
