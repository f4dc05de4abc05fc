"""processPayment: native coin, now, once."""

from tests.support import NATIVE, payment_id, reverts

PRICE = 10**18
INVOICE = payment_id("invoice 1")


def test_payment_reaches_the_payee_and_is_recorded(processor, payer, merchant, chain):
    before = merchant.balance()
    tx = processor.processPayment(merchant, PRICE, INVOICE, {"from": payer, "value": PRICE})
    assert merchant.balance() == before + PRICE
    assert processor.getPayment(NATIVE, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, tx.timestamp, True)
    assert [event.name for event in tx.events] == ["PaymentProcessed"]


def test_wrong_value_reverts(processor, payer, merchant):
    with reverts("WrongValue", PRICE - 1, PRICE):
        processor.processPayment(merchant, PRICE, INVOICE, {"from": payer, "value": PRICE - 1})
