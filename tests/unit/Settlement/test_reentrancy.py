"""Receivers, tokens and assets that call back while a settlement is at work."""

import pytest

from tests.support import NATIVE, holdings, send
from tests.unit.reentrancy import arm, was_refused
from tests.unit.Settlement.conftest import COFFEE, OTHER_SEAT, PRICE, SEAT

GUARDED_CALLS = ["settle the same", "settle another", "sweep coin", "sweep money"]


@pytest.fixture(scope="module")
def collector(deploy, merchant, ticket, voucher, goods, money, settlement):
    """A contract that trades, signs everything, and calls back once armed; it holds some of everything."""
    collector = deploy("Collector")
    send(merchant, ticket.transferFrom, merchant, collector, OTHER_SEAT)
    send(merchant, voucher.safeTransferFrom, merchant, collector, COFFEE, 1000, "")
    send(merchant, goods.transfer, collector, 1000)
    send(merchant, money.transfer, collector, 10 * PRICE)
    for token in (ticket, voucher):
        send(merchant, collector.execute, token, 0, token.setApprovalForAll.encode_input(settlement, True))
    for token in (goods, money):
        send(merchant, collector.execute, token, 0, token.approve.encode_input(settlement, 2**256 - 1))
    return collector


@pytest.fixture
def calls(settlement, offer, bid, goods, money, voucher):
    """Calls that would be good from within, were no other under way."""

    def calls(order, amount):
        another = (offer if order.maker_sells else bid)("goods", maker=order.maker, currency=money, salt=99)
        return {
            "settle the same": settlement.settle.encode_input(order.values(), amount, b""),
            "settle another": settlement.settle.encode_input(another.values(), 1, b""),
            "sweep coin": settlement.sweep.encode_input(NATIVE),
            "sweep money": settlement.sweep.encode_input(money),
        }

    return calls


@pytest.fixture
def sweepable(settlement, governor, money, forcer, stranger):
    """Fees that wait, and limits that let them out."""
    for asset in (NATIVE, money):
        send(governor, settlement.configureLimit, asset, 10**24, 1)
    send(stranger, forcer.force, settlement, value=5)
    money.mint(settlement, 5, {"from": stranger})


@pytest.mark.parametrize("name", GUARDED_CALLS)
def test_a_seller_that_is_paid_in_coin_does_not_reenter(
    settlement, payer, collector, ticket, voucher, offer, hashed, calls, settle, sweepable, name
):
    order = offer("voucher", maker=collector)
    arm(collector, payer, settlement, calls(order, 1)[name])
    settle(order, 10, by=payer, signature=b"")
    assert was_refused(collector)
    assert settlement.filled(hashed(order)) == voucher.balanceOf(payer, COFFEE) == 10


@pytest.mark.parametrize("kind", ["ticket", "voucher"])
@pytest.mark.parametrize("name", GUARDED_CALLS)
def test_a_buyer_that_is_handed_its_tickets_or_vouchers_does_not_reenter(
    settlement, payer, merchant, collector, ticket, voucher, money, offer, sign, hashed, calls, sweepable, kind, name
):
    """A reentrant hook counted one delivery twice."""
    order = offer(kind, currency=money)
    arm(collector, payer, settlement, calls(order, 1)[name])
    before = money.balanceOf(merchant)
    part = 1 if kind == "ticket" else 10
    call = settlement.settle.encode_input(order.values(), part, sign(order))
    collector.execute(settlement, 0, call, {"from": payer})
    assert was_refused(collector)
    assert settlement.filled(hashed(order)) == part
    assert money.balanceOf(merchant) == before + PRICE * part // order.amount


@pytest.mark.parametrize("kind", ["ticket", "voucher"])
@pytest.mark.parametrize("name", GUARDED_CALLS)
def test_a_bidder_that_is_handed_its_tickets_or_vouchers_does_not_reenter(
    settlement, payer, merchant, collector, money, bid, hashed, calls, settle, sweepable, kind, name
):
    order = bid(kind, maker=collector)
    part = 1 if kind == "ticket" else 10
    arm(collector, payer, settlement, calls(order, part)[name])
    before = money.balanceOf(collector)
    settle(order, part, by=merchant, signature=b"")
    assert was_refused(collector)
    assert settlement.filled(hashed(order)) == part
    assert money.balanceOf(collector) == before - PRICE * part // order.amount


@pytest.mark.parametrize("side", ["money", "asset"])
@pytest.mark.parametrize("name", GUARDED_CALLS)
def test_no_token_reenters(
    settlement, trusted, payer, merchant, money, offer, bid, hashed, calls, settle, sweepable, side, name
):
    token = trusted("ReentrantToken")
    order = offer("voucher", currency=token) if side == "money" else offer("goods", asset=token, currency=money)
    arm(token, payer, settlement, calls(order, 1)[name])
    before = holdings([token], [payer, merchant]).values()
    settle(order)
    assert was_refused(token)
    gained = [b - a for a, b in zip(before, holdings([token], [payer, merchant]).values(), strict=True)]
    assert gained == ([-PRICE, PRICE] if side == "money" else [order.amount, -order.amount])


@pytest.mark.parametrize("kind", ["ticket", "voucher"])
@pytest.mark.parametrize("name", GUARDED_CALLS)
def test_no_asset_reenters(deploy, settlement, payer, merchant, money, offer, calls, settle, sweepable, kind, name):
    asset = deploy("LyingAsset")
    asset.give(merchant, SEAT, 100)
    order = offer(kind, asset=asset, id=SEAT, currency=money)
    arm(asset, payer, settlement, calls(order, 1)[name])
    before = money.balanceOf(merchant)
    settle(order)
    assert was_refused(asset)
    assert money.balanceOf(merchant) == before + PRICE


@pytest.mark.parametrize("side", ["money", "asset"])
def test_a_token_that_moves_more_to_the_same_account_from_within_is_not_counted_twice(
    trusted, payer, merchant, money, offer, settle, refused, side
):
    """A reentrant token collector counted one inflow twice: here two inflows are one too many."""
    token = trusted("ReentrantToken")
    order = offer(currency=token) if side == "money" else offer("goods", asset=token, currency=money)
    taker = merchant if side == "money" else payer
    amount = PRICE if side == "money" else order.amount
    held = token.balanceOf(taker)
    arm(token, payer, token, token.mint.encode_input(taker, amount))
    with refused("InexactTransfer", token, taker, held + 2 * amount, held + amount, assets=[token], order=order):
        settle(order)


def test_an_asset_that_moves_more_to_the_buyer_from_within_is_not_counted_twice(
    deploy, merchant, payer, offer, settle, refused
):
    asset = deploy("LyingAsset")
    asset.give(merchant, COFFEE, 100)
    arm(asset, payer, asset, asset.give.encode_input(payer, COFFEE, 100))
    order = offer("voucher", asset=asset)
    with refused("NotDelivered", asset, COFFEE, payer, order=order):
        settle(order)


def test_a_seller_cancels_from_within_and_the_part_under_way_goes_on(
    settlement, payer, collector, voucher, offer, hashed, settle, refused
):
    order = offer("voucher", maker=collector)
    arm(collector, payer, settlement, settlement.cancel.encode_input(order.values()))
    tx = settle(order, 10, by=payer, signature=b"")
    assert collector.succeeded()
    assert [log.name for log in tx.events if log.address == settlement] == ["OrderSettled", "OrderCancelled"]
    assert voucher.balanceOf(payer, COFFEE) == 10
    with refused("OrderClosed", hashed(order), order=order):
        settle(order, 1, by=payer, signature=b"", value=0)


def test_a_seller_that_sells_the_ticket_elsewhere_from_within_is_not_paid(
    settlement, payer, collector, ticket, stranger, offer, settle, refused
):
    order = offer(maker=collector, id=OTHER_SEAT)
    elsewhere = ticket.transferFrom.encode_input(collector, stranger, OTHER_SEAT)
    arm(collector, payer, collector, collector.execute.encode_input(ticket, 0, elsewhere))
    with refused("NotHolder", ticket, OTHER_SEAT, collector, order=order):
        settle(order, by=payer, signature=b"")


def test_a_seller_may_get_what_it_sells_while_it_is_paid(payer, merchant, collector, ticket, offer, settle):
    """First the money goes, then the asset: a dealer takes from the merchant, with leave, while it is paid."""
    order = offer(maker=collector)
    send(merchant, ticket.approve, collector, SEAT)
    arm(collector, payer, ticket, ticket.transferFrom.encode_input(merchant, collector, SEAT))
    settle(order, by=payer, signature=b"")
    assert collector.succeeded()
    assert (ticket.ownerOf(SEAT), collector.balance()) == (payer, PRICE)
