"""The model of payments that the payer only signs, by itself."""

import pytest

from offchain.core.payment import Invoice, payment_key
from scripts.papers.signed import authorization_nonce
from tests.model import signed_payment
from tests.model.act import Call, Rejected, Way
from tests.unit.model.test_payment import CHAIN_ID, MERCHANT, NOW, PAYER, PROCESSOR, STRANGER, TOKEN, processor_book

INVOICE = Invoice(TOKEN, MERCHANT, 10**18, b"invoice 1".ljust(32, b"\0"))
KEY = payment_key(CHAIN_ID, PROCESSOR, INVOICE)
NONCE = authorization_nonce(KEY)
CALL = Call(STRANGER, 0, NOW)


@pytest.mark.parametrize("fee_bps", [0, 100])
def test_an_authorization_goes_by_the_processor_and_leaves_the_fee(fee_bps):
    outcome = signed_payment.process_with_authorization(processor_book(fee_bps), CALL, INVOICE, PAYER, NONCE)
    came, went = outcome.transfers
    assert (came.way, came.source, came.to, came.amount) == (Way.AUTHORIZED, PAYER, PROCESSOR, INVOICE.amount)
    assert (went.way, went.source, went.to) == (Way.DELIVER, PROCESSOR, MERCHANT)
    assert came.amount - went.amount == outcome.book.unswept[TOKEN] == INVOICE.amount * fee_bps // 10_000
    assert outcome.book.receipts[KEY].payer == PAYER


def test_permit2_goes_by_the_processor_only_for_a_fee():
    straight = signed_payment.process_with_permit2(processor_book(), CALL, INVOICE, PAYER).transfers
    assert [(each.way, each.source, each.to) for each in straight] == [(Way.PERMIT2, PAYER, MERCHANT)]
    by_us = signed_payment.process_with_permit2(processor_book(100), CALL, INVOICE, PAYER).transfers
    assert [(each.way, each.to) for each in by_us] == [(Way.PERMIT2, PROCESSOR), (Way.DELIVER, MERCHANT)]


@pytest.mark.parametrize("bit", range(64, 256, 17))
def test_a_nonce_with_another_upper_bit_is_refused(bit):
    nonce = (int.from_bytes(KEY) ^ 1 << bit).to_bytes(32)
    with pytest.raises(Rejected) as refused:
        signed_payment.process_with_authorization(processor_book(), CALL, INVOICE, PAYER, nonce)
    assert (refused.value.error, refused.value.values) == ("WrongNonce", (nonce, KEY))


def test_an_approval_of_another_amount_is_refused():
    call = Call(TOKEN, 0, NOW)
    paid = signed_payment.on_approval_received(processor_book(), call, PAYER, 5, MERCHANT, INVOICE.payment_id, 5)
    assert paid.transfers[0].source == PAYER
    for allowed in (0, 4, 6, 2**256 - 1):
        with pytest.raises(Rejected) as refused:
            signed_payment.on_approval_received(processor_book(), call, PAYER, 5, MERCHANT, INVOICE.payment_id, allowed)
        assert (refused.value.error, refused.value.values) == ("WrongAllowance", (PAYER, allowed, 5))
