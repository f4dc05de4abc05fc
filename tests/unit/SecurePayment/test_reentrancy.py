"""Receivers and tokens that call back while SecurePayment is at work."""

import pytest

from tests.support import NATIVE, at, holdings, payment_id, send
from tests.unit.keys import payout
from tests.unit.reentrancy import UNIT, arm, processor_calls, secure_calls, was_refused

PRICE = 10**6


@pytest.fixture
def receive(secure, payer, merchant, receiver, terms):
    """Let SecurePayment send coin to the receiver in one of four ways; `salt` tells the escrows apart."""

    def by_receiver(method, *arguments, value=0):
        send(payer, receiver.execute, secure, value, method.encode_input(*arguments), value=value)

    def receive(verb, salt, arm):
        if verb == "withdraw":
            by_receiver(secure.deposit, value=PRICE)
            arm()
            by_receiver(secure.withdraw, PRICE)
        elif verb == "capture":
            agreed = terms(merchant=receiver, amount=PRICE, salt=salt)
            send(payer, secure.authorize, agreed, value=PRICE)
            arm()
            by_receiver(secure.capture, agreed, PRICE)
        else:
            agreed = terms(payer=receiver, amount=PRICE, salt=salt)
            by_receiver(secure.authorize, agreed, value=PRICE)
            if verb == "refund":
                send(merchant, secure.capture, agreed, PRICE)
            if verb == "reclaim":
                at(agreed.captureDeadline)
            arm()
            if verb == "refund":
                send(merchant, secure.refund, agreed, PRICE, value=PRICE)
            elif verb == "void":
                send(merchant, secure.void, agreed)
            else:
                by_receiver(secure.reclaim, agreed)

    return receive


@pytest.mark.parametrize("verb", ["withdraw", "capture", "refund", "void", "reclaim"])
def test_no_receiver_reenters_the_contract(secure, payer, stranger, receiver, token, chain, receive, verb):
    calls = secure_calls(secure, receiver, stranger, token, chain[-1].timestamp)
    for number, (name, data) in enumerate(calls.items(), 1):
        receive(verb, number, lambda data=data: arm(receiver, payer, secure, data))
        assert was_refused(receiver), name
        assert (receiver.balance(), secure.balance()) == (number * PRICE, 0)
        assert secure.balanceOf(receiver, NATIVE) == 0


@pytest.mark.parametrize("verb", ["depositToken", "withdrawToken", "authorize", "capture", "refund", "void", "reclaim"])
def test_no_token_reenters_the_contract(secure, payer, merchant, stranger, hook, chain, terms, verb):
    calls = secure_calls(secure, hook, stranger, hook, chain[-1].timestamp)
    for number, (name, data) in enumerate(calls.items(), 1):
        agreed = terms(token=hook, amount=PRICE, salt=number)
        if verb == "withdrawToken":
            send(payer, secure.depositToken, hook, PRICE)
        if verb in ("capture", "refund", "void", "reclaim"):
            send(payer, secure.authorize, agreed)
        if verb == "refund":
            send(merchant, secure.capture, agreed, PRICE)
        before = holdings([hook], [payer, merchant, secure]).values()
        if verb == "reclaim":
            at(agreed.captureDeadline)
        arm(hook, payer, secure, data)
        if verb in ("depositToken", "withdrawToken"):
            send(payer, getattr(secure, verb), hook, PRICE)
        elif verb in ("capture", "refund"):
            send(merchant, getattr(secure, verb), agreed, PRICE)
        else:
            send(merchant if verb == "void" else payer, getattr(secure, verb), agreed)
        assert was_refused(hook), name
        after = holdings([hook], [payer, merchant, secure]).values()
        assert (
            tuple((b - a) // PRICE for a, b in zip(before, after, strict=True))
            == {
                "depositToken": (-1, 0, 1),
                "withdrawToken": (1, 0, -1),
                "authorize": (-1, 0, 1),
                "capture": (0, 1, -1),
                "refund": (1, -1, 0),
                "void": (1, 0, -1),
                "reclaim": (1, 0, -1),
            }[verb]
        )
        assert secure.balanceOf(hook, hook) == 0


@pytest.mark.parametrize("verb", ["depositToken", "authorize"])
def test_a_reentrant_collector_cannot_count_one_inflow_twice(secure, payer, hook, terms, verb):
    arm(hook, payer, secure, secure.depositToken.encode_input(hook, PRICE))
    agreed = terms(token=hook, amount=PRICE)
    if verb == "authorize":
        secure.authorize(agreed, {"from": payer})
    else:
        secure.depositToken(hook, PRICE, {"from": payer})
    assert was_refused(hook)
    counted = secure.capturable(agreed) + secure.balanceOf(payer, hook) + secure.balanceOf(hook, hook)
    assert counted == hook.balanceOf(secure) == PRICE


@pytest.mark.parametrize("verb", ["depositToken", "authorize"])
def test_an_inflow_by_way_of_the_processor_is_not_counted_here_too(
    secure, processor, payer, hook, terms, refused, verb
):
    inner = processor.processTokenPayment.encode_input(hook, secure, PRICE, payment_id("by the way"))
    arm(hook, payer, processor, inner)
    with refused("InexactTransfer", hook, secure, 2 * PRICE, PRICE, assets=[hook]):
        if verb == "authorize":
            secure.authorize(terms(token=hook, amount=PRICE), {"from": payer})
        else:
            secure.depositToken(hook, PRICE, {"from": payer})
    assert not processor.isPaid(hook, secure, PRICE, payment_id("by the way"))


def test_a_receiver_may_pay_by_the_processor_within_its_withdrawal(secure, processor, payer, stranger, receiver, token):
    send(payer, receiver.execute, secure, PRICE, secure.deposit.encode_input(), value=PRICE)
    invoice = payment_id("onward")
    onward = processor.processPayment.encode_input(stranger, UNIT, invoice)
    arm(receiver, payer, receiver, receiver.execute.encode_input(processor, UNIT, onward))
    send(payer, receiver.execute, secure, 0, secure.withdraw.encode_input(PRICE))
    assert receiver.succeeded()
    assert processor.isPaid(NATIVE, stranger, UNIT, invoice)
    assert (receiver.balance(), secure.balance()) == (PRICE - UNIT, 0)


def test_a_token_may_reenter_the_other_contract_and_both_stay_exact(secure, processor, payer, stranger, hook):
    for name, data in processor_calls(processor, hook, stranger, hook).items():
        if name not in ("processTokenPayment", "processBatch"):
            continue
        before = hook.balanceOf(secure), hook.balanceOf(stranger)
        arm(hook, payer, processor, data)
        send(payer, secure.depositToken, hook, PRICE)
        assert hook.succeeded(), name
        assert (hook.balanceOf(secure), hook.balanceOf(stranger)) == (before[0] + PRICE, before[1] + UNIT)
        assert hook.balanceOf(processor) == 0
    assert secure.balanceOf(payer, hook) == hook.balanceOf(secure) == 2 * PRICE


def test_a_withdrawal_within_a_batch_is_paid_by_the_other_contract_alone(secure, processor, payer, receiver):
    send(payer, receiver.execute, secure, PRICE, secure.deposit.encode_input(), value=PRICE)
    arm(receiver, payer, secure, secure.withdraw.encode_input(PRICE))
    payouts = [payout(receiver, UNIT)]
    send(payer, processor.processBatch, NATIVE, payouts, UNIT, payment_id("both"), value=UNIT)
    assert receiver.succeeded()
    assert (receiver.balance(), secure.balance(), processor.balance()) == (PRICE + UNIT, 0, 0)
