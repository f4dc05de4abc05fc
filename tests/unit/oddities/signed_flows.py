"""The flows of PaymentProcessor in which the payer signs or approves on the way: what is asked, what it comes to."""

from eth_abi import encode

from tests.support import event, now
from tests.unit.keys import DAY
from tests.unit.oddities.case import Step
from tests.unit.oddities.processor_flows import INVOICE, PAID, key_of, paid_by, status_of
from tests.unit.oddities.tokens import MAX, Leg
from tests.unit.PaymentProcessor.consent import Consent

NO_SIGNATURE = bytes(65)
NO_PERMIT = 27, bytes(32), bytes(32)  # v, r, s of nobody


def permit(case):
    """The permit makes the allowance; where the token has no such permit there is none."""
    case.send(case.payer, case.token.approve, case.contract, 0)
    signed = (now() + DAY, *NO_PERMIT)
    if case.oddity.signs:
        signed = Consent(case.contract).permit(case.token, case.payer, amount=case.asked)
    case.wake(case.payer, case.merchant)
    step = permitted(case, signed)
    step.unable = ("ERC20InsufficientAllowance", case.contract, 0, step.legs[0].amount)
    if case.name in ("returns nothing", "rebased down", "rebased up", "rounds its shares"):
        step.unable = ("Panic",)  # what these mocks have in place of an error
    return step


def allowed(case):
    """The permit is refused, as one that was carried there before; the allowance stands."""
    case.wake(case.payer, case.merchant)
    return permitted(case, (now() + DAY, *NO_PERMIT))


def permitted(case, signed):
    terms = case.token, str(case.merchant), case.asked, INVOICE
    return paid_by(case, case.contract.processTokenPaymentWithPermit, *terms, *signed)


def authorization(case):
    consent, merchant = Consent(case.contract), str(case.merchant)
    nonce = consent.nonce(case.token, merchant, amount=case.asked)
    signed = now() - 1, now() + DAY, nonce, NO_SIGNATURE
    if case.oddity.signs:
        signed = consent.authorization(case.token, case.payer, merchant, amount=case.asked)
    case.wake(case.payer, case.merchant)
    return carried(case, case.contract.processTokenPaymentWithAuthorization, signed)


def permit2(case):
    merchant, amount = str(case.merchant), case.asked
    key = key_of(case, amount)
    signed = Consent(case.contract).permit2(case.token, case.payer, merchant, amount=amount, key=key)
    case.wake(case.payer, case.merchant)
    return carried(case, case.contract.processTokenPaymentWithPermit2, signed)


def carried(case, method, signed):
    """By way of the processor, where there is a fee; and whoever carries it pays nothing."""
    processor, payer, merchant = str(case.contract), str(case.payer), str(case.merchant)
    fee, key = case.fee(case.asked), key_of(case, case.asked)
    legs = [
        Leg(payer, processor, case.asked, checked=True),
        Leg(processor, merchant, case.asked - fee, checked=True),
    ]
    if not case.fee_bps and method == case.contract.processTokenPaymentWithPermit2:
        legs = [Leg(payer, merchant, case.asked, checked=True)]
    return Step(
        case.relayer,
        method,
        (case.token, payer, merchant, case.asked, INVOICE, *signed),
        legs,
        [event("TokenPaymentProcessed", key, INVOICE, case.token, payer, merchant, case.asked, fee)],
        lambda: status_of(case, key) == (payer, PAID),
        keeps=fee,
        unable=("NoAuthorization", case.token),
    )


def approval(case):
    """approveAndCall; where the token has none, nobody but the token could ask, and what is asked here is asked so."""
    data = encode(["address", "bytes32"], [str(case.merchant), INVOICE])
    case.wake(case.payer, case.merchant)
    if case.oddity.signs and case.code is None:
        step = paid_by(case, case.token.approveAndCall, case.contract, case.asked, data)
    else:
        method = case.contract.onApprovalReceived
        step = paid_by(case, method, str(case.payer), case.asked, data, actor=case.world.impersonated(case.token))
    step.unable = ("NotERC1363", case.token)
    if case.name == "reverts on reapproval":
        step.own = ("StillApproved", case.payer, case.contract, MAX)
    return step


FLOWS = {  # and who calls
    "permit": ("payer", permit),
    "allowed": ("payer", allowed),
    "authorization": ("relayer", authorization),
    "permit2": ("relayer", permit2),
    "approval": ("payer", approval),
}
