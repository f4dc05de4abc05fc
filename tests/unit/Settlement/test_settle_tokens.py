"""Tokens of every kind as money and as asset: exact or not at all, and none passes for another standard's."""

import pytest

from tests.model.settlement import Standard
from tests.support import NATIVE, emitted, event, holdings, reverts, send
from tests.unit.Settlement.conftest import COFFEE, INFINITE, OTHER_SEAT, PRICE, SEAT

AMOUNT = 10**6
EXACT = ["TestToken", "NoReturnToken", "RebasingToken", "ReentrantToken", "BlocklistToken"]
SIDES = pytest.mark.parametrize("side", ["money", "asset"])
IDLE, LESS, MORE, SILENCE = 1, 2, 3, 4


@pytest.fixture
def deal(offer, money):
    """The merchant sells a ticket for a token, or a token for money."""

    def deal(side, token):
        if side == "money":
            return offer(currency=token, price=AMOUNT)
        return offer("goods", asset=token, amount=AMOUNT, currency=money)

    return deal


@pytest.fixture
def parties(merchant, payer):
    """Who gives the token and who gets it."""
    return {"money": (payer, merchant), "asset": (merchant, payer)}


@SIDES
@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("fee_bps", [0, 100])
def test_exact_tokens_move_exactly(trusted, settlement, deal, parties, settle, charge, side, name, fee_bps):
    token, (giver, taker) = trusted(name), parties[side]
    charge(fee_bps)
    fee = AMOUNT * fee_bps // 10_000 if side == "money" else 0
    before = holdings([token], (giver, taker, settlement)).values()
    settle(deal(side, token))
    after = holdings([token], (giver, taker, settlement)).values()
    assert [b - a for a, b in zip(before, after, strict=True)] == [-AMOUNT, AMOUNT - fee, fee]


@SIDES
def test_a_token_that_returns_false_is_refused(trusted, deal, settle, refused, side):
    token = trusted("FalseReturningToken")
    order = deal(side, token)
    with refused("SafeERC20FailedOperation", token, assets=[token], order=order):
        settle(order)


@SIDES
def test_a_token_that_takes_a_fee_is_refused(trusted, deal, parties, settle, refused, side):
    """A token that takes a fee on transfer is credited in full nowhere."""
    token, (_, taker) = trusted("FeeToken"), parties[side]
    order, held = deal(side, token), token.balanceOf(taker)
    with refused("InexactTransfer", token, taker, held + AMOUNT - AMOUNT // 100, held + AMOUNT, assets=[token]):
        settle(order)


def test_a_token_that_takes_a_fee_of_the_fee_is_refused(trusted, settlement, merchant, offer, settle, charge, refused):
    """What is too small for the token's fee is paid exactly; what is not is refused."""
    token = trusted("FeeToken")
    charge(100)
    settle(offer(currency=token, price=99))
    order = offer("voucher", currency=token, price=10**4, amount=1)
    held = token.balanceOf(merchant)
    with refused("InexactTransfer", token, merchant, held + 9900 - 99, held + 9900, assets=[token], order=order):
        settle(order)


@SIDES
def test_a_token_that_reverts_passes_its_own_error_on(trusted, deal, parties, settle, refused, side):
    token = trusted("RevertingToken")
    order = deal(side, token)
    with refused("TransferRefused", *parties[side], AMOUNT, assets=[token], order=order):
        settle(order)


@SIDES
@pytest.mark.parametrize("blocked", [0, 1], ids=["giver", "taker"])
def test_a_blocklisted_party_ends_the_deal(trusted, deal, parties, settle, refused, side, blocked):
    token, account = trusted("BlocklistToken"), parties[side][blocked]
    token.block(account)
    order = deal(side, token)
    with refused("Blocked", account, assets=[token], order=order):
        settle(order)


def test_a_blocklisted_fee_recipient_blocks_no_sale(trusted, fee_recipient, payer, ticket, deal, settle, charge):
    """A blocklisted fee receiver blocked capture: fees wait in the contract, nobody else pays for it."""
    token = trusted("BlocklistToken")
    charge(100)
    token.block(fee_recipient)
    settle(deal("money", token))
    assert ticket.ownerOf(SEAT) == payer


@SIDES
def test_a_token_that_burdens_its_sender_still_reaches_the_other_exactly(trusted, deal, parties, settle, side):
    token, (giver, taker) = trusted("BurdenToken"), parties[side]
    before = holdings([token], (giver, taker)).values()
    settle(deal(side, token))
    after = holdings([token], (giver, taker)).values()
    assert [b - a for a, b in zip(before, after, strict=True)] == [-AMOUNT - AMOUNT // 100, AMOUNT]


@SIDES
def test_a_rebased_token_that_rounds_is_refused(trusted, money, offer, parties, settle, refused, side):
    token, (_, taker) = trusted("RebasingToken"), parties[side]
    token.rebase(3, 2)
    held = token.balanceOf(taker)
    order = offer(currency=token, price=4) if side == "money" else offer("goods", asset=token, amount=4, currency=money)
    with refused("InexactTransfer", token, taker, held + 3, held + 4, assets=[token], order=order):
        settle(order)


@pytest.mark.parametrize(("word", "error"), [(0, "SafeERC20FailedOperation"), (2, "SafeERC20FailedOperation")])
@SIDES
def test_a_token_that_answers_neither_true_nor_nothing_is_refused(trusted, deal, settle, refused, side, word, error):
    token = trusted("FickleToken")
    token.setAnswers(1, word)
    order = deal(side, token)
    with refused(error, token, assets=[token], order=order):
        settle(order)


# --- what is no token of that standard ---


@SIDES
def test_an_address_without_code_is_no_token(stranger, deal, settle, refused, side):
    """Where there is no code a transfer succeeds and moves nothing: so a bridge was emptied in 2022."""
    order = deal(side, stranger)
    with refused("NotAToken", stranger, order=order):
        settle(order)


@pytest.mark.parametrize("kind", ["ticket", "voucher", "goods"])
def test_an_address_without_code_is_no_asset(stranger, money, offer, settle, refused, kind):
    for nobody in (NATIVE, stranger.address):
        order = offer(kind, asset=nobody, currency=money)
        with refused("NotAToken", nobody, order=order):
            settle(order)


@pytest.mark.parametrize("kind", ["ticket", "voucher", "goods"])
def test_the_settlement_itself_is_no_asset_and_no_money(settlement, money, offer, settle, refused, kind):
    order = offer(kind, asset=settlement, currency=money)
    with refused("NotAToken", settlement, order=order):
        settle(order)
    order = offer(kind, currency=settlement)
    with refused("NotAToken", settlement, order=order):
        settle(order)


HASH, IDENTITY = (f"0x{number:040x}" for number in (2, 4))


@pytest.mark.parametrize("precompile", [HASH, IDENTITY], ids=["hash", "identity"])
def test_a_precompile_that_answers_anything_is_neither_asset_nor_money(
    merchant, payer, money, offer, settle, refused, precompile
):
    expected = {
        "ticket": ("NotHolder", precompile, SEAT, merchant),
        "voucher": ("NotDelivered", precompile, COFFEE, payer),
        "goods": ("SafeERC20FailedOperation", precompile),
    }
    for kind, error in expected.items():
        order = offer(kind, asset=precompile, currency=money)
        with refused(*error, order=order):
            settle(order)
    order = offer(currency=precompile)
    with refused("SafeERC20FailedOperation", precompile, order=order):
        settle(order)


@pytest.mark.parametrize("kind", ["ticket", "voucher", "goods"])
@pytest.mark.parametrize("claimed", list(Standard), ids=[each.name for each in Standard])
def test_no_asset_passes_for_another_standard(
    merchant, ticket, voucher, goods, money, offer, settle, refused, kind, claimed
):
    thing = {"ticket": ticket, "voucher": voucher, "goods": goods}[kind]
    real = {"ticket": Standard.ERC721, "voucher": Standard.ERC1155, "goods": Standard.ERC20}[kind]
    number = 0 if claimed is Standard.ERC20 else SEAT
    order = offer(asset=thing, standard=claimed, id=number, amount=1, currency=money)
    if claimed is real:
        order = offer(kind, currency=money)
        settle(order)
        return
    with refused("NotAToken", thing, order=order):
        settle(order)


def test_a_ticket_does_not_pass_for_one_unit_of_a_token(merchant, payer, ticket, money, offer, settle, refused):
    """transferFrom has one selector: as a token, unit number one of a million would be ticket number one."""
    ticket.issue(merchant, 1, "", {"from": merchant})
    for amount in (1, AMOUNT):
        order = offer("goods", asset=ticket, amount=amount, currency=money, price=AMOUNT)
        with refused("NotAToken", ticket, order=order):
            settle(order, 1)
    assert ticket.ownerOf(1) == merchant


def test_a_ticket_does_not_pass_for_one_unit_of_money(merchant, payer, ticket, offer, bid, settle, refused):
    ticket.issue(payer, 1, "", {"from": merchant})
    for order in (offer("voucher", currency=ticket, price=1), bid("voucher", currency=ticket, price=1)):
        with refused("NotAToken", ticket, order=order):
            settle(order)
    assert ticket.ownerOf(1) == payer


def test_vouchers_do_not_pass_for_money(voucher, offer, bid, settle, refused):
    for order in (offer(currency=voucher, price=1), bid(currency=voucher, price=1)):
        with refused("NotAToken", voucher, order=order):
            settle(order)


# --- assets that lie ---


@pytest.fixture
def liar(deploy, merchant):
    """An asset of both standards that moves what it is told to; the merchant holds some."""
    liar = deploy("LyingAsset")
    liar.give(merchant, SEAT, 100)
    return liar


def test_an_asset_that_asks_nobody_s_leave_is_delivered_all_the_same(liar, merchant, payer, offer, settle):
    settle(offer(asset=liar))
    settle(offer("voucher", asset=liar, id=SEAT))
    assert liar.ownerOf(SEAT) == payer
    assert (liar.balanceOf(merchant, SEAT), liar.balanceOf(payer, SEAT)) == (0, 100)


@pytest.mark.parametrize("lie", [IDLE, MORE, SILENCE], ids=["idle", "elsewhere", "silence"])
def test_a_ticket_that_does_not_arrive_is_not_paid(liar, merchant, payer, offer, settle, refused, lie):
    liar.setLie(lie)
    order = offer(asset=liar)
    with refused("NotDelivered", liar, SEAT, payer, order=order):
        settle(order)
    assert liar.ownerOf(SEAT) == merchant


@pytest.mark.parametrize("lie", [IDLE, LESS, MORE, SILENCE], ids=["idle", "less", "more", "silence"])
def test_vouchers_that_do_not_arrive_to_the_last_are_not_paid(liar, payer, offer, settle, refused, lie):
    liar.setLie(lie)
    order = offer("voucher", asset=liar, id=SEAT, amount=50)
    with refused("NotDelivered", liar, SEAT, payer, order=order):
        settle(order)


def test_a_ticket_that_the_bidder_holds_already_is_not_paid_again(liar, merchant, payer, bid, settle, refused):
    """The asset does not care who sends: that the buyer holds it afterwards would prove nothing."""
    liar.give(payer, SEAT, 0)
    order = bid(asset=liar)
    with refused("NotHolder", liar, SEAT, merchant, order=order):
        settle(order)


def test_an_order_of_one_standard_says_nothing_of_the_other(liar, merchant, payer, offer, settle):
    settle(offer("voucher", asset=liar, id=SEAT, amount=1))
    assert liar.ownerOf(SEAT) == merchant


def test_a_buyer_that_passes_vouchers_on_while_it_receives_them_cannot_buy_them(
    deploy, settlement, payer, stranger, voucher, offer, sign, refused
):
    collector = deploy("Collector")
    collector.passOn(stranger)
    order = offer("voucher")
    call = settlement.settle.encode_input(order.values(), order.amount, sign(order))
    with refused("NotDelivered", voucher, COFFEE, collector, order=order):
        collector.execute(settlement, PRICE, call, {"from": payer, "value": PRICE})


def test_a_buyer_that_is_a_contract_holds_the_vouchers_when_it_is_told(deploy, settlement, payer, offer, sign):
    collector = deploy("Collector")
    order = offer("voucher")
    call = settlement.settle.encode_input(order.values(), order.amount, sign(order))
    collector.execute(settlement, PRICE, call, {"from": payer, "value": PRICE})
    assert collector.heldInHook() == (100,)


def test_standing_approvals_of_bystanders_are_nobody_s_to_use(
    settlement, merchant, payer, stranger, money, goods, ticket, offer, bid, sign, hashed, refused
):
    """Whoever approved everything and signs nothing loses nothing: it moves what is its maker's or its caller's."""
    send(merchant, ticket.transferFrom, merchant, stranger, OTHER_SEAT)
    send(stranger, ticket.setApprovalForAll, settlement, True)
    send(merchant, goods.transfer, stranger, 100)
    for token in (goods, money):
        send(stranger, token.approve, settlement, INFINITE)
    for order in (offer(maker=stranger, id=OTHER_SEAT), bid("goods", maker=stranger)):
        for forger in (merchant, payer):
            signed = sign(order, by=forger)
            with refused("InvalidSignature", hashed(order), stranger, order=order):
                settlement.settle(order.values(), 1, signed, {"from": forger})
    with reverts("NotHolder", ticket, OTHER_SEAT, merchant):
        order = offer(id=OTHER_SEAT)
        settlement.settle(order.values(), 1, sign(order), {"from": payer, "value": PRICE})


def test_every_token_says_what_it_moved_once(settlement, merchant, payer, ticket, money, offer, settle, charge):
    charge(100)
    tx = settle(offer(currency=money))
    fee = PRICE // 100
    assert emitted(tx, money) == [
        event("Transfer", payer, merchant, PRICE - fee),
        event("Transfer", payer, settlement, fee),
    ]
    assert emitted(tx, ticket) == [event("Transfer", merchant, payer, SEAT)]
