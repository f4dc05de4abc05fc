"""cancel: the maker closes one order for good."""

import pytest

from tests.support import emitted, event, wait
from tests.unit.keys import DAY
from tests.unit.Settlement.conftest import PRICE


@pytest.mark.parametrize("kind", ["ticket", "voucher", "goods"])
def test_the_maker_closes_an_order(settlement, merchant, offer, hashed, settle, refused, kind):
    order = offer(kind)
    tx = settlement.cancel(order.values(), {"from": merchant})
    assert emitted(tx, settlement) == [event("OrderCancelled", hashed(order), merchant)]
    assert settlement.filled(hashed(order)) == order.amount
    with refused("OrderClosed", hashed(order), order=order):
        settle(order, value=PRICE)


def test_the_rest_of_an_order_is_closed(settlement, payer, bid, hashed, settle, refused):
    order = bid("voucher")
    settle(order, 40)
    settlement.cancel(order.values(), {"from": payer})
    with refused("OrderClosed", hashed(order), order=order):
        settle(order, 1, value=0)


@pytest.mark.parametrize("role", ["payer", "stranger", "governor", "guardian", "deployer"])
def test_nobody_else_closes_an_order(request, settlement, merchant, offer, hashed, refused, role):
    account, order = request.getfixturevalue(role), offer(taker=request.getfixturevalue("payer"))
    with refused("NotMaker", hashed(order), account, merchant, order=order):
        settlement.cancel(order.values(), {"from": account})


def test_a_closed_order_is_not_closed_again(settlement, merchant, offer, hashed, settle, refused):
    cancelled, done = offer("voucher"), offer("ticket")
    settlement.cancel(cancelled.values(), {"from": merchant})
    settle(done)
    for order in (cancelled, done):
        with refused("OrderClosed", hashed(order), order=order):
            settlement.cancel(order.values(), {"from": merchant})


def test_an_order_of_nothing_is_closed_as_it_is(settlement, merchant, offer, hashed, refused):
    order = offer("voucher", amount=0)
    with refused("OrderClosed", hashed(order), order=order):
        settlement.cancel(order.values(), {"from": merchant})


def test_an_order_that_differs_by_its_salt_stays_open(settlement, merchant, payer, ticket, offer, settle):
    settlement.cancel(offer().values(), {"from": merchant})
    settle(offer(salt=2))
    assert ticket.ownerOf(offer().id) == payer


def test_an_order_is_closed_before_anyone_has_seen_it_signed(settlement, merchant, offer, hashed, settle, refused):
    order = offer(expiry=2**40)
    settlement.cancel(order.values(), {"from": merchant})
    wait(10 * DAY)
    with refused("OrderClosed", hashed(order), order=order):
        settle(order, value=PRICE)


def test_a_pause_blocks_no_cancellation(settlement, merchant, offer, hashed, paused_until):
    paused_until(settlement)
    order = offer()
    settlement.cancel(order.values(), {"from": merchant})
    assert settlement.filled(hashed(order)) == order.amount


def test_a_wallet_closes_its_own_order(deploy, settlement, payer, offer, hashed):
    wallet = deploy("ContractOwner")
    order = offer(maker=wallet)
    wallet.execute(settlement, 0, settlement.cancel.encode_input(order.values()), {"from": payer})
    assert settlement.filled(hashed(order)) == 1
