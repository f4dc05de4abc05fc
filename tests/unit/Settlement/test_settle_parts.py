"""Parts of an order: no more than the whole, at no more than the price, rounded for the maker, no fee avoided."""

import pytest
from brownie.test import given
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.model.settlement import cost_of, price_until
from tests.support import NATIVE, emitted, event
from tests.unit.Settlement.conftest import COFFEE, PRICE, WHOLE


def costs(tx):
    settled = tx.events["OrderSettled"]
    return settled["amount"], settled["paid"], settled["fee"]


def test_parts_are_filled_one_by_one(settlement, merchant, payer, voucher, offer, hashed, settle):
    order = offer("voucher")
    for amount, total in ((30, 30), (1, 31), (69, 100)):
        tx = settle(order, amount)
        paid = PRICE * amount // 100
        assert emitted(tx, settlement) == [event("OrderSettled", hashed(order), merchant, payer, amount, paid, 0)]
        assert settlement.filled(hashed(order)) == voucher.balanceOf(payer, COFFEE) == total


@pytest.mark.parametrize("kind", ["voucher", "goods"])
@pytest.mark.parametrize("side", ["offer", "bid"])
def test_no_more_than_is_left_is_filled(request, settle, refused, hashed, kind, side):
    order = request.getfixturevalue(side)(kind)
    settle(order, 60)
    left = WHOLE[kind] - 60
    for amount in (left + 1, WHOLE[kind], 2**256 - 1, 0):
        with refused("AmountExceeded", hashed(order), amount, left, order=order):
            settle(order, amount, value=0)
    settle(order, left)
    for amount in (1, 0, left):
        with refused("OrderClosed", hashed(order), order=order):
            settle(order, amount, value=0)


@pytest.mark.parametrize("amount", [0, 2, 2**256 - 1])
def test_a_ticket_is_sold_whole_or_not(offer, hashed, settle, refused, amount):
    order = offer()
    with refused("AmountExceeded", hashed(order), amount, 1, order=order):
        settle(order, amount, value=PRICE)


def test_a_filled_order_is_closed_also_when_the_ticket_comes_back(
    merchant, payer, ticket, offer, hashed, settle, refused
):
    order = offer()
    settle(order)
    ticket.transferFrom(payer, merchant, order.id, {"from": payer})
    with refused("OrderClosed", hashed(order), order=order):
        settle(order, value=PRICE)


def test_where_the_maker_sells_parts_are_rounded_up_until_the_price_is_reached(money, offer, settle):
    order = offer("voucher", currency=money, amount=3, price=10)
    assert [costs(settle(order, 1)) for _ in range(3)] == [(1, 4, 0), (1, 3, 0), (1, 3, 0)]


def test_where_the_maker_buys_parts_are_rounded_down_until_the_price_is_reached(bid, settle):
    order = bid("voucher", amount=3, price=10)
    assert [costs(settle(order, 1)) for _ in range(3)] == [(1, 3, 0), (1, 3, 0), (1, 4, 0)]


def test_a_maker_who_sells_for_less_than_a_unit_a_piece_has_its_price_from_the_first_part(payer, money, offer, settle):
    order = offer("voucher", currency=money, price=1)
    assert costs(settle(order, 1)) == (1, 1, 0)
    tx = settle(order, 99)
    assert costs(tx) == (99, 0, 0)
    assert emitted(tx, money) == []  # some tokens refuse to move nothing


def test_a_maker_who_buys_for_less_than_a_unit_a_piece_pays_with_the_last_part(bid, settle):
    order = bid("voucher", price=1)
    assert [costs(settle(order, amount)) for amount in (99, 1)] == [(99, 0, 0), (1, 1, 0)]


def test_a_part_for_nothing_sends_no_native_coin(merchant, offer, settle):
    order = offer("voucher", price=1)
    settle(order, 1)
    before = merchant.balance()
    assert costs(settle(order, 99)) == (99, 0, 0)
    assert merchant.balance() == before


def test_splitting_does_not_avoid_the_fee(settlement, money, offer, settle, charge):
    """Split captures rounded fees to zero: a part of 99 units at 1 % would owe nothing by itself."""
    charge(100)
    order = offer("voucher", currency=money, amount=100, price=9900)
    fees = [costs(settle(order, 1))[2] for _ in range(100)]
    assert (sum(fees), max(fees)) == (99, 1)
    assert money.balanceOf(settlement) == 99


def test_a_change_of_fee_counts_from_the_next_part_on(money, offer, settle, charge):
    charge(100)
    order = offer("voucher", currency=money, amount=100, price=10**6)
    assert costs(settle(order, 50)) == (50, 500_000, 5000)
    charge(500)
    assert costs(settle(order, 50)) == (50, 500_000, 25_000)


def test_a_change_of_fee_never_takes_more_than_a_part_pays(money, offer, settle, charge):
    order = offer("voucher", currency=money, amount=100, price=100)
    charge(499)
    for fee_bps in (500, 499, 500, 1, 500):
        charge(fee_bps)
        _, paid, fee = costs(settle(order, 1))
        assert (paid, fee) in ((1, 0), (1, 1))


@pytest.mark.parametrize("side", ["offer", "bid"])
def test_the_largest_numbers_do_not_overflow(
    deploy, settlement, merchant, payer, money, offer, settle, charge, request, side
):
    charge(500)
    most = 2**256 - 1
    goods, coin = deploy("TestToken"), deploy("TestToken")
    for token, holder in ((goods, merchant), (coin, payer)):
        token.mint(holder, most)
        token.approve(settlement, most, {"from": holder})
    order = request.getfixturevalue(side)("goods", asset=goods, amount=most, currency=coin, price=most)
    half = 2**255
    assert costs(settle(order, half)) == (half, half, half * 500 // 10_000)
    assert costs(settle(order, most - half))[:2] == (most - half, most - half)
    assert coin.balanceOf(settlement) == most * 500 // 10_000
    assert goods.balanceOf(payer) == most


@given(
    sells=st.booleans(),
    amount=st.integers(1, 2**256 - 1),
    price=st.integers(1, 2**256 - 1),
    at=st.tuples(st.integers(0, 2**256), st.integers(0, 2**256)),
)
@settings(max_examples=60, suppress_health_check=HealthCheck.all(), deadline=None)
def test_the_price_of_any_part_is_the_model_s(settlement, offer, sells, amount, price, at):
    order = offer("goods", maker_sells=sells, currency=NATIVE if sells else settlement, amount=amount, price=price)
    first, last = sorted(place % (amount + 1) for place in at)
    paid, _ = cost_of(order, first, last - first, 0)
    assert settlement.priceOf(order.values(), first, last - first) == paid
    assert settlement.priceOf(order.values(), 0, amount) == price
    share = price * last
    ours = price_until(order, last) * amount
    assert share <= ours < share + amount if sells else share - amount < ours <= share


@given(parts=st.lists(st.integers(1, 40), min_size=1, max_size=8), price=st.integers(1, 400), sells=st.booleans())
@settings(max_examples=12, suppress_health_check=HealthCheck.all(), deadline=None)
def test_any_split_costs_the_price_and_its_fee(settlement, money, offer, bid, settle, charge, parts, price, sells):
    charge(333)
    make, salt = offer if sells else bid, hash((tuple(parts), price)) % 2**64
    order = make("voucher", currency=money, amount=sum(parts), price=price, salt=salt)
    before = money.balanceOf(settlement)
    paid = [costs(settle(order, part)) for part in parts]
    assert sum(each for _, each, _ in paid) == price
    assert sum(fee for _, _, fee in paid) == money.balanceOf(settlement) - before == price * 333 // 10_000
