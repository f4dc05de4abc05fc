"""processPayment: native coin, now, once."""

import pytest
from brownie import Wei

from tests.support import NATIVE, at, emitted, event, payment_id, reverts_silently
from tests.unit.keys import payment_key

PRICE = Wei("1 ether")
INVOICE = payment_id("invoice 1")


def pay(processor, payer, to, amount=PRICE, invoice=INVOICE, value=None):
    return processor.processPayment(to, amount, invoice, {"from": payer, "value": amount if value is None else value})


def test_payment_reaches_the_payee_and_is_recorded(processor, payer, merchant):
    before, purse = merchant.balance(), payer.balance()
    tx = pay(processor, payer, merchant)
    assert (merchant.balance(), payer.balance(), processor.balance()) == (before + PRICE, purse - PRICE, 0)
    assert processor.getPayment(NATIVE, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, tx.timestamp, True)


def test_payment_emits_exactly_one_event_with_all_its_fields(processor, payer, merchant):
    tx = pay(processor, payer, merchant)
    assert len(tx.logs) == 1
    assert emitted(tx, processor) == [event("PaymentProcessed", INVOICE, payer, merchant, PRICE)]


@pytest.mark.parametrize(
    ("amount", "fee_bps", "fee"),
    [(PRICE, 100, PRICE // 100), (99, 100, 0), (100, 100, 1), (10_001, 500, 500), (7, 1, 0)],
)
def test_fee_is_taken_from_the_merchant_and_rounded_down(processor, payer, merchant, governor, amount, fee_bps, fee):
    processor.setFee(fee_bps, {"from": governor})
    before, purse = merchant.balance(), payer.balance()
    tx = pay(processor, payer, merchant, amount)
    assert merchant.balance() == before + amount - fee
    assert payer.balance() == purse - amount
    assert processor.balance() == fee
    assert emitted(tx, processor) == [event("PaymentProcessed", INVOICE, payer, merchant, amount)]
    assert processor.isPaid(NATIVE, merchant, amount, INVOICE)


def test_a_contract_can_pay_a_smart_contract_wallet(processor, payer, refuser, wallet):
    call = processor.processPayment.encode_input(wallet, PRICE, INVOICE)
    refuser.execute(processor, PRICE, call, {"from": payer, "value": PRICE})
    assert wallet.balance() == PRICE
    assert processor.getPayment(NATIVE, wallet, PRICE, INVOICE)[0] == refuser


@pytest.mark.parametrize("value", [0, 1, PRICE - 1, PRICE + 1])
def test_wrong_value_reverts(processor, payer, merchant, refused, value):
    with refused("WrongValue", value, PRICE):
        pay(processor, payer, merchant, value=value)
    assert not processor.isPaid(NATIVE, merchant, PRICE, INVOICE)


def test_zero_amount_reverts(processor, payer, merchant, refused):
    with refused("ZeroAmount"):
        pay(processor, payer, merchant, 0)


def test_zero_payee_reverts(processor, payer, refused):
    with refused("InvalidPayee", NATIVE):
        pay(processor, payer, NATIVE)


def test_the_processor_as_payee_reverts(processor, payer, refused):
    with refused("InvalidPayee", processor):
        pay(processor, payer, processor)


def test_self_payment_reverts(processor, payer, refused):
    with refused("SelfPayment", payer):
        pay(processor, payer, payer)


def test_the_same_terms_settle_once_whoever_pays(processor, payer, stranger, merchant, refused):
    paid_at = pay(processor, payer, merchant).timestamp
    key = payment_key(processor, NATIVE, merchant, PRICE, INVOICE)
    for again in (payer, stranger):
        with refused("AlreadyPaid", key, payer, paid_at):
            pay(processor, again, merchant)


def test_a_refunded_payment_cannot_be_paid_again(processor, payer, merchant, refused):
    paid_at = pay(processor, payer, merchant).timestamp
    processor.refund(NATIVE, merchant, PRICE, INVOICE, {"from": merchant, "value": PRICE})
    key = payment_key(processor, NATIVE, merchant, PRICE, INVOICE)
    with refused("AlreadyPaid", key, payer, paid_at):
        pay(processor, payer, merchant)


def test_the_same_id_under_other_terms_is_another_payment(processor, payer, merchant, stranger):
    pay(processor, payer, merchant)
    pay(processor, payer, merchant, PRICE + 1)
    pay(processor, payer, stranger)
    assert processor.isPaid(NATIVE, merchant, PRICE, INVOICE)
    assert processor.isPaid(NATIVE, merchant, PRICE + 1, INVOICE)
    assert processor.isPaid(NATIVE, stranger, PRICE, INVOICE)


def test_paying_while_paused_reverts(processor, payer, merchant, refused, paused_until):
    until = paused_until(processor)
    at(until - 1)
    with refused("ContractPaused", until):
        pay(processor, payer, merchant)


def test_paying_works_from_the_second_the_pause_ends(processor, payer, merchant, paused_until):
    at(paused_until(processor))
    pay(processor, payer, merchant)
    assert processor.isPaid(NATIVE, merchant, PRICE, INVOICE)


def test_a_payee_that_refuses_fails_the_payment_whole(processor, payer, governor, refuser, refused):
    processor.setFee(100, {"from": governor})
    with refused("TransferFailed", refuser, PRICE - PRICE // 100):
        pay(processor, payer, refuser)
    assert not processor.isPaid(NATIVE, refuser, PRICE, INVOICE)
    refuser.accept(True)
    pay(processor, payer, refuser)
    assert refuser.balance() == PRICE - PRICE // 100


def test_a_payee_that_burns_all_gas_fails_the_payment_whole(processor, payer, deploy, refused):
    glutton = deploy("GasEatingReceiver")
    call = {"from": payer, "value": PRICE, "gas_limit": 300_000}
    with refused("TransferFailed", glutton, PRICE):
        processor.processPayment(glutton, PRICE, INVOICE, call)
    assert glutton.balance() == 0


def test_a_payee_that_returns_a_huge_blob_is_paid_and_nothing_of_it_is_copied(processor, payer, deploy):
    bomb = deploy("ReturnBombReceiver")
    assert pay(processor, payer, bomb).gas_used < 60_000 + 70_000  # a payment, and the blob in the payee's own memory
    assert bomb.balance() == PRICE


def test_coin_that_was_forced_on_the_processor_pays_for_nothing(processor, payer, merchant, stranger, forcer, refused):
    forcer.force(processor, {"from": stranger, "value": PRICE})
    with refused("WrongValue", 0, PRICE):
        pay(processor, payer, merchant, value=0)
    pay(processor, payer, merchant)
    assert processor.balance() == PRICE


def test_coin_sent_without_a_call_is_refused(processor, payer):
    with reverts_silently():
        payer.transfer(processor, 1)
    assert processor.balance() == 0
