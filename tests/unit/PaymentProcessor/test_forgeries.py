"""What looks like a payment and is none: a worthless token, and one wei under a merchant's paymentId."""

from brownie import Wei

from tests.support import NATIVE, emitted, payment_id

PRICE = Wei("1 ether")
INVOICE = payment_id("invoice 1")


def test_a_worthless_token_under_a_merchants_id_settles_nothing(processor, payer, merchant, token, deploy, stranger):
    worthless = deploy("TestToken")
    worthless.mint(stranger, PRICE)
    worthless.approve(processor, PRICE, {"from": stranger})
    tx = processor.processTokenPayment(worthless, merchant, PRICE, INVOICE, {"from": stranger})
    assert [name for name, *_ in emitted(tx, processor)] == ["TokenPaymentProcessed"]
    assert not processor.isPaid(NATIVE, merchant, PRICE, INVOICE)
    assert not processor.isPaid(token, merchant, PRICE, INVOICE)
    processor.processPayment(merchant, PRICE, INVOICE, {"from": payer, "value": PRICE})
    processor.processTokenPayment(token, merchant, PRICE, INVOICE, {"from": payer})
    assert processor.isPaid(NATIVE, merchant, PRICE, INVOICE)
    assert processor.isPaid(token, merchant, PRICE, INVOICE)


def test_one_wei_under_a_merchants_id_settles_nothing(processor, payer, merchant, stranger):
    processor.processPayment(merchant, 1, INVOICE, {"from": stranger, "value": 1})
    assert not processor.isPaid(NATIVE, merchant, PRICE, INVOICE)
    assert processor.getPayment(NATIVE, merchant, PRICE, INVOICE)[4] is False
    tx = processor.processPayment(merchant, PRICE, INVOICE, {"from": payer, "value": PRICE})
    assert processor.getPayment(NATIVE, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, tx.timestamp, True)


def test_payment_to_oneself_under_a_merchants_id_settles_nothing(processor, payer, merchant, stranger, deployer):
    processor.processPayment(deployer, PRICE, INVOICE, {"from": stranger, "value": PRICE})
    assert not processor.isPaid(NATIVE, merchant, PRICE, INVOICE)
    processor.processPayment(merchant, PRICE, INVOICE, {"from": payer, "value": PRICE})
    assert processor.isPaid(NATIVE, merchant, PRICE, INVOICE)
