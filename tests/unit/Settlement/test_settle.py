"""settle: an asset one way and money the other, in one transaction or not at all."""

import pytest

from tests.model.settlement import Standard
from tests.support import NATIVE, at, emitted, event, reverts_silently, wait
from tests.unit.keys import DAY
from tests.unit.Settlement.conftest import COFFEE, OTHER_SEAT, PRICE, SEAT, WHOLE

KINDS = pytest.mark.parametrize("kind", ["ticket", "voucher", "goods"])


@pytest.fixture
def moved(standing, goods):
    """What a settlement moved: (gain of goods, gain of money) of seller, buyer and settlement."""

    def moved(act, kind, currency, *accounts):
        def held(account):
            state = standing()
            thing = {
                "ticket": lambda: int(state["ticket", str(SEAT)] == str(account)),
                "voucher": lambda: state["voucher", str(account)],
                "goods": lambda: state[str(goods), str(account)],
            }[kind]()
            return thing, state[str(currency), str(account)]

        before = [held(account) for account in accounts]
        tx = act()
        after = [held(account) for account in accounts]
        return tx, [(b[0] - a[0], b[1] - a[1]) for a, b in zip(before, after, strict=True)]

    return moved


@KINDS
@pytest.mark.parametrize("native", [True, False], ids=["native", "token"])
@pytest.mark.parametrize("fee_bps", [0, 250])
def test_what_a_merchant_sells_goes_to_whoever_pays(
    settlement, merchant, payer, money, offer, hashed, settle, charge, moved, kind, native, fee_bps
):
    charge(fee_bps)
    currency = NATIVE if native else money
    order = offer(kind, currency=currency)
    tx, changes = moved(lambda: settle(order), kind, currency, merchant, payer, settlement)
    fee, amount = PRICE * fee_bps // 10_000, WHOLE[kind]
    assert changes == [(-amount, PRICE - fee), (amount, -PRICE), (0, fee)]
    assert emitted(tx, settlement) == [event("OrderSettled", hashed(order), merchant, payer, amount, PRICE, fee)]
    assert settlement.filled(hashed(order)) == amount


@KINDS
@pytest.mark.parametrize("fee_bps", [0, 250])
def test_what_a_payer_bids_for_comes_from_whoever_delivers(
    settlement, merchant, payer, money, bid, hashed, settle, charge, moved, kind, fee_bps
):
    charge(fee_bps)
    order = bid(kind)
    tx, changes = moved(lambda: settle(order), kind, money, merchant, payer, settlement)
    fee, amount = PRICE * fee_bps // 10_000, WHOLE[kind]
    assert changes == [(-amount, PRICE - fee), (amount, -PRICE), (0, fee)]
    assert emitted(tx, settlement) == [event("OrderSettled", hashed(order), merchant, payer, amount, PRICE, fee)]


@KINDS
def test_nobody_else_gains_or_loses(settlement, merchant, payer, ticket, offer, settle, standing, kind):
    before = standing()
    settle(offer(kind))
    after = standing()
    touched = {place for place in before if after[place] != before[place]}
    thing = {
        "ticket": {("ticket", str(SEAT))},
        "voucher": {("voucher", str(merchant)), ("voucher", str(payer))},
        "goods": {place for place in touched if place[0] not in (NATIVE, "ticket", "voucher")},
    }[kind]
    assert touched == thing | {(NATIVE, str(merchant)), (NATIVE, str(payer))}
    assert len(touched) == (3 if kind == "ticket" else 4)


def test_a_ticket_sold_is_no_longer_approved_to_anyone(merchant, stranger, ticket, offer, settle):
    ticket.approve(stranger, SEAT, {"from": merchant})
    settle(offer())
    assert ticket.getApproved(SEAT) == NATIVE


def test_a_single_approval_is_enough_to_sell(settlement, merchant, payer, ticket, offer, settle):
    ticket.setApprovalForAll(settlement, False, {"from": merchant})
    ticket.approve(settlement, SEAT, {"from": merchant})
    settle(offer())
    assert ticket.ownerOf(SEAT) == payer


def test_an_order_for_a_taker_is_settled_by_that_taker(payer, ticket, offer, settle):
    settle(offer(taker=payer))
    assert ticket.ownerOf(SEAT) == payer


def test_an_order_for_a_taker_is_nobody_else_s(payer, stranger, offer, hashed, settle, refused):
    order = offer(taker=stranger)
    with refused("NotTaker", hashed(order), payer, stranger, order=order):
        settle(order, by=payer)


@pytest.mark.parametrize("late", [0, 1, DAY])
def test_an_order_is_good_for_nothing_from_its_expiry_on(offer, hashed, settle, refused, late):
    order = offer()
    at(order.expiry + late)
    with refused("OrderExpired", hashed(order), order.expiry + late, order.expiry, order=order):
        settle(order, value=PRICE)


def test_an_order_is_good_in_the_second_before_its_expiry(settlement, payer, ticket, offer, sign):
    order = offer()
    signature = sign(order)
    at(order.expiry - 1)
    settlement.settle(order.values(), 1, signature, {"from": payer, "value": PRICE})
    assert ticket.ownerOf(SEAT) == payer


UNSOUND = {
    "of nothing": {"kind": "voucher", "amount": 0},
    "for nothing": {"price": 0},
    "of two of one ticket": {"amount": 2},
    "of goods with an id": {"kind": "goods", "id": 1},
}


@pytest.mark.parametrize("changes", UNSOUND.values(), ids=UNSOUND)
def test_an_order_that_makes_no_sense_is_refused(settlement, payer, offer, hashed, sign, refused, changes):
    order = offer(**changes)
    with refused("InvalidOrder", hashed(order), order=order):
        settlement.settle(order.values(), 1, sign(order), {"from": payer, "value": order.price})


def test_an_order_of_one_s_own_is_refused(merchant, offer, hashed, settle, refused):
    order = offer()
    with refused("InvalidOrder", hashed(order), order=order):
        settle(order, by=merchant)


def test_a_bid_in_native_coin_is_refused_for_nobody_can_collect_it(bid, hashed, settle, refused):
    order = bid(currency=NATIVE)
    with refused("InvalidOrder", hashed(order), order=order):
        settle(order, value=0)
    with refused("InvalidOrder", hashed(order), order=order):
        settle(order, value=PRICE)


@KINDS
def test_an_asset_for_itself_is_refused(offer, hashed, settle, refused, kind):
    order = offer(kind, currency=offer(kind).asset)
    with refused("InvalidOrder", hashed(order), order=order):
        settle(order, value=0)


@pytest.mark.parametrize("wrong", [0, PRICE - 1, PRICE + 1])
def test_native_coin_comes_exactly(offer, settle, refused, wrong):
    order = offer()
    with refused("WrongValue", wrong, PRICE, order=order):
        settle(order, value=wrong)


@pytest.mark.parametrize("side", ["offer", "bid"])
def test_no_coin_comes_with_an_order_in_a_token(request, money, settle, refused, side):
    order = request.getfixturevalue(side)(currency=money)
    with refused("WrongValue", 1, 0, order=order):
        settle(order, value=1)


@pytest.mark.parametrize("allowed", [0, 249])
def test_a_fee_above_what_the_maker_agreed_to_is_refused(offer, hashed, settle, charge, refused, allowed):
    charge(250)
    order = offer(max_fee_bps=allowed)
    with refused("FeeAboveMax", hashed(order), 250, allowed, order=order):
        settle(order)


def test_a_fee_that_the_maker_agreed_to_to_the_point_is_taken(offer, settle, charge):
    charge(250)
    assert settle(offer(max_fee_bps=250)).events["OrderSettled"]["fee"] == PRICE // 40


def test_settling_while_paused_is_refused_and_afterwards_works(
    settlement, payer, ticket, offer, settle, refused, paused_until
):
    order = offer(expiry=2**40)
    until = paused_until(settlement)
    with refused("ContractPaused", until, order=order):
        settle(order)
    at(until - 1)
    with refused("ContractPaused", until, order=order):
        settle(order)
    at(until)
    settle(order)
    assert ticket.ownerOf(SEAT) == payer


def test_a_ticket_that_the_seller_does_not_hold_is_refused_by_name(merchant, stranger, ticket, offer, settle, refused):
    ticket.transferFrom(merchant, stranger, SEAT, {"from": merchant})
    order = offer()
    with refused("NotHolder", ticket, SEAT, merchant, order=order):
        settle(order)


def test_a_ticket_that_was_never_issued_is_refused_by_the_ticket(offer, settle, refused):
    order = offer(id=99)
    with refused("ERC721NonexistentToken", 99, order=order):
        settle(order)


def test_a_redeemed_ticket_is_not_sold(merchant, ticket, offer, settle, refused):
    ticket.redeem(SEAT, {"from": merchant})
    order = offer()
    with refused("TicketUsed", SEAT, order=order):
        settle(order)


def test_an_approval_that_was_taken_back_ends_the_sale(
    settlement, merchant, ticket, voucher, goods, offer, settle, refused
):
    ticket.setApprovalForAll(settlement, False, {"from": merchant})
    voucher.setApprovalForAll(settlement, False, {"from": merchant})
    goods.approve(settlement, 0, {"from": merchant})
    errors = {
        "ticket": ("ERC721InsufficientApproval", settlement, SEAT),
        "voucher": ("ERC1155MissingApprovalForAll", settlement, merchant),
        "goods": ("ERC20InsufficientAllowance", settlement, 0, WHOLE["goods"]),
    }
    for kind, error in errors.items():
        order = offer(kind)
        with refused(*error, order=order):
            settle(order)


def test_more_than_the_seller_holds_is_refused_by_the_asset(merchant, goods, offer, settle, refused):
    order = offer("voucher", amount=10**6 + 1)
    with refused("ERC1155InsufficientBalance", merchant, 10**6, 10**6 + 1, COFFEE, order=order):
        settle(order)
    order = offer("goods", amount=10**6 + 1)
    with refused("ERC20InsufficientBalance", merchant, 10**6, 10**6 + 1, order=order):
        settle(order)


def test_a_buyer_who_cannot_pay_gets_nothing(settlement, payer, stranger, money, offer, settle, refused):
    order = offer(currency=money)
    with refused("ERC20InsufficientAllowance", settlement, 0, PRICE, order=order):
        settle(order, by=stranger)
    money.approve(settlement, PRICE, {"from": stranger})
    with refused("ERC20InsufficientBalance", stranger, 0, PRICE, order=order):
        settle(order, by=stranger)


def test_a_seller_that_takes_no_coin_sells_nothing_for_coin(
    deploy, settlement, payer, merchant, ticket, offer, settle, refused
):
    collector = deploy("ContractOwner")
    ticket.transferFrom(merchant, collector, OTHER_SEAT, {"from": merchant})
    collector.execute(ticket, 0, ticket.setApprovalForAll.encode_input(settlement, True))
    order = offer(maker=collector, id=OTHER_SEAT)
    with refused("TransferFailed", collector, PRICE, order=order):
        settle(order, by=payer, signature=b"")


@pytest.mark.parametrize("kind", ["ticket", "voucher"])
def test_a_buyer_that_takes_no_tickets_or_vouchers_pays_nothing(
    deploy, wallet, payer, ticket, settlement, offer, sign, refused, kind
):
    order = offer(kind)
    call = settlement.settle.encode_input(order.values(), order.amount, sign(order))
    error = {"ticket": "ERC721InvalidReceiver", "voucher": "ERC1155InvalidReceiver"}[kind]
    with refused(error, wallet, order=order):
        wallet.execute(settlement, PRICE, call, {"from": payer, "value": PRICE})


def test_a_standard_that_does_not_exist_is_not_decoded(settlement, payer, offer):
    order = offer()
    values = settlement.settle.encode_input(order.values(), 1, b"")
    broken = values.replace(f"{Standard.ERC721:064x}", f"{3:064x}", 1)
    assert broken != values
    with reverts_silently():
        payer.transfer(settlement, PRICE, data=broken)


def test_time_alone_fills_nothing(settlement, offer, hashed):
    order = offer()
    wait(10 * DAY)
    assert settlement.filled(hashed(order)) == 0
