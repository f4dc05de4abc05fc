"""The flows of PaymentProcessor: what is asked, and what it must come to."""

from tests.support import event, payment_id
from tests.unit.keys import batch_commitment, payment_key, payout
from tests.unit.oddities.case import Step, view
from tests.unit.oddities.tokens import MAX96, Leg

INVOICE = payment_id("invoice 1")
BATCH = payment_id("salaries, November")
PAID, REFUNDED = 1, 2


def payment(case):
    case.wake(case.payer, case.merchant)
    return paid_by(case, case.contract.processTokenPayment, case.token, str(case.merchant), case.asked, INVOICE)


def paid_by(case, method, *arguments, actor=None):
    """A single payment by the payer's approval, whichever method makes it."""
    processor, payer, merchant = str(case.contract), str(case.payer), str(case.merchant)
    fee, key = case.fee(case.asked), key_of(case, case.asked)
    settled = event("TokenPaymentProcessed", key, INVOICE, case.token, payer, merchant, case.asked, fee)
    legs = [Leg(payer, merchant, case.asked - fee, checked=True)]
    legs += [Leg(payer, processor, fee, checked=True)] if fee else []
    return Step(actor or case.payer, method, arguments, legs, [settled], lambda: status_of(case, key) == (payer, PAID))


def batch(case):
    payouts = list(zip(case.world.payees, (case.amount // 4, case.amount - case.amount // 4), strict=True))
    case.wake(case.payer, payouts[0][0])
    processor, payer, total = str(case.contract), str(case.payer), case.asked
    words = [payout(to, amount) for to, amount in payouts]
    return Step(
        case.payer,
        case.contract.processBatch,
        (case.token, words, total, BATCH),
        [Leg(payer, processor, total, checked=True), *(Leg(processor, to, amount) for to, amount in payouts)],
        [event("BatchProcessed", BATCH, payer, case.token, len(payouts), total)],
        lambda: view(case.contract.batches, payer, BATCH) == batch_commitment(case.token, words),
        keeps=0,
    )


def refund(case):
    payer, merchant = str(case.payer), str(case.merchant)
    case.send(case.payer, case.contract.processTokenPayment, case.token, merchant, case.amount, INVOICE)
    case.wake(merchant, payer)
    key = key_of(case, case.asked)
    return Step(
        case.merchant,
        case.contract.refund,
        (case.token, merchant, case.asked, INVOICE),
        [Leg(merchant, payer, case.asked, checked=True)],
        [event("PaymentRefunded", key, payer, merchant, case.token, case.asked)],
        lambda: status_of(case, key) == (payer, REFUNDED),
        excess=("NotPaid", key, 0),
    )


def sweep(case):
    processor, recipient = str(case.contract), str(case.world.fee_recipient)
    case.wake(processor, recipient)
    fees = case.look()["token", processor]
    return Step(
        case.relayer,
        case.contract.sweep,
        (case.token,),
        [Leg(processor, recipient, fees)],
        [event("FeesSwept", case.token, recipient, fees)],
        lambda: view(case.contract.available, case.token) == MAX96 - fees,
    )


def key_of(case, amount):
    return payment_key(case.contract, case.token, str(case.merchant), amount, INVOICE)


def status_of(case, key):
    payer, _, status = view(case.contract.payments, key)
    return payer, status


FLOWS = {  # and who calls
    "payment": ("payer", payment),
    "batch": ("payer", batch),
    "refund": ("merchant", refund),
    "sweep": ("relayer", sweep),
}
