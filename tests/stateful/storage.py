"""What the contracts store, read through their views, against the reference model's book, wherever the book changed."""

from offchain.core.payment import Status
from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.model import escrow, payment
from tests.model.breaker import HEARTBEAT_SECONDS
from tests.model.governed import GUARDIAN_ROLE
from tests.model.limiter import available
from tests.stateful.edge import as_tuple
from tests.support import now


def as_staged(stage, chain_id, trail):
    """How the book of either contract begins: as deployed and set on the stage, with the trail of that."""
    guardian = stage.people["guardian"].address
    return {
        "chain_id": chain_id,
        "governor": stage.people["governor"].address,
        "governor_delay": GOVERNOR_DELAY_SECONDS,
        "members": frozenset({(GUARDIAN_ROLE, guardian)}),
        "heard_until": {guardian: trail[0].at + HEARTBEAT_SECONDS},
        "fee_recipient": stage.people["treasury"].address,
        "fee_bps": stage.fee_bps,
        "last_head": trail[-1].head,
        "audit_length": len(trail),
    }


def compare_processor(edge, contract, before, after):
    """Every view of PaymentProcessor that the step may have changed."""
    _compare_settings(edge, contract, before, after)
    for asset, bucket in after.buckets.items():
        if bucket != before.buckets.get(asset):
            assert edge.view(contract, "limitOf", asset) == (bucket.capacity, bucket.refill_seconds)
            assert edge.view(contract, "available", asset) == available(bucket, now())
    for key, receipt in after.receipts.items():
        if receipt != before.receipts.get(key):
            assert edge.view(contract, "payments", key) == (receipt.payer, receipt.paid_at, receipt.status)
    for batch, commitment in after.batches.items():
        if batch not in before.batches:
            assert edge.view(contract, "batches", *batch) == commitment


def compare_invoice(edge, contract, book, invoice):
    """The views of PaymentProcessor that take terms."""
    receipt, terms = payment.receipt_of(book, invoice), as_tuple(invoice)
    paid = receipt.status is Status.PAID
    assert edge.view(contract, "paymentKey", *terms) == payment.key_of(book, invoice)
    assert edge.view(contract, "isPaid", *terms) == paid
    record = (receipt.payer, invoice.to, invoice.amount, receipt.paid_at, paid)
    assert edge.view(contract, "getPayment", *terms) == record


def compare_vault(edge, contract, before, after):
    """Every view of SecurePayment that the step may have changed."""
    _compare_settings(edge, contract, before, after)
    for key, state in after.escrows.items():
        if state != before.escrows.get(key):
            terms = as_tuple(state.terms)
            assert edge.view(contract, "escrowKey", terms) == key
            assert edge.view(contract, "escrows", key) == (state.captured, state.refunded, state.fee_bps, state.status)
            assert edge.view(contract, "capturable", terms) == escrow.capturable(state)
            assert edge.view(contract, "refundable", terms) == escrow.refundable(state)
    for (account, token), amount in after.balances.items():
        if amount != before.balances.get((account, token)):
            assert edge.view(contract, "balanceOf", account, token) == amount


def _compare_settings(edge, contract, before, after):
    stored = edge.views(contract, *((name,) for name in ("feeBps", "feeRecipient", "pausedUntil", "auditHead")))
    assert stored == [after.fee_bps, after.fee_recipient, after.paused_until, after.audit_head]
    assert edge.view(contract, "auditLength") == after.audit_length
    for guardian, until in after.heard_until.items():
        if until != before.heard_until.get(guardian):
            assert edge.view(contract, "heartbeatUntil", guardian) == until
    for role, account in before.members ^ after.members:
        assert edge.view(contract, "hasRole", role, account) == ((role, account) in after.members)
