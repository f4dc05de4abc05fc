"""forcedTransfer (ERC-7943): the enforcer's, on the trail, and still only to who may receive."""

import pytest

from tests.support import emitted, event, reverts
from tests.unit.coins import HELD, LIMITS, UNLIMITED, ZERO, admit, bar, freeze, moved, role, state, supply
from tests.unit.trail import record

TYPES = ["address", "address", "uint256"]


def forced(source, to, amount):
    return [moved(source, to, amount), event("ForcedTransfer", source, to, amount)]


@pytest.mark.parametrize("amount", [0, 1, HELD])
def test_the_enforcer_moves_and_it_is_on_the_trail_once(regulated, payer, merchant, enforcer, amount):
    length = regulated.auditLength()
    tx = regulated.forcedTransfer(payer, merchant, amount, {"from": enforcer})
    kept = record(tx, regulated, enforcer, "forcedTransfer", TYPES, [payer, merchant, amount])
    assert emitted(tx, regulated) == [*forced(payer, merchant, amount), kept]
    assert tx.return_value is True
    assert regulated.auditLength() == length + 1
    assert (regulated.balanceOf(payer), regulated.balanceOf(merchant)) == (HELD - amount, HELD + amount)
    assert regulated.totalSupply() == 2 * HELD


def test_it_moves_from_an_account_that_may_not_send_during_a_pause(regulated, payer, merchant, enforcer, paused_until):
    bar(regulated, payer)
    paused_until(regulated)
    regulated.forcedTransfer(payer, merchant, HELD, {"from": enforcer})
    assert regulated.balanceOf(merchant) == 2 * HELD


def test_who_may_not_receive_does_not_receive_by_force(regulated, payer, merchant, enforcer):
    bar(regulated, merchant)
    before = state(regulated, payer, merchant)
    with reverts("ERC7943CannotReceive", merchant):
        regulated.forcedTransfer(payer, merchant, 1, {"from": enforcer})
    assert state(regulated, payer, merchant) == before


def test_nothing_is_destroyed_or_made_by_force(regulated, payer, merchant, enforcer):
    with reverts("ERC7943CannotReceive", ZERO):
        regulated.forcedTransfer(payer, ZERO, 1, {"from": enforcer})
    for amount in (0, 1):
        with reverts("ERC20InvalidSender", ZERO):
            regulated.forcedTransfer(ZERO, merchant, amount, {"from": enforcer})


@pytest.mark.parametrize("amount", [HELD + 1, 2**112, 2**224, UNLIMITED])
def test_more_than_the_balance_is_not_there_for_force_either(regulated, payer, merchant, enforcer, amount):
    with reverts("ERC20InsufficientBalance", payer, HELD, amount):
        regulated.forcedTransfer(payer, merchant, amount, {"from": enforcer})


@pytest.mark.parametrize("amount", [0, 1, HELD - 100])
def test_free_tokens_go_first_and_what_is_frozen_stays(regulated, payer, merchant, enforcer, amount):
    freeze(regulated, payer, 100)
    tx = regulated.forcedTransfer(payer, merchant, amount, {"from": enforcer})
    assert [each[0] for each in emitted(tx, regulated)] == ["Transfer", "ForcedTransfer", "ActRecorded"]
    assert regulated.getFrozenTokens(payer) == 100


@pytest.mark.parametrize("beyond", [1, 40, 100])
def test_what_is_frozen_falls_first_by_what_is_taken_of_it(regulated, payer, merchant, enforcer, beyond):
    freeze(regulated, payer, 100)
    amount = HELD - 100 + beyond
    tx = regulated.forcedTransfer(payer, merchant, amount, {"from": enforcer})
    kept = record(tx, regulated, enforcer, "forcedTransfer", TYPES, [payer, merchant, amount])
    thawed = event("Frozen", payer, 100 - beyond)
    assert emitted(tx, regulated) == [thawed, *forced(payer, merchant, amount), kept]
    assert (regulated.getFrozenTokens(payer), regulated.balanceOf(payer)) == (100 - beyond, 100 - beyond)


def test_what_is_frozen_in_advance_falls_only_by_what_is_taken(regulated, payer, merchant, enforcer):
    """An order over more than the account holds still binds what comes later."""
    freeze(regulated, payer, HELD + 50)
    tx = regulated.forcedTransfer(payer, merchant, 10, {"from": enforcer})
    assert emitted(tx, regulated)[0] == event("Frozen", payer, HELD + 40)
    assert regulated.getFrozenTokens(payer) == HELD + 40


def test_nothing_taken_thaws_nothing(regulated, payer, merchant, enforcer):
    freeze(regulated, payer, HELD + 50)
    regulated.forcedTransfer(payer, merchant, 0, {"from": enforcer})
    assert regulated.getFrozenTokens(payer) == HELD + 50


def test_the_receivers_own_freeze_stays(regulated, payer, merchant, enforcer):
    freeze(regulated, merchant, 7)
    regulated.forcedTransfer(payer, merchant, HELD, {"from": enforcer})
    assert regulated.getFrozenTokens(merchant) == 7


def test_to_the_account_itself_the_balance_stays(regulated, payer, enforcer):
    freeze(regulated, payer, HELD)
    regulated.forcedTransfer(payer, payer, 10, {"from": enforcer})
    assert (regulated.balanceOf(payer), regulated.getFrozenTokens(payer)) == (HELD, HELD - 10)


def test_force_fills_an_account_above_its_holding_limit(built, stranger, payer, enforcer):
    coin = built("CentralBankToken")
    admit(coin, stranger)
    supply(coin, stranger, LIMITS[2])
    coin.forcedTransfer(payer, stranger, HELD, {"from": enforcer})
    assert coin.balanceOf(stranger) == LIMITS[2] + HELD


@pytest.mark.parametrize("who", ["governor", "guardian", "stranger", "payer", "deployer"])
def test_nobody_else_moves_by_force(request, regulated, payer, merchant, who):
    account = request.getfixturevalue(who)
    before = state(regulated, payer, merchant)
    with reverts("AccessControlUnauthorizedAccount", account, role("ENFORCER_ROLE")):
        regulated.forcedTransfer(payer, merchant, 1, {"from": account})
    assert state(regulated, payer, merchant) == before
