"""setFee: the governor's choice, below a cap that nobody lifts."""

import pytest

from tests.support import emitted, event, reverts
from tests.unit.trail import record

MAX_FEE_BPS = 500
GOVERNOR_ROLE = bytes(32)


@pytest.mark.parametrize("fee_bps", [0, 1, MAX_FEE_BPS])
def test_the_governor_sets_the_fee(contract, governor, fee_bps):
    tx = contract.setFee(fee_bps, {"from": governor})
    assert contract.feeBps() == fee_bps
    kept = record(tx, contract, governor, "setFee", ["uint16"], [fee_bps])
    assert emitted(tx, contract) == [event("FeeChanged", fee_bps), kept]


@pytest.mark.parametrize("fee_bps", [MAX_FEE_BPS + 1, 10_000, 2**16 - 1])
def test_a_fee_above_the_cap_reverts(contract, governor, fee_bps):
    with reverts("FeeAboveCap", fee_bps, MAX_FEE_BPS):
        contract.setFee(fee_bps, {"from": governor})
    assert contract.feeBps() == 0


@pytest.mark.parametrize("role", ["guardian", "fee_recipient", "stranger", "deployer", "merchant"])
def test_nobody_else_sets_the_fee(request, contract, role):
    account = request.getfixturevalue(role)
    with reverts("AccessControlUnauthorizedAccount", account, GOVERNOR_ROLE):
        contract.setFee(1, {"from": account})
    assert contract.feeBps() == 0


def test_the_cap_is_five_percent(contract):
    assert contract.MAX_FEE_BPS() == MAX_FEE_BPS


def test_a_change_of_the_fee_leaves_a_pause_as_it_is(contract, governor):
    until = contract.pause(100, {"from": governor}).timestamp + 100
    contract.setFee(MAX_FEE_BPS, {"from": governor})
    assert (contract.pausedUntil(), contract.feeBps()) == (until, MAX_FEE_BPS)
