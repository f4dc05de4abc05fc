"""refund: a token payment goes back to its payer."""

from tests.support import payment_id

AMOUNT = 8
INVOICE = payment_id("invoice 1")


def test_a_token_payment_is_refunded(processor, token, payer, merchant):
    processor.processTokenPayment(token, merchant, AMOUNT, INVOICE, {"from": payer})
    before = token.balanceOf(payer)
    processor.refund(token, merchant, AMOUNT, INVOICE, {"from": merchant})
    assert token.balanceOf(payer) == before + AMOUNT
    assert not processor.isPaid(token, merchant, AMOUNT, INVOICE)
