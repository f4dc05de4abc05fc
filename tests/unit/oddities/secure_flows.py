"""The flows of SecurePayment: what is asked, and what it must come to."""

from tests.support import event, now, rpc
from tests.unit.keys import DAY, Terms, escrow_key
from tests.unit.oddities.case import Step, view, views
from tests.unit.oddities.tokens import Leg

AUTHORIZED, CAPTURED, VOIDED, RECLAIMED = 1, 2, 3, 4
AMOUNT_LIMIT = 2**112 - 1


def deposit(case):
    case.wake(case.payer, case.contract)
    secure, payer = str(case.contract), str(case.payer)
    return Step(
        case.payer,
        case.contract.depositToken,
        (case.token, case.asked),
        [Leg(payer, secure, case.asked, checked=True)],
        [event("BalanceDeposited", payer, case.token, case.asked)],
        lambda: balance_of(case, payer) == case.asked,
        books=lambda: owed(case),
    )


def withdraw(case):
    case.send(case.payer, case.contract.depositToken, case.token, case.amount)
    case.wake(case.contract, case.payer)
    return withdrawn(case, case.payer, case.amount)


def withdrawn(case, holder, available):
    """Somebody takes all that it is owed."""
    secure, asked = str(case.contract), case.asked if case.asked > case.amount else available
    return Step(
        holder,
        case.contract.withdrawToken,
        (case.token, asked),
        [Leg(secure, str(holder), asked)],
        [event("BalanceWithdrawn", str(holder), case.token, asked)],
        lambda: balance_of(case, str(holder)) == 0,
        books=lambda: owed(case),
        excess=("InsufficientBalance", str(holder), asked, available),
    )


def authorize(case):
    case.wake(case.payer, case.contract)
    terms = terms_of(case)._replace(amount=case.asked)
    return Step(
        case.payer,
        case.contract.authorize,
        (terms,),
        [Leg(terms.payer, str(case.contract), case.asked, checked=True)],
        [event("EscrowAuthorized", escrow_key(case.contract, terms), *terms)],
        lambda: status_of(case, terms) == AUTHORIZED,
        books=lambda: owed(case, terms),
        excess=("AmountTooLarge", case.asked, AMOUNT_LIMIT),
    )


def capture(case):
    terms = authorized(case)
    case.wake(case.contract, case.merchant)
    fee, key, merchant = case.fee(case.asked), escrow_key(case.contract, terms), terms.merchant
    recipient = case.world.fee_recipient
    events = [event("EscrowCaptured", key, case.asked, fee)]
    return Step(
        case.merchant,
        case.contract.capture,
        (terms, case.asked),
        [Leg(str(case.contract), merchant, case.asked - fee, pushed=True)],
        events + ([event("BalanceCredited", recipient, case.token, fee)] if fee else []),
        lambda: status_of(case, terms) == CAPTURED,
        [event("BalanceCredited", merchant, case.token, case.asked - fee)],
        books=lambda: owed(case, terms),
        excess=("CaptureExceeded", key, case.asked, case.amount),
    )


def refund(case):
    terms = authorized(case)
    case.send(case.merchant, case.contract.capture, terms, case.amount)
    case.wake(case.merchant, case.payer)
    key, secure = escrow_key(case.contract, terms), str(case.contract)
    return Step(
        case.merchant,
        case.contract.refund,
        (terms, case.asked),
        [
            Leg(terms.merchant, secure, case.asked, checked=True),
            Leg(secure, terms.payer, case.asked, pushed=True),
        ],
        [event("EscrowRefunded", key, case.asked)],
        lambda: view(case.contract.refundable, terms) == 0,
        [event("BalanceCredited", terms.payer, case.token, case.asked)],
        books=lambda: owed(case, terms),
        excess=("RefundExceeded", key, case.asked, case.amount),
    )


def void(case):
    terms = authorized(case)
    case.wake(case.contract, case.payer)
    return given_back(case, case.merchant, case.contract.void, terms, "EscrowVoided", VOIDED)


def reclaim(case):
    terms = authorized(case)
    rpc("evm_mine", hex(terms.captureDeadline))
    case.wake(case.contract, case.payer)
    return given_back(case, case.payer, case.contract.reclaim, terms, "EscrowReclaimed", RECLAIMED)


def credited(case):
    """A push failed for whatever reason, while the token was not itself; now the merchant takes its credit."""
    terms = authorized(case)
    case.refuse()
    case.send(case.merchant, case.contract.capture, terms, case.amount)
    case.recover()
    credit = case.amount - case.fee(case.amount)
    assert balance_of(case, terms.merchant) == credit
    case.wake(case.contract, case.merchant)
    return withdrawn(case, case.merchant, credit)


def given_back(case, actor, method, terms, name, status):
    """The whole of an escrow goes back to its payer."""
    return Step(
        actor,
        method,
        (terms,),
        [Leg(str(case.contract), terms.payer, terms.amount, pushed=True)],
        [event(name, escrow_key(case.contract, terms), terms.amount)],
        lambda: status_of(case, terms) == status,
        [event("BalanceCredited", terms.payer, case.token, terms.amount)],
        books=lambda: owed(case, terms),
    )


def terms_of(case):
    payer, merchant, deadline = str(case.payer), str(case.merchant), now() + DAY
    return Terms(payer, merchant, case.token.address, case.amount, deadline, deadline + DAY, 0, 500, 1)


def authorized(case):
    terms = terms_of(case)
    case.send(case.payer, case.contract.authorize, terms)
    return terms


def status_of(case, terms):
    return view(case.contract.escrows, escrow_key(case.contract, terms))[3]


def balance_of(case, account):
    return view(case.contract.balanceOf, account, case.token)


def owed(case, *escrows):
    """What the contract owes of the token: balances, and what can still be captured or given back."""
    everyone = case.world.everyone(case.oddity.in_a_loan)
    balances = views(case.contract.balanceOf, *((account, case.token) for account in everyone))
    return sum(balances) + sum(view(case.contract.capturable, terms) for terms in escrows)


FLOWS = {  # and who calls
    "deposit": ("payer", deposit),
    "withdraw": ("payer", withdraw),
    "authorize": ("payer", authorize),
    "capture": ("merchant", capture),
    "refund": ("merchant", refund),
    "void": ("merchant", void),
    "reclaim": ("payer", reclaim),
    "credited": ("merchant", credited),
}
