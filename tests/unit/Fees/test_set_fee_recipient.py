"""setFeeRecipient: the governor says where fees go."""

import pytest

from tests.support import NATIVE, emitted, event, reverts
from tests.unit.trail import record

GOVERNOR_ROLE = bytes(32)


def test_the_governor_sets_the_recipient(contract, governor, stranger):
    tx = contract.setFeeRecipient(stranger, {"from": governor})
    assert contract.feeRecipient() == stranger
    kept = record(tx, contract, governor, "setFeeRecipient", ["address"], [stranger])
    assert emitted(tx, contract) == [event("FeeRecipientChanged", stranger), kept]


def test_the_zero_address_as_recipient_reverts(contract, governor, fee_recipient):
    with reverts("InvalidFeeRecipient", NATIVE):
        contract.setFeeRecipient(NATIVE, {"from": governor})
    assert contract.feeRecipient() == fee_recipient


def test_the_contract_itself_as_recipient_reverts(contract, governor, fee_recipient):
    with reverts("InvalidFeeRecipient", contract):
        contract.setFeeRecipient(contract, {"from": governor})
    assert contract.feeRecipient() == fee_recipient


@pytest.mark.parametrize("role", ["guardian", "fee_recipient", "stranger", "deployer"])
def test_nobody_else_sets_the_recipient(request, contract, fee_recipient, role):
    account = request.getfixturevalue(role)
    with reverts("AccessControlUnauthorizedAccount", account, GOVERNOR_ROLE):
        contract.setFeeRecipient(account, {"from": account})
    assert contract.feeRecipient() == fee_recipient
