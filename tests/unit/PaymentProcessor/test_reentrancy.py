"""Receivers and tokens that call back while the processor is at work."""

import pytest

from tests.support import NATIVE, holdings, payment_id, send
from tests.unit.keys import payout
from tests.unit.reentrancy import UNIT, arm, processor_calls, was_refused

PRICE = 10**6
DAY = 24 * 3600


@pytest.fixture
def pay_native(processor, payer, receiver):
    def pay(invoice):
        processor.processPayment(receiver, PRICE, invoice, {"from": payer, "value": PRICE})

    return pay


@pytest.fixture
def batch_native(processor, payer, receiver):
    def batch(invoice):
        processor.processBatch(NATIVE, [payout(receiver, PRICE)], PRICE, invoice, {"from": payer, "value": PRICE})

    return batch


@pytest.fixture
def refund_native(processor, payer, merchant, receiver):
    """The receiver has paid; its refund calls it."""

    def refund(invoice):
        send(payer, receiver.execute, processor, PRICE, pay.encode_input(merchant, PRICE, invoice), value=PRICE)
        processor.refund(NATIVE, merchant, PRICE, invoice, {"from": merchant, "value": PRICE})

    pay = processor.processPayment
    return refund


@pytest.fixture
def sweep_native(processor, payer, governor, receiver, forcer):
    def sweep(_):
        send(governor, processor.configureLimit, NATIVE, 100 * PRICE, DAY)
        send(governor, processor.setFeeRecipient, receiver)
        send(payer, forcer.force, processor, value=PRICE)
        processor.sweep(NATIVE, {"from": payer})

    return sweep


@pytest.mark.parametrize("verb", ["pay", "batch", "refund", "sweep"])
def test_no_receiver_reenters_the_processor(request, processor, payer, stranger, receiver, token, verb):
    act = request.getfixturevalue(f"{verb}_native")
    for number, (name, data) in enumerate(processor_calls(processor, receiver, stranger, token).items(), 1):
        arm(receiver, payer, processor, data)
        act(payment_id(f"{verb} {number}"))
        assert was_refused(receiver), name
        assert (receiver.balance(), processor.balance()) == (number * PRICE, 0)


@pytest.mark.parametrize("verb", ["pay", "batch", "refund", "sweep"])
def test_no_token_reenters_the_processor(processor, payer, merchant, governor, stranger, hook, verb):
    def act(invoice):
        if verb == "pay":
            processor.processTokenPayment(hook, merchant, PRICE, invoice, {"from": payer})
        elif verb == "batch":
            processor.processBatch(hook, [payout(merchant, PRICE)], PRICE, invoice, {"from": payer})
        elif verb == "refund":
            processor.refund(hook, merchant, PRICE, invoice, {"from": merchant})
        else:
            processor.sweep(hook, {"from": payer})

    calls = processor_calls(processor, hook, stranger, hook)
    moved = {"pay": (-1, 1, 0), "batch": (-1, 1, 0), "refund": (1, -1, 0), "sweep": (0, 0, 1)}[verb]
    for number, (name, data) in enumerate(calls.items(), 1):
        invoice = payment_id(f"{verb} {number}")
        if verb == "refund":
            send(payer, processor.processTokenPayment, hook, merchant, PRICE, invoice)
        if verb == "sweep":
            send(governor, processor.configureLimit, hook, 100 * PRICE, DAY)
            send(governor, processor.setFeeRecipient, stranger)
            send(payer, hook.mint, processor, PRICE)
        before = holdings([hook], [payer, merchant, stranger]).values()
        arm(hook, payer, processor, data)
        act(invoice)
        assert was_refused(hook), name
        after = holdings([hook], [payer, merchant, stranger]).values()
        assert tuple((b - a) // PRICE for a, b in zip(before, after, strict=True)) == moved
        assert hook.balanceOf(processor) == 0


def test_a_receiver_that_pays_on_within_its_payment_cannot_settle_two(processor, payer, merchant, receiver):
    invoice = payment_id("paid on")
    onward = processor.processPayment.encode_input(merchant, UNIT, invoice)
    arm(receiver, payer, receiver, receiver.execute.encode_input(processor, UNIT, onward))
    processor.processPayment(receiver, PRICE, invoice, {"from": payer, "value": PRICE})
    assert was_refused(receiver)
    assert processor.isPaid(NATIVE, receiver, PRICE, invoice)
    assert not processor.isPaid(NATIVE, merchant, UNIT, invoice)


def test_a_token_that_pays_the_same_terms_within_its_transfer_settles_once(processor, payer, merchant, hook):
    invoice = payment_id("twice")
    arm(hook, payer, processor, processor.processTokenPayment.encode_input(hook, merchant, PRICE, invoice))
    before = hook.balanceOf(merchant)
    processor.processTokenPayment(hook, merchant, PRICE, invoice, {"from": payer})
    assert was_refused(hook)
    assert processor.getPayment(hook, merchant, PRICE, invoice)[0] == payer
    assert hook.balanceOf(merchant) == before + PRICE


def test_a_token_that_moves_more_to_the_payee_within_its_transfer_fails_the_payment(
    processor, payer, merchant, hook, refused
):
    arm(hook, payer, hook, hook.mint.encode_input(merchant, 5))
    held = hook.balanceOf(merchant)
    with refused("InexactTransfer", hook, merchant, held + PRICE + 5, held + PRICE, assets=[hook]):
        processor.processTokenPayment(hook, merchant, PRICE, payment_id("more"), {"from": payer})


def test_one_inflow_counts_once_where_a_payment_to_the_vault_is_also_deposited(processor, secure, payer, hook, refused):
    arm(hook, payer, secure, secure.depositToken.encode_input(hook, PRICE))
    with refused("InexactTransfer", hook, secure, 2 * PRICE, PRICE, assets=[hook]):
        processor.processTokenPayment(hook, secure, PRICE, payment_id("vault"), {"from": payer})
    assert (secure.balanceOf(hook, hook), hook.balanceOf(secure)) == (0, 0)


def test_a_receiver_may_use_the_other_contract_within_its_payment(processor, secure, payer, receiver):
    arm(receiver, payer, receiver, receiver.execute.encode_input(secure, UNIT, secure.deposit.encode_input()))
    processor.processPayment(receiver, PRICE, payment_id("saved"), {"from": payer, "value": PRICE})
    assert receiver.succeeded()
    assert secure.balanceOf(receiver, NATIVE) == secure.balance() == UNIT
    assert receiver.balance() == PRICE - UNIT
