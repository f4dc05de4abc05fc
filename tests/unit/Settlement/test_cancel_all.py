"""cancelAll: a maker closes all that it has signed, seen or not, by moving its counter on."""

import pytest
from brownie import web3

from tests.support import emitted, event
from tests.unit.Settlement.conftest import OTHER_SEAT, PRICE


def cancel_all(settlement, maker):
    """The new counter; it is what the hash of the block before says."""
    old = settlement.counters(maker)
    tx = settlement.cancelAll({"from": maker})
    last = bytes(web3.eth.get_block(tx.block_number - 1)["hash"])
    counter = old + 1 + int.from_bytes(last[:16], "big")
    assert emitted(tx, settlement) == [event("AllOrdersCancelled", maker, counter)]
    assert settlement.counters(maker) == counter
    return counter


def test_a_maker_closes_all_its_orders(settlement, merchant, offer, hashed, settle, refused):
    counter = cancel_all(settlement, merchant)
    for order in (offer(), offer("voucher"), offer("goods", salt=7)):
        with refused("WrongCounter", hashed(order), 0, counter, order=order):
            settle(order)


def test_new_orders_take_the_new_counter(settlement, merchant, payer, ticket, offer, settle):
    settle(offer(counter=cancel_all(settlement, merchant)))
    assert ticket.ownerOf(offer().id) == payer


def test_other_makers_orders_stay_open(settlement, merchant, payer, ticket, bid, settle):
    cancel_all(settlement, merchant)
    settle(bid())
    assert ticket.ownerOf(bid().id) == payer


@pytest.mark.parametrize("step", [1, 2, 2**128])
def test_an_order_signed_for_a_counter_to_come_is_not_good_when_it_comes(
    settlement, merchant, offer, hashed, settle, refused, step
):
    """Who was tricked into signing for the next counter too would not be rid of it by moving on by one."""
    order = offer(counter=step)
    with refused("WrongCounter", hashed(order), step, 0, order=order):
        settle(order)
    counter = cancel_all(settlement, merchant)
    assert counter != step
    with refused("WrongCounter", hashed(order), step, counter, order=order):
        settle(order)


def test_the_counter_moves_on_each_time_by_more_than_can_be_signed_for(settlement, merchant):
    counters = [cancel_all(settlement, merchant) for _ in range(3)]
    assert all(after - before > 2**96 for before, after in zip([0, *counters], counters, strict=False))


def test_a_pause_blocks_no_cancellation_of_all(settlement, merchant, paused_until):
    paused_until(settlement)
    assert cancel_all(settlement, merchant) > 0


def test_a_ticket_that_comes_back_is_not_for_sale_at_the_old_price(
    settlement, merchant, stranger, payer, ticket, offer, hashed, settle, refused
):
    """OpenSea, January 2022: listings that were never cancelled sold what had come back for what it once cost."""
    old = offer(id=OTHER_SEAT, price=1)
    ticket.transferFrom(merchant, stranger, OTHER_SEAT, {"from": merchant})
    with refused("NotHolder", ticket, OTHER_SEAT, merchant, order=old):
        settle(old)
    ticket.transferFrom(stranger, merchant, OTHER_SEAT, {"from": stranger})
    counter = cancel_all(settlement, merchant)
    with refused("WrongCounter", hashed(old), 0, counter, order=old):
        settle(old)
    settle(offer(id=OTHER_SEAT, price=PRICE, counter=counter))
    assert ticket.ownerOf(OTHER_SEAT) == payer
