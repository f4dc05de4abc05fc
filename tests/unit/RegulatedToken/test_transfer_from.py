"""transferFrom, of each token: within an allowance, which falls by what is moved."""

import pytest

from tests.support import emitted, reverts
from tests.unit.coins import HELD, UNLIMITED, ZERO, bar, freeze, moved, state


@pytest.mark.parametrize("amount", [1, 99, 100])
def test_a_spender_moves_within_its_allowance_which_falls_by_as_much(coin, payer, merchant, stranger, amount):
    coin.approve(stranger, 100, {"from": payer})
    tx = coin.transferFrom(payer, merchant, amount, {"from": stranger})
    assert emitted(tx, coin) == [moved(payer, merchant, amount)]
    assert tx.return_value is True
    assert coin.allowance(payer, stranger) == 100 - amount
    assert (coin.balanceOf(payer), coin.balanceOf(merchant)) == (HELD - amount, HELD + amount)


def test_an_allowance_without_limit_stays(coin, payer, merchant, stranger):
    coin.approve(stranger, UNLIMITED, {"from": payer})
    coin.transferFrom(payer, merchant, HELD, {"from": stranger})
    assert coin.allowance(payer, stranger) == UNLIMITED


def test_one_below_unlimited_falls(coin, payer, merchant, stranger):
    coin.approve(stranger, UNLIMITED - 1, {"from": payer})
    coin.transferFrom(payer, merchant, 1, {"from": stranger})
    assert coin.allowance(payer, stranger) == UNLIMITED - 2


@pytest.mark.parametrize("allowed", [0, 1, 99])
def test_more_than_the_allowance_reverts(coin, payer, merchant, stranger, allowed):
    coin.approve(stranger, allowed, {"from": payer})
    before = state(coin, payer, merchant)
    with reverts("ERC20InsufficientAllowance", stranger, allowed, allowed + 1):
        coin.transferFrom(payer, merchant, allowed + 1, {"from": stranger})
    assert state(coin, payer, merchant) == before
    assert coin.allowance(payer, stranger) == allowed


def test_a_holder_is_its_own_spender_only_by_allowance(coin, payer, merchant):
    with reverts("ERC20InsufficientAllowance", payer, 0, 1):
        coin.transferFrom(payer, merchant, 1, {"from": payer})
    coin.approve(payer, 1, {"from": payer})
    coin.transferFrom(payer, merchant, 1, {"from": payer})
    assert coin.allowance(payer, payer) == 0


def test_more_than_the_balance_reverts_whatever_the_allowance(coin, payer, merchant, stranger):
    coin.approve(stranger, HELD + 1, {"from": payer})
    with reverts("ERC20InsufficientBalance", payer, HELD, HELD + 1):
        coin.transferFrom(payer, merchant, HELD + 1, {"from": stranger})
    assert coin.allowance(payer, stranger) == HELD + 1


def test_to_the_holder_itself_the_account_stays_and_the_allowance_falls(coin, payer, stranger):
    coin.approve(stranger, 10, {"from": payer})
    coin.transferFrom(payer, payer, 10, {"from": stranger})
    assert (coin.balanceOf(payer), coin.allowance(payer, stranger)) == (HELD, 0)


def test_nothing_moves_without_any_allowance_and_is_an_event(coin, payer, merchant, stranger):
    tx = coin.transferFrom(payer, merchant, 0, {"from": stranger})
    assert emitted(tx, coin) == [moved(payer, merchant, 0)]
    assert (coin.balanceOf(payer), coin.balanceOf(merchant)) == (HELD, HELD)


def test_the_zero_address_receives_nothing(coin, payer, stranger):
    coin.approve(stranger, 10, {"from": payer})
    with reverts("ERC20InvalidReceiver", ZERO):
        coin.transferFrom(payer, ZERO, 1, {"from": stranger})
    assert coin.allowance(payer, stranger) == 10


@pytest.mark.parametrize("amount", [0, 1])
def test_nobody_spends_for_the_zero_address(coin, merchant, stranger, amount):
    error = ("ERC20InvalidApprover", ZERO) if amount == 0 else ("ERC20InsufficientAllowance", stranger, 0, 1)
    with reverts(*error):
        coin.transferFrom(ZERO, merchant, amount, {"from": stranger})


def test_a_pause_blocks_spenders_and_keeps_their_allowance(coin, payer, merchant, stranger, paused_until):
    coin.approve(stranger, 10, {"from": payer})
    until = paused_until(coin)
    with reverts("ContractPaused", until):
        coin.transferFrom(payer, merchant, 1, {"from": stranger})
    assert coin.allowance(payer, stranger) == 10


def test_a_pause_blocks_no_approval(coin, payer, stranger, paused_until):
    paused_until(coin)
    coin.approve(stranger, 10, {"from": payer})
    assert coin.allowance(payer, stranger) == 10


def test_a_barred_holders_money_does_not_move_by_its_allowance(regulated, payer, merchant, stranger):
    regulated.approve(stranger, 10, {"from": payer})
    bar(regulated, payer)
    with reverts("ERC7943CannotSend", payer):
        regulated.transferFrom(payer, merchant, 1, {"from": stranger})
    assert regulated.allowance(payer, stranger) == 10


def test_a_barred_account_receives_nothing_by_an_allowance(regulated, payer, merchant, stranger):
    regulated.approve(stranger, 10, {"from": payer})
    bar(regulated, merchant)
    with reverts("ERC7943CannotReceive", merchant):
        regulated.transferFrom(payer, merchant, 1, {"from": stranger})


def test_frozen_tokens_do_not_move_by_an_allowance(regulated, payer, merchant, stranger):
    regulated.approve(stranger, UNLIMITED, {"from": payer})
    freeze(regulated, payer, HELD - 3)
    with reverts("ERC7943InsufficientUnfrozenBalance", payer, 4, 3):
        regulated.transferFrom(payer, merchant, 4, {"from": stranger})
    regulated.transferFrom(payer, merchant, 3, {"from": stranger})
    assert regulated.balanceOf(payer) == HELD - 3
