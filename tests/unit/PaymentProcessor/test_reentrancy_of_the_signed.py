"""Tokens that call back while a payment by signature or by approveAndCall is under way."""

import pytest
from eth_abi import encode

from scripts.papers.signed import PERMIT2
from tests.support import holdings, payment_id, send
from tests.unit.keys import payment_key
from tests.unit.PaymentProcessor.consent import INVOICE, PRICE
from tests.unit.reentrancy import UNIT, arm, processor_calls, was_refused

pytestmark = pytest.mark.usefixtures("permit2")
INFINITE = 2**256 - 1
INNER = payment_id("inner")
VERBS = ["permit", "authorization", "permit2", "approveAndCall"]


@pytest.fixture(scope="module")
def hook(deploy, payer, merchant, processor, permit2):
    """A token that calls back; it holds and has approved some of itself, so that what it calls would be good."""
    token = deploy("ReentrantSignedToken")
    for holder in (payer, merchant, token):
        send(payer, token.mint, holder, 100 * PRICE)
    send(payer, token.approve, PERMIT2, INFINITE)
    send(payer, token.execute, token, 0, token.approve.encode_input(processor, UNIT))
    return token


@pytest.fixture
def calls(processor, payer, merchant, stranger, hook, consent):
    """Calls that would be good from the token, were no other under way: name to call data."""
    terms = {"amount": UNIT, "invoice": INNER}
    authorization = consent.authorization(hook, payer, stranger, **terms)
    key = payment_key(processor, hook, stranger, UNIT, INNER)
    permit2 = consent.permit2(hook, payer, stranger, amount=UNIT, key=key, nonce=9)
    deal, signed = (hook, stranger, UNIT, INNER), (hook, payer, stranger, UNIT, INNER)
    nonsense = (2**255, 27, bytes(32), bytes(32))
    data = encode(["address", "bytes32"], [stranger.address, INNER])
    return {
        **processor_calls(processor, hook, stranger, hook),
        "processTokenPaymentWithPermit": processor.processTokenPaymentWithPermit.encode_input(*deal, *nonsense),
        "processTokenPaymentWithAuthorization": processor.processTokenPaymentWithAuthorization.encode_input(
            *signed, *authorization
        ),
        "processTokenPaymentWithPermit2": processor.processTokenPaymentWithPermit2.encode_input(*signed, *permit2),
        "onApprovalReceived": processor.onApprovalReceived.encode_input(hook, UNIT, data),
    }


@pytest.fixture
def pay(processor, payer, merchant, stranger, hook, consent):
    """One of the four ways to pay the invoice."""

    def pay(verb):
        deal, signed = (hook, merchant, PRICE, INVOICE), (hook, payer, merchant, PRICE, INVOICE)
        if verb == "permit":
            processor.processTokenPaymentWithPermit(*deal, *consent.permit(hook, payer), {"from": payer})
        elif verb == "authorization":
            authorization = consent.authorization(hook, payer, merchant)
            processor.processTokenPaymentWithAuthorization(*signed, *authorization, {"from": stranger})
        elif verb == "permit2":
            permit2 = consent.permit2(hook, payer, merchant)
            processor.processTokenPaymentWithPermit2(*signed, *permit2, {"from": stranger})
        else:
            data = encode(["address", "bytes32"], [merchant.address, INVOICE])
            hook.approveAndCall["address,uint256,bytes"](processor, PRICE, data, {"from": payer})

    return pay


@pytest.mark.parametrize("inner", ["Permit", "Authorization", "Permit2", None], ids=str)
def test_what_the_token_calls_back_is_good_by_itself(processor, payer, stranger, hook, calls, inner):
    name = f"processTokenPaymentWith{inner}" if inner else "onApprovalReceived"
    before = hook.balanceOf(stranger)
    hook.execute(processor, 0, calls[name], {"from": payer})
    assert hook.balanceOf(stranger) == before + UNIT
    assert processor.isPaid(hook, stranger, UNIT, INNER)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("fee_bps", [0, 100], ids=["no fee", "fee"])
def test_no_token_reenters_a_payment(
    chain, processor, payer, merchant, governor, stranger, hook, calls, pay, verb, fee_bps
):
    processor.setFee(fee_bps, {"from": governor})
    for name, data in calls.items():
        chain.snapshot()
        before = holdings([hook], [payer, merchant, stranger, processor]).values()
        arm(hook, payer, processor, data)
        pay(verb)
        assert was_refused(hook), name
        after = holdings([hook], [payer, merchant, stranger, processor]).values()
        fee = PRICE * fee_bps // 10_000
        assert [b - a for a, b in zip(before, after, strict=True)] == [-PRICE, PRICE - fee, 0, fee]
        assert processor.getPayment(hook, merchant, PRICE, INVOICE)[0] == payer
        chain.revert()
