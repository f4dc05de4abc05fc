"""refund: the payee returns the full amount, once."""

import pytest
from brownie import Wei

from tests.support import NATIVE, emitted, event, payment_id
from tests.unit.keys import payment_key

PRICE = Wei("1 ether")
INVOICE = payment_id("invoice 1")
NONE, REFUNDED = 0, 2


@pytest.fixture
def pay(processor, payer, merchant):
    """Pay the invoice in native coin or a token; the key comes back."""

    def pay(asset=NATIVE, to=merchant):
        if asset == NATIVE:
            processor.processPayment(to, PRICE, INVOICE, {"from": payer, "value": PRICE})
        else:
            processor.processTokenPayment(asset, to, PRICE, INVOICE, {"from": payer})
        return payment_key(processor, asset, to, PRICE, INVOICE)

    return pay


@pytest.fixture
def refund(processor, merchant):
    def refund(asset=NATIVE, value=PRICE, sender=merchant, amount=PRICE):
        return processor.refund(asset, merchant, amount, INVOICE, {"from": sender, "value": value})

    return refund


def test_refund_returns_native_coin_in_full(processor, payer, merchant, pay, refund):
    before = payer.balance(), merchant.balance()
    pay()
    refund()
    assert (payer.balance(), merchant.balance(), processor.balance()) == (*before, 0)


def test_refund_returns_a_token_in_full(processor, payer, merchant, token, pay, refund):
    before = token.balanceOf(payer), token.balanceOf(merchant)
    pay(token)
    refund(token, 0)
    assert (token.balanceOf(payer), token.balanceOf(merchant), token.balanceOf(processor)) == (*before, 0)


@pytest.mark.parametrize("native", [True, False], ids=["native", "token"])
def test_refund_emits_exactly_one_event_with_all_its_fields(processor, payer, merchant, token, pay, refund, native):
    asset = NATIVE if native else token
    key = pay(asset)
    tx = refund(asset, PRICE if native else 0)
    assert emitted(tx, processor) == [event("PaymentRefunded", key, payer, merchant, asset, PRICE)]


def test_refund_moves_the_status_and_keeps_payer_and_time(processor, payer, merchant, pay, refund, chain):
    key = pay()
    paid_at = chain[-1].timestamp
    refund()
    assert processor.payments(key) == (payer, paid_at, REFUNDED)
    assert not processor.isPaid(NATIVE, merchant, PRICE, INVOICE)
    assert processor.getPayment(NATIVE, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, paid_at, False)


@pytest.mark.parametrize("native", [True, False], ids=["native", "token"])
def test_refund_is_of_the_full_amount_and_the_fee_is_not_returned(
    processor, payer, merchant, governor, token, pay, refund, native
):
    asset = NATIVE if native else token
    processor.setFee(500, {"from": governor})
    held = (lambda who: who.balance()) if native else token.balanceOf
    before = held(payer), held(merchant)
    pay(asset)
    refund(asset, PRICE if native else 0)
    assert (held(payer), held(merchant), held(processor)) == (before[0], before[1] - PRICE // 20, PRICE // 20)


def test_refund_of_an_unknown_payment_reverts(processor, merchant, refund, refused):
    key = payment_key(processor, NATIVE, merchant, PRICE, INVOICE)
    with refused("NotPaid", key, NONE):
        refund()


def test_refund_of_another_amount_than_was_paid_reverts(processor, merchant, pay, refund, refused):
    pay()
    key = payment_key(processor, NATIVE, merchant, PRICE - 1, INVOICE)
    with refused("NotPaid", key, NONE):
        refund(amount=PRICE - 1, value=PRICE - 1)


def test_second_refund_reverts(pay, refund, refused):
    key = pay()
    refund()
    with refused("NotPaid", key, REFUNDED):
        refund()


@pytest.mark.parametrize("role", ["payer", "stranger", "governor", "guardian"])
def test_only_the_payee_refunds(request, merchant, pay, refund, refused, role):
    key, sender = pay(), request.getfixturevalue(role)
    with refused("NotPayee", key, sender, merchant):
        refund(sender=sender)


@pytest.mark.parametrize("value", [0, PRICE - 1, PRICE + 1])
def test_refund_with_the_wrong_value_reverts(pay, refund, refused, value):
    pay()
    with refused("WrongValue", value, PRICE):
        refund(value=value)


def test_token_refund_with_value_reverts(token, pay, refund, refused):
    pay(token)
    with refused("WrongValue", 1, 0, assets=[token]):
        refund(token, 1)


def test_refund_works_while_paused(processor, merchant, pay, refund, paused_until):
    pay()
    paused_until(processor)
    refund()
    assert not processor.isPaid(NATIVE, merchant, PRICE, INVOICE)


def test_refund_to_a_payer_that_refuses_reverts_and_can_be_tried_again(
    processor, payer, merchant, refuser, refund, refused
):
    call = processor.processPayment.encode_input(merchant, PRICE, INVOICE)
    refuser.execute(processor, PRICE, call, {"from": payer, "value": PRICE})
    with refused("TransferFailed", refuser, PRICE):
        refund()
    assert processor.isPaid(NATIVE, merchant, PRICE, INVOICE)
    refuser.accept(True)
    refund()
    assert refuser.balance() == PRICE


def test_refund_to_a_blocklisted_payer_reverts_until_unblocked(payer, merchant, token_named, pay, refund, refused):
    token = token_named("BlocklistToken")
    before = token.balanceOf(payer)
    pay(token)
    token.block(payer)
    with refused("Blocked", payer, assets=[token]):
        refund(token, 0)
    token.unblock(payer)
    refund(token, 0)
    assert token.balanceOf(payer) == before


def test_a_rebase_between_payment_and_refund_leaves_the_amount_as_agreed(payer, merchant, token_named, pay, refund):
    token = token_named("RebasingToken")
    pay(token)
    token.rebase(2, 1)
    before = token.balanceOf(payer), token.balanceOf(merchant)
    refund(token, 0)
    assert (token.balanceOf(payer), token.balanceOf(merchant)) == (before[0] + PRICE, before[1] - PRICE)


def test_refund_of_a_token_that_answers_nothing_any_more_reverts(token_named, pay, refund, refused, web3):
    token = token_named("TestToken")
    pay(token)
    web3.provider.make_request("anvil_setCode", [token.address, "0x00"])
    with refused("NotAToken", token):
        refund(token, 0)
