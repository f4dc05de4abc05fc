"""redeem: the central bank's alone, by the holder's approval, never below what is frozen; no pause stops it."""

import pytest

from tests.support import emitted, reverts
from tests.unit.coins import HELD, UNLIMITED, ZERO, admit, bar, freeze, moved, role, state, supply
from tests.unit.trail import record


@pytest.mark.parametrize("amount", [0, 1, HELD])
def test_the_bank_redeems_what_it_is_allowed_and_it_is_on_the_trail_once(coin, bank, payer, amount):
    coin.approve(bank, HELD, {"from": payer})
    issued, length = coin.totalSupply(), coin.auditLength()
    tx = coin.redeem(payer, amount, {"from": bank})
    kept = record(tx, coin, bank, "redeem", ["address", "uint256"], [payer, amount])
    assert emitted(tx, coin) == [moved(payer, ZERO, amount), kept]
    assert (coin.balanceOf(payer), coin.totalSupply()) == (HELD - amount, issued - amount)
    assert (coin.allowance(payer, bank), coin.auditLength()) == (HELD - amount, length + 1)


def test_without_the_holders_approval_nothing_is_redeemed(coin, bank, payer):
    before = state(coin, payer)
    with reverts("ERC20InsufficientAllowance", bank, 0, 1):
        coin.redeem(payer, 1, {"from": bank})
    coin.approve(bank, 5, {"from": payer})
    with reverts("ERC20InsufficientAllowance", bank, 5, 6):
        coin.redeem(payer, 6, {"from": bank})
    assert state(coin, payer) == before


def test_the_bank_redeems_its_own_without_approval(coin, bank):
    admit(coin, bank)
    supply(coin, bank, 100)
    coin.redeem(bank, 100, {"from": bank})
    assert (coin.balanceOf(bank), coin.totalSupply()) == (0, 2 * HELD)


def test_an_allowance_without_limit_stays(coin, bank, payer):
    coin.approve(bank, UNLIMITED, {"from": payer})
    coin.redeem(payer, HELD, {"from": bank})
    assert coin.allowance(payer, bank) == UNLIMITED


def test_more_than_the_balance_reverts(coin, bank, payer):
    coin.approve(bank, UNLIMITED, {"from": payer})
    for amount in (HELD + 1, 2**112, UNLIMITED):
        with reverts("ERC20InsufficientBalance", payer, HELD, amount):
            coin.redeem(payer, amount, {"from": bank})


@pytest.mark.parametrize("frozen", [1, HELD, HELD + 7])
def test_never_below_what_is_frozen(coin, bank, payer, frozen):
    coin.approve(bank, UNLIMITED, {"from": payer})
    freeze(coin, payer, frozen)
    free = max(0, HELD - frozen)
    with reverts("ERC7943InsufficientUnfrozenBalance", payer, free + 1, free):
        coin.redeem(payer, free + 1, {"from": bank})
    coin.redeem(payer, free, {"from": bank})
    assert (coin.balanceOf(payer), coin.getFrozenTokens(payer)) == (HELD - free, frozen)


def test_during_a_pause_and_out_of_the_register_money_is_redeemed_all_the_same(coin, bank, payer, paused_until):
    coin.approve(bank, HELD, {"from": payer})
    bar(coin, payer)
    paused_until(coin)
    coin.redeem(payer, HELD, {"from": bank})
    assert coin.balanceOf(payer) == 0


def test_nobody_redeems_of_the_zero_address(coin, bank):
    with reverts("ERC20InvalidApprover", ZERO):
        coin.redeem(ZERO, 0, {"from": bank})
    with reverts("ERC20InsufficientAllowance", bank, 0, 1):
        coin.redeem(ZERO, 1, {"from": bank})


@pytest.mark.parametrize("who", ["governor", "guardian", "stranger", "intermediary", "enforcer", "payer"])
def test_nobody_else_redeems_even_its_own(request, coin, payer, who):
    account = request.getfixturevalue(who)
    coin.approve(account, HELD, {"from": payer})
    with reverts("AccessControlUnauthorizedAccount", account, role("BANK_ROLE")):
        coin.redeem(payer, 1, {"from": account})
