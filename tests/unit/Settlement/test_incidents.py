"""What went wrong in the order books of others, each by its name; other modules hold those that belong there.

Elsewhere: old listings (test_cancel_all), overpayment swept (test_sweep), a reentrant hook counted twice
(test_reentrancy), split fees rounded to zero (test_settle_parts), codeless tokens (test_settle_tokens).
"""

import pytest
from eth_account import Account
from eth_utils import keccak

from tests.support import send
from tests.unit.Settlement.conftest import COFFEE, PRICE, SEAT


def test_a_quantity_of_zero_buys_no_ticket(ticket, merchant, offer, hashed, settle, refused):
    """TreasureDAO, March 2022: quantity zero times the price was zero, and the token changed hands all the same."""
    order = offer()
    with refused("AmountExceeded", hashed(order), 0, 1, order=order):
        settle(order, 0, value=0)
    assert ticket.ownerOf(SEAT) == merchant


def test_an_order_at_no_price_is_no_gift(offer, hashed, settle, refused):
    """Phishing on Wyvern and Seaport, 2022: people signed away what they had for nothing."""
    order = offer(price=0)
    with refused("InvalidOrder", hashed(order), order=order):
        settle(order, value=0)


def test_vouchers_are_delivered_in_the_number_that_was_paid(payer, voucher, offer, settle):
    """Blur, before its launch in 2022: the policy for ERC-1155 delivered one whatever the order said."""
    settle(offer("voucher"), 100)
    assert voucher.balanceOf(payer, COFFEE) == 100


def test_a_part_cannot_wrap_around_and_open_a_filled_order_again(
    settlement, deploy, merchant, payer, money, offer, hashed, settle, refused
):
    """Seaport, before its launch in 2022: a truncated fraction reset the fill, and more was sold than there was."""
    goods = deploy("TestToken")
    goods.mint(merchant, 2**255)
    goods.approve(settlement, 2**256 - 1, {"from": merchant})
    order = offer("goods", asset=goods, amount=2**120 + 2, currency=money, price=10**6)
    settle(order, 2**119 + 1)
    for amount in (2**256 - 2**119 - 1, 2**120 - 2**119 + 2, 2**128, 2**136 + 1):
        with refused("AmountExceeded", hashed(order), amount, 2**119 + 1, order=order):
            settle(order, amount)
    settle(order, 2**119 + 1)
    with refused("OrderClosed", hashed(order), order=order):
        settle(order, 1)
    assert goods.balanceOf(payer) == order.amount


def test_a_wallet_without_code_agrees_to_nothing(offer, hashed, settle, refused):
    """0x, July 2019: a call of an address without code succeeds, and what lay in memory passed for the wallet's yes."""
    maker = Account.from_key(keccak(text="test key: nobody")).address
    order = offer(maker=maker)
    for signed in (b"", b"\x16\x26\xba\x7e" + bytes(28), b"\x04", bytes(97)):
        with refused("InvalidSignature", hashed(order), maker, order=order):
            settle(order, signature=signed)


def test_no_two_orders_hash_alike_by_moving_bytes_between_fields(settlement, offer, hashed):
    """Wyvern 2, 2022: fields of any length were packed side by side, so bytes could pass from one to the next."""
    types = next(each for each in settlement.abi if each.get("name") == "hashOrder")["inputs"][0]["components"]
    assert not [each for each in types if each["type"] in ("bytes", "string") or each["type"].endswith("]")]
    assert len(settlement.hashOrder.encode_input(offer().values())[10:]) == 64 * len(types)


def test_a_fee_raised_after_the_signature_takes_no_more_than_was_agreed_to(offer, hashed, settle, charge, refused):
    """LooksRare let its makers name the least share they would get; Wyvern's makers signed the fee."""
    order = offer(max_fee_bps=0)
    charge(1)
    with refused("FeeAboveMax", hashed(order), 1, 0, order=order):
        settle(order)


def test_an_order_names_no_call(settlement):
    """Wyvern's orders were calls of the makers' proxies: who signed an empty one had signed everything."""
    names = {each["name"] for each in settlement.abi if each["type"] == "function"}
    assert not {"execute", "multicall", "atomicMatch_", "call"} & names
    inputs = next(each for each in settlement.abi if each.get("name") == "settle")["inputs"]
    assert [each["name"] for each in inputs] == ["order", "amount", "signature"]


def test_a_payment_in_coin_that_fails_is_no_payment(
    deploy, payer, ticket, merchant, settlement, offer, settle, refused
):
    """Blur, November 2022: the answer to a payment in coin was not looked at."""
    seller = deploy("ContractOwner")
    send(merchant, ticket.transferFrom, merchant, seller, SEAT)
    send(payer, seller.execute, ticket, 0, ticket.setApprovalForAll.encode_input(settlement, True))
    order = offer(maker=seller)
    with refused("TransferFailed", seller, PRICE, order=order):
        settle(order, by=payer, signature=b"")
    assert ticket.ownerOf(SEAT) == seller


def test_a_hook_cannot_change_the_terms_of_a_sale_under_way(
    deploy, settlement, merchant, payer, money, voucher, bid, hashed, settle
):
    """NFT Trader, December 2023: from within a callback the terms were changed that were being settled."""
    collector = deploy("Collector")
    send(merchant, money.transfer, collector, PRICE)
    send(payer, collector.execute, money, 0, money.approve.encode_input(settlement, PRICE))
    order = bid("voucher", maker=collector)
    send(payer, collector.arm, settlement, settlement.cancelAll.encode_input())
    before = money.balanceOf(merchant)
    settle(order, 50, by=merchant, signature=b"")
    assert collector.succeeded()
    assert (voucher.balanceOf(collector, COFFEE), money.balanceOf(merchant) - before) == (50, PRICE // 2)
    assert (settlement.filled(hashed(order)), settlement.counters(collector) > 0) == (50, True)


@pytest.mark.parametrize("taker", ["payer", "stranger"])
def test_an_order_for_a_friend_cannot_be_front_run(request, settlement, payer, offer, hashed, settle, refused, taker):
    """Private listings were bought by whoever saw them first where the taker was not checked."""
    friend = request.getfixturevalue("governor")
    order, taker = offer(taker=friend), request.getfixturevalue(taker)
    with refused("NotTaker", hashed(order), taker, friend, order=order):
        settle(order, by=taker)
    settle(order, by=friend)


def test_an_order_is_worth_nothing_once_it_was_used_whatever_bytes_the_signature_has(
    offer, hashed, settle, sign, refused
):
    """Where signatures were the key of what was used, another encoding of the same one was used again."""
    order = offer()
    signed = sign(order)
    settle(order, signature=signed)
    compact = signed[:32] + (int.from_bytes(signed[32:64], "big") | (signed[64] - 27) << 255).to_bytes(32, "big")
    with refused("OrderClosed", hashed(order), order=order):
        settle(order, signature=compact, value=PRICE)
