"""transfer, of each token: exact, or one typed error and nothing has moved."""

import pytest

from tests.support import at, emitted, reverts, reverts_silently
from tests.unit.coins import HELD, UNLIMITED, ZERO, admit, bar, freeze, moved, state
from tests.unit.rawcall import refusal
from tests.unit.signing import data_of


@pytest.mark.parametrize("amount", [1, 125_500_000, HELD - 1, HELD])
def test_a_holder_sends_and_the_event_says_so(coin, payer, merchant, amount):
    tx = coin.transfer(merchant, amount, {"from": payer})
    assert emitted(tx, coin) == [moved(payer, merchant, amount)]
    assert tx.return_value is True
    assert (coin.balanceOf(payer), coin.balanceOf(merchant)) == (HELD - amount, HELD + amount)
    assert coin.totalSupply() == 2 * HELD


def test_a_transfer_touches_nobody_else(coin, payer, merchant, stranger):
    admit(coin, stranger)
    coin.approve(stranger, 7, {"from": merchant})
    coin.transfer(stranger, 5, {"from": payer})
    assert coin.balanceOf(merchant) == HELD
    assert coin.allowance(merchant, stranger) == 7
    assert coin.balanceOf(stranger) == 5


@pytest.mark.parametrize("amount", [0, 1, HELD])
def test_a_transfer_to_oneself_keeps_the_account(coin, payer, merchant, amount):
    tx = coin.transfer(payer, amount, {"from": payer})
    assert emitted(tx, coin) == [moved(payer, payer, amount)]
    assert state(coin, payer, merchant)[:3] == (HELD, HELD, 2 * HELD)


def test_nothing_sent_is_a_transfer_like_any_other(coin, payer, merchant):
    tx = coin.transfer(merchant, 0, {"from": payer})
    assert emitted(tx, coin) == [moved(payer, merchant, 0)]
    assert state(coin, payer, merchant)[:3] == (HELD, HELD, 2 * HELD)


def test_who_holds_nothing_sends_nothing(coin, merchant, stranger):
    admit(coin, stranger)
    assert emitted(coin.transfer(merchant, 0, {"from": stranger}), coin) == [moved(stranger, merchant, 0)]


@pytest.mark.parametrize("amount", [HELD + 1, 2**112 - 1, 2**112, 2**224, 2**240, UNLIMITED])
def test_more_than_the_balance_reverts(coin, payer, merchant, amount):
    before = state(coin, payer, merchant)
    for to in (merchant, payer):
        with reverts("ERC20InsufficientBalance", payer, HELD, amount):
            coin.transfer(to, amount, {"from": payer})
    assert state(coin, payer, merchant) == before


@pytest.mark.parametrize("amount", [0, 1])
def test_the_zero_address_receives_nothing(coin, payer, amount):
    with reverts("ERC20InvalidReceiver", ZERO):
        coin.transfer(ZERO, amount, {"from": payer})
    assert coin.balanceOf(ZERO) == 0


@pytest.mark.parametrize("amount", [0, 1])
def test_a_pause_blocks_transfers_until_its_last_second(coin, payer, merchant, paused_until, amount):
    until = paused_until(coin)
    at(until - 1)
    with reverts("ContractPaused", until):
        coin.transfer(merchant, amount, {"from": payer})
    at(until)
    coin.transfer(merchant, amount, {"from": payer})


def test_an_address_with_dirty_upper_bits_is_refused(coin, payer, merchant):
    clean = data_of(coin.transfer, merchant, 1)
    dirty = clean[:4] + b"\1" + clean[5:]
    assert refusal(coin, dirty) == ""


def test_a_transfer_takes_no_native_coin(coin, payer, merchant):
    with reverts_silently():
        coin.transfer(merchant, 1, {"from": payer, "value": 1})


@pytest.mark.parametrize("amount", [0, 1])
def test_a_barred_account_does_not_send(regulated, payer, merchant, amount):
    bar(regulated, payer)
    before = state(regulated, payer, merchant)
    with reverts("ERC7943CannotSend", payer):
        regulated.transfer(merchant, amount, {"from": payer})
    assert state(regulated, payer, merchant) == before


@pytest.mark.parametrize("amount", [0, 1])
def test_a_barred_account_does_not_receive(regulated, payer, merchant, amount):
    bar(regulated, merchant)
    before = state(regulated, payer, merchant)
    with reverts("ERC7943CannotReceive", merchant):
        regulated.transfer(merchant, amount, {"from": payer})
    assert state(regulated, payer, merchant) == before


def test_a_barred_account_does_not_send_to_itself(regulated, payer):
    bar(regulated, payer)
    with reverts("ERC7943CannotSend", payer):
        regulated.transfer(payer, 1, {"from": payer})


@pytest.mark.parametrize("frozen", [1, HELD - 1, HELD])
def test_what_is_not_frozen_goes_to_the_unit_and_no_further(regulated, payer, merchant, frozen):
    freeze(regulated, payer, frozen)
    free = HELD - frozen
    with reverts("ERC7943InsufficientUnfrozenBalance", payer, free + 1, free):
        regulated.transfer(merchant, free + 1, {"from": payer})
    regulated.transfer(merchant, free, {"from": payer})
    assert (regulated.balanceOf(payer), regulated.getFrozenTokens(payer)) == (frozen, frozen)


def test_frozen_tokens_do_not_go_to_oneself_either(regulated, payer):
    freeze(regulated, payer, HELD)
    with reverts("ERC7943InsufficientUnfrozenBalance", payer, 1, 0):
        regulated.transfer(payer, 1, {"from": payer})


def test_more_than_the_balance_is_not_a_matter_of_what_is_frozen(regulated, payer, merchant):
    freeze(regulated, payer, HELD)
    with reverts("ERC20InsufficientBalance", payer, HELD, HELD + 1):
        regulated.transfer(merchant, HELD + 1, {"from": payer})


def test_where_more_is_frozen_than_held_nothing_goes_but_nothing(regulated, payer, merchant):
    freeze(regulated, payer, HELD + 5)
    with reverts("ERC7943InsufficientUnfrozenBalance", payer, 1, 0):
        regulated.transfer(merchant, 1, {"from": payer})
    regulated.transfer(merchant, 0, {"from": payer})
    assert regulated.balanceOf(payer) == HELD


def test_what_is_frozen_in_advance_stays_when_it_comes(regulated, payer, merchant):
    freeze(regulated, payer, HELD + 5)
    regulated.transfer(payer, 7, {"from": merchant})
    with reverts("ERC7943InsufficientUnfrozenBalance", payer, 3, 2):
        regulated.transfer(merchant, 3, {"from": payer})
    regulated.transfer(merchant, 2, {"from": payer})


def test_the_first_error_is_the_pauses_then_the_senders_then_the_receivers(regulated, payer, merchant, governor):
    freeze(regulated, payer, HELD)
    bar(regulated, payer)
    bar(regulated, merchant)
    until = regulated.pause(60, {"from": governor}).timestamp + 60
    with reverts("ERC20InvalidReceiver", ZERO):
        regulated.transfer(ZERO, 1, {"from": payer})
    with reverts("ContractPaused", until):
        regulated.transfer(merchant, HELD + 1, {"from": payer})
    regulated.unpause({"from": governor})
    with reverts("ERC7943CannotSend", payer):
        regulated.transfer(merchant, HELD + 1, {"from": payer})
