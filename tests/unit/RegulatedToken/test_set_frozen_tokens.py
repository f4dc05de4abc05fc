"""setFrozenTokens (ERC-7943): how much stays, now and later."""

import pytest

from tests.support import emitted, event, reverts
from tests.unit.coins import HELD, MAX_AMOUNT, UNLIMITED, bar, role
from tests.unit.trail import record


@pytest.mark.parametrize("amount", [0, 1, HELD, HELD + 1, MAX_AMOUNT])
def test_the_enforcer_freezes_and_it_is_on_the_trail_once(regulated, payer, enforcer, amount):
    length = regulated.auditLength()
    tx = regulated.setFrozenTokens(payer, amount, {"from": enforcer})
    kept = record(tx, regulated, enforcer, "setFrozenTokens", ["address", "uint256"], [payer, amount])
    assert emitted(tx, regulated) == [event("Frozen", payer, amount), kept]
    assert tx.return_value is True
    assert regulated.auditLength() == length + 1
    assert (regulated.getFrozenTokens(payer), regulated.balanceOf(payer)) == (amount, HELD)


def test_the_amount_replaces_the_one_before(regulated, payer, enforcer):
    for amount in (MAX_AMOUNT, 5, 0, 9):
        regulated.setFrozenTokens(payer, amount, {"from": enforcer})
        assert regulated.getFrozenTokens(payer) == amount


@pytest.mark.parametrize("amount", [MAX_AMOUNT + 1, UNLIMITED])
def test_more_than_the_field_holds_is_refused_and_not_cut_off(regulated, payer, enforcer, amount):
    with reverts("AmountTooLarge", amount, MAX_AMOUNT):
        regulated.setFrozenTokens(payer, amount, {"from": enforcer})
    assert regulated.getFrozenTokens(payer) == 0


def test_neither_balance_nor_standing_nor_another_account_changes(regulated, payer, merchant, enforcer):
    bar(regulated, payer)
    regulated.setFrozenTokens(payer, MAX_AMOUNT, {"from": enforcer})
    assert not regulated.canSend(payer)
    assert (regulated.balanceOf(payer), regulated.getFrozenTokens(merchant)) == (HELD, 0)
    assert regulated.canSend(merchant)


def test_a_change_of_standing_keeps_balance_and_freeze(regulated, payer, enforcer):
    regulated.setFrozenTokens(payer, MAX_AMOUNT, {"from": enforcer})
    bar(regulated, payer)
    assert (regulated.balanceOf(payer), regulated.getFrozenTokens(payer)) == (HELD, MAX_AMOUNT)


def test_an_account_that_holds_nothing_is_frozen_in_advance(regulated, stranger, enforcer):
    regulated.setFrozenTokens(stranger, 5, {"from": enforcer})
    assert (regulated.getFrozenTokens(stranger), regulated.balanceOf(stranger)) == (5, 0)


@pytest.mark.parametrize("who", ["governor", "guardian", "stranger", "payer", "deployer"])
def test_nobody_else_freezes(request, regulated, payer, who):
    account = request.getfixturevalue(who)
    with reverts("AccessControlUnauthorizedAccount", account, role("ENFORCER_ROLE")):
        regulated.setFrozenTokens(payer, 0, {"from": account})
