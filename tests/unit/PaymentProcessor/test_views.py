"""The views: what anyone can prove about a payment."""

from brownie import Wei
from brownie.test import given, strategy
from hypothesis import settings

from tests.support import NATIVE, payment_id
from tests.unit.keys import batch_commitment, payment_key

PRICE = Wei("1 ether")
INVOICE = payment_id("invoice 1")
NONE, PAID = 0, 1
examples = settings(max_examples=20)


@given(token=strategy("address"), to=strategy("address"), amount=strategy("uint256"), invoice=strategy("bytes32"))
@examples
def test_payment_key_is_the_hash_of_all_terms(processor, token, to, amount, invoice):
    assert (
        processor.paymentKey(token, to, amount, invoice)
        == "0x" + payment_key(processor, token, to, amount, invoice).hex()
    )


@given(token=strategy("address"), payouts=strategy("bytes32[]", max_length=8))
@examples
def test_batch_commitment_is_the_hash_of_token_and_payouts(processor, token, payouts):
    payouts = [bytes(word) for word in payouts]
    assert processor.batchCommitment(token, payouts) == "0x" + batch_commitment(token, payouts).hex()


def test_no_two_terms_share_a_key(processor, merchant, stranger, token):
    terms = [(NATIVE, merchant, PRICE, INVOICE)]
    terms += [(token, *terms[0][1:]), (NATIVE, stranger, PRICE, INVOICE), (NATIVE, merchant, PRICE + 1, INVOICE)]
    terms += [(NATIVE, merchant, PRICE, payment_id("invoice 2"))]
    assert len({str(processor.paymentKey(*each)) for each in terms}) == len(terms)


def test_a_key_never_paid_reads_as_zeros(processor, merchant):
    key = payment_key(processor, NATIVE, merchant, PRICE, INVOICE)
    assert processor.payments(key) == (NATIVE, 0, NONE)
    assert not processor.isPaid(NATIVE, merchant, PRICE, INVOICE)
    assert processor.getPayment(NATIVE, merchant, PRICE, INVOICE) == (NATIVE, merchant, PRICE, 0, False)


def test_a_paid_key_reads_as_who_when_and_paid(processor, payer, merchant):
    tx = processor.processPayment(merchant, PRICE, INVOICE, {"from": payer, "value": PRICE})
    key = payment_key(processor, NATIVE, merchant, PRICE, INVOICE)
    assert processor.payments(key) == (payer, tx.timestamp, PAID)
    assert processor.isPaid(NATIVE, merchant, PRICE, INVOICE)
    assert processor.getPayment(NATIVE, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, tx.timestamp, True)


def test_an_unknown_batch_reads_as_zero(processor, payer):
    assert int.from_bytes(processor.batches(payer, INVOICE), "big") == 0


def test_version_is_semantic(processor):
    assert processor.version() == "1.0.0"


def test_the_largest_batch_is_400(processor):
    assert processor.MAX_BATCH() == 400
