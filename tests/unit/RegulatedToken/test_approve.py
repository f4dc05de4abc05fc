"""approve, of each token: the allowance is what was said last."""

import pytest

from tests.support import emitted, event, reverts
from tests.unit.coins import UNLIMITED, ZERO, bar


@pytest.mark.parametrize("amount", [0, 1, 2**112, UNLIMITED])
def test_a_holder_allows_and_the_event_says_so(coin, payer, stranger, amount):
    tx = coin.approve(stranger, amount, {"from": payer})
    assert emitted(tx, coin) == [event("Approval", payer, stranger, amount)]
    assert tx.return_value is True
    assert coin.allowance(payer, stranger) == amount


def test_a_second_approval_replaces_the_first_from_non_zero_too(coin, payer, stranger):
    for amount in (100, 50, UNLIMITED, 7):
        coin.approve(stranger, amount, {"from": payer})
        assert coin.allowance(payer, stranger) == amount


def test_an_approval_touches_no_other(coin, payer, merchant, stranger):
    coin.approve(merchant, 3, {"from": payer})
    coin.approve(stranger, 5, {"from": merchant})
    coin.approve(stranger, 9, {"from": payer})
    pairs = [(payer, merchant), (merchant, stranger), (payer, stranger), (stranger, payer)]
    assert [coin.allowance(*pair) for pair in pairs] == [3, 5, 9, 0]


def test_the_zero_address_spends_nothing(coin, payer):
    with reverts("ERC20InvalidSpender", ZERO):
        coin.approve(ZERO, 1, {"from": payer})


def test_a_barred_account_may_end_an_allowance_that_it_gave(regulated, payer, stranger):
    regulated.approve(stranger, 10, {"from": payer})
    bar(regulated, payer)
    regulated.approve(stranger, 0, {"from": payer})
    assert regulated.allowance(payer, stranger) == 0


@pytest.mark.parametrize("function", ["increaseAllowance", "decreaseAllowance"])
def test_there_is_no_change_of_an_allowance_by_a_difference(coin, function):
    """Outside of ERC-20, and gone from OpenZeppelin's since 5.0: so its published properties do not apply."""
    assert not hasattr(coin, function)
