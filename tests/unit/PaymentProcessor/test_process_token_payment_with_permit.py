"""processTokenPaymentWithPermit: approved by a signature in the same call, paid by the caller."""

import pytest

from tests.support import NATIVE, at, emitted, event, send
from tests.unit.keys import DAY, payment_key
from tests.unit.PaymentProcessor.consent import INVOICE, PRICE

NONSENSE = (2**255, 27, b"\1" * 32, b"\2" * 32)


@pytest.fixture
def pay(processor, payer, merchant):
    def pay(token, permit, amount=PRICE, to=merchant, payer=payer):
        return processor.processTokenPaymentWithPermit(token, to, amount, INVOICE, *permit, {"from": payer})

    return pay


@pytest.mark.parametrize("name", ["signed", "coin"])
def test_permit_and_payment_are_one_call(processor, payer, merchant, moving_by_signature, consent, pay, moved, name):
    token = moving_by_signature[name]
    gains = moved(token)
    tx = pay(token, consent.permit(token, payer))
    assert gains == (-PRICE, PRICE, 0)
    key = payment_key(processor, token, merchant, PRICE, INVOICE)
    assert emitted(tx, processor) == [
        event("TokenPaymentProcessed", key, INVOICE, token, payer, merchant, PRICE, 0),
    ]
    assert processor.getPayment(token, merchant, PRICE, INVOICE) == (payer, merchant, PRICE, tx.timestamp, True)
    assert token.allowance(payer, processor) == 0


def test_the_fee_is_pulled_by_the_same_permit(processor, payer, merchant, governor, signed, consent, pay, moved):
    processor.setFee(100, {"from": governor})
    gains = moved(signed)
    tx = pay(signed, consent.permit(signed, payer))
    assert gains == (-PRICE, PRICE - PRICE // 100, PRICE // 100)
    assert emitted(tx, processor)[0][-1] == PRICE // 100
    assert signed.allowance(payer, processor) == 0


def test_a_front_run_permit_does_no_harm(processor, payer, merchant, stranger, signed, consent, pay, moved):
    deadline, v, r, s = consent.permit(signed, payer)
    signed.permit(payer, processor, PRICE, deadline, v, r, s, {"from": stranger})
    gains = moved(signed)
    pay(signed, (deadline, v, r, s))
    assert gains == (-PRICE, PRICE, 0)


def test_a_refused_permit_is_tolerated_where_the_allowance_is_there(processor, payer, signed, pay, moved):
    signed.approve(processor, PRICE, {"from": payer})
    gains = moved(signed)
    pay(signed, NONSENSE)
    assert gains == (-PRICE, PRICE, 0)


def test_a_token_without_permit_is_paid_from_its_allowance(token, pay, moved):
    gains = moved(token)
    pay(token, NONSENSE)
    assert gains == (-PRICE, PRICE, 0)


@pytest.mark.parametrize(
    "fault",
    [
        {"amount": PRICE - 1},
        {"nonce": 1},
        {"chain_id": 5},
        {"spender": NATIVE},
        {"late": -1},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_a_permit_that_does_not_fit_leaves_no_allowance(processor, payer, signed, consent, pay, refused, fault):
    with refused("ERC20InsufficientAllowance", processor, 0, PRICE, assets=[signed]):
        pay(signed, consent.permit(signed, payer, **fault))


def test_a_permit_is_late_in_the_second_after_its_deadline(processor, payer, signed, consent, pay, refused):
    permit = consent.permit(signed, payer)
    at(permit[0] + 1)
    with refused("ERC20InsufficientAllowance", processor, 0, PRICE, assets=[signed]):
        pay(signed, permit)


def test_a_permit_is_good_in_the_second_of_its_deadline(payer, signed, consent, pay, moved):
    permit = consent.permit(signed, payer)
    gains = moved(signed)
    at(permit[0])
    pay(signed, permit)
    assert gains == (-PRICE, PRICE, 0)


def test_a_permit_serves_no_other_caller(processor, payer, stranger, signed, consent, pay, refused):
    with refused("ERC20InsufficientAllowance", processor, 0, PRICE, assets=[signed]):
        pay(signed, consent.permit(signed, payer), payer=stranger)
    assert (signed.allowance(payer, processor), signed.nonces(payer)) == (0, 0)


def test_a_permit_is_not_used_twice(processor, payer, merchant, signed, consent, pay, refused):
    permit = consent.permit(signed, payer)
    pay(signed, permit)
    with refused("ERC20InsufficientAllowance", processor, 0, PRICE, assets=[signed]):
        processor.processTokenPaymentWithPermit(signed, merchant, PRICE, bytes(32), *permit, {"from": payer})


def test_the_terms_are_checked_as_for_any_payment(processor, payer, signed, consent, pay, refused):
    permit = consent.permit(signed, payer)
    for amount, to, error, values in (
        (0, None, "ZeroAmount", ()),
        (PRICE, NATIVE, "InvalidPayee", (NATIVE,)),
        (PRICE, processor, "InvalidPayee", (processor,)),
        (PRICE, payer, "SelfPayment", (payer,)),
    ):
        with refused(error, *values, assets=[signed]):
            pay(signed, permit, amount, *([to] if to else []))


def test_the_same_terms_settle_once(processor, payer, merchant, signed, consent, pay, refused):
    paid_at = pay(signed, consent.permit(signed, payer)).timestamp
    key = payment_key(processor, signed, merchant, PRICE, INVOICE)
    with refused("AlreadyPaid", key, payer, paid_at, assets=[signed]):
        pay(signed, consent.permit(signed, payer))


def test_paying_while_paused_reverts(processor, payer, signed, consent, pay, refused, paused_until):
    permit = consent.permit(signed, payer, late=2 * DAY)
    with refused("ContractPaused", paused_until(processor), assets=[signed]):
        pay(signed, permit)
    assert signed.nonces(payer) == 0


def test_what_is_no_token_is_refused(processor, secure, stranger, pay, refused):
    for address in (NATIVE, stranger, secure, processor):
        with refused("NotAToken", address):
            pay(address, NONSENSE)


@pytest.mark.parametrize("bent", [(9_900, 0, 0), (0, 0, 0), (10_100, 0, 0), (10_000, 100, 0)])
def test_a_token_that_moves_another_amount_is_refused(payer, merchant, signed_named, consent, pay, refused, bent):
    token = signed_named("CrookedSignedToken")
    send(payer, token.bend, *bent)
    held = token.balanceOf(merchant)
    got = held + PRICE * bent[0] // 10_000 - PRICE * bent[1] // 10_000
    with refused("InexactTransfer", token, merchant, got, held + PRICE, assets=[token]):
        pay(token, consent.permit(token, payer))
