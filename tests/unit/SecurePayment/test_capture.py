"""capture: the merchant takes what is in escrow, whole or in parts, before the deadline."""

import pytest
from brownie import Wei
from brownie.test import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.support import NATIVE, at, emitted, event, holdings, reverts, send
from tests.unit.keys import escrow_key

PRICE = Wei("1 ether")
NONE, AUTHORIZED, CAPTURED, VOIDED, RECLAIMED = 0, 1, 2, 3, 4


@pytest.fixture
def capture(secure, merchant):
    return lambda agreed, amount=PRICE, sender=merchant: secure.capture(agreed, amount, {"from": sender})


def test_capture_pays_the_merchant_and_closes_the_escrow(secure, merchant, asset, opened, capture):
    agreed = opened(token=asset)
    before = holdings([asset], [merchant])
    capture(agreed)
    assert holdings([asset], [merchant]) == {key: held + PRICE for key, held in before.items()}
    assert list(holdings([asset], [secure]).values()) == [0]
    assert secure.escrows(escrow_key(secure, agreed)) == (PRICE, 0, 0, CAPTURED)
    assert (secure.capturable(agreed), secure.refundable(agreed)) == (0, PRICE)


def test_capture_in_parts_leaves_the_rest_open(secure, merchant, opened, capture):
    agreed = opened()
    before = merchant.balance()
    capture(agreed, PRICE // 4)
    assert secure.escrows(escrow_key(secure, agreed)) == (PRICE // 4, 0, 0, AUTHORIZED)
    assert (secure.capturable(agreed), secure.refundable(agreed)) == (PRICE - PRICE // 4, PRICE // 4)
    capture(agreed, PRICE - PRICE // 4)
    assert secure.escrows(escrow_key(secure, agreed)) == (PRICE, 0, 0, CAPTURED)
    assert merchant.balance() == before + PRICE


def test_capture_emits_exactly_one_event_with_all_its_fields(secure, asset, opened, capture):
    agreed = opened(token=asset)
    assert emitted(capture(agreed, 7), secure) == [event("EscrowCaptured", escrow_key(secure, agreed), 7, 0)]


def test_the_fee_is_credited_to_the_recipient(secure, merchant, governor, fee_recipient, asset, opened, capture):
    secure.setFee(100, {"from": governor})
    agreed = opened(token=asset)
    before = holdings([asset], [merchant])
    tx = capture(agreed)
    fee = PRICE // 100
    assert holdings([asset], [merchant]) == {key: held + PRICE - fee for key, held in before.items()}
    assert secure.balanceOf(fee_recipient, asset) == fee
    assert emitted(tx, secure) == [
        event("EscrowCaptured", escrow_key(secure, agreed), PRICE, fee),
        event("BalanceCredited", fee_recipient, asset, fee),
    ]
    secure.withdrawToken(asset, fee, {"from": fee_recipient})
    assert list(holdings([asset], [secure]).values()) == [0]


def test_the_fee_is_the_one_in_force_at_authorize(secure, governor, fee_recipient, opened, capture):
    secure.setFee(100, {"from": governor})
    agreed = opened()
    secure.setFee(500, {"from": governor})
    capture(agreed)
    assert secure.balanceOf(fee_recipient, NATIVE) == PRICE // 100


def test_the_fee_goes_to_the_recipient_at_capture(secure, governor, stranger, fee_recipient, opened, capture):
    secure.setFee(100, {"from": governor})
    agreed = opened()
    secure.setFeeRecipient(stranger, {"from": governor})
    capture(agreed)
    assert secure.balanceOf(stranger, NATIVE) == PRICE // 100
    assert secure.balanceOf(fee_recipient, NATIVE) == 0


@given(
    rate=st.integers(0, 500),
    parts=st.lists(st.one_of(st.integers(1, 300), st.integers(1, 10**20)), min_size=1, max_size=5),
)
@settings(max_examples=20)
def test_split_captures_pay_the_fee_of_one_capture(
    secure, payer, merchant, governor, fee_recipient, terms, rate, parts
):
    send(governor, secure.setFee, rate)
    amount = sum(parts)
    agreed = terms(amount=amount)
    send(payer, secure.authorize, agreed, value=amount)
    before = merchant.balance()
    for part in parts:
        send(merchant, secure.capture, agreed, part)
    fee = amount * rate // 10_000
    assert secure.balanceOf(fee_recipient, NATIVE) == secure.balance() == fee
    assert merchant.balance() == before + amount - fee


def test_captures_of_single_units_cannot_round_the_fee_away(secure, merchant, governor, fee_recipient, opened):
    secure.setFee(500, {"from": governor})
    agreed = opened(amount=40)
    for _ in range(40):
        send(merchant, secure.capture, agreed, 1)
    assert secure.balanceOf(fee_recipient, NATIVE) == 2


@pytest.mark.parametrize("role", ["payer", "stranger", "governor", "guardian", "fee_recipient"])
def test_only_the_merchant_captures(request, merchant, opened, capture, refused, role):
    agreed, sender = opened(), request.getfixturevalue(role)
    with refused("NotMerchant", sender, merchant):
        capture(agreed, sender=sender)


def test_capture_of_nothing_reverts(opened, capture, refused):
    agreed = opened()
    with refused("ZeroAmount"):
        capture(agreed, 0)


def test_capture_of_an_unknown_escrow_reverts(secure, terms, capture, refused):
    agreed = terms()
    with refused("NotAuthorized", escrow_key(secure, agreed), NONE):
        capture(agreed)


def test_capture_under_changed_terms_reverts(secure, opened, capture, refused):
    opened(salt=9)
    changed = opened()._replace(amount=PRICE + 1)
    with refused("NotAuthorized", escrow_key(secure, changed), NONE):
        capture(changed, PRICE + 1)


def test_over_capture_reverts(secure, opened, capture, refused):
    agreed = opened()
    opened(salt=2)  # the other escrow's coin is not this one's
    with refused("CaptureExceeded", escrow_key(secure, agreed), PRICE + 1, PRICE):
        capture(agreed, PRICE + 1)
    capture(agreed, 7)
    for amount in (PRICE - 6, 2**256 - 1):
        with refused("CaptureExceeded", escrow_key(secure, agreed), amount, PRICE - 7):
            capture(agreed, amount)


def test_capture_of_a_captured_escrow_reverts(secure, opened, capture, refused):
    agreed = opened()
    capture(agreed)
    with refused("NotAuthorized", escrow_key(secure, agreed), CAPTURED):
        capture(agreed, 1)


def test_capture_of_a_voided_escrow_reverts(secure, merchant, opened, capture, refused):
    agreed = opened()
    secure.void(agreed, {"from": merchant})
    with refused("NotAuthorized", escrow_key(secure, agreed), VOIDED):
        capture(agreed)


def test_capture_of_a_reclaimed_escrow_reverts(secure, payer, opened, capture, refused):
    agreed = opened()
    at(agreed.captureDeadline)
    secure.reclaim(agreed, {"from": payer})
    with refused("NotAuthorized", escrow_key(secure, agreed), RECLAIMED):
        capture(agreed)


def test_capture_in_the_last_second_before_the_deadline(secure, opened, capture):
    agreed = opened()
    at(agreed.captureDeadline - 1)
    capture(agreed)
    assert secure.capturable(agreed) == 0


@pytest.mark.parametrize("late", [0, 1])
def test_capture_from_the_deadline_on_reverts(secure, opened, capture, refused, late):
    agreed = opened()
    now = agreed.captureDeadline + late
    at(now)
    with refused("Expired", escrow_key(secure, agreed), now, agreed.captureDeadline):
        capture(agreed)


def test_capture_works_while_paused(secure, merchant, opened, capture, paused_until):
    agreed = opened()
    paused_until(secure)
    before = merchant.balance()
    capture(agreed)
    assert merchant.balance() == before + PRICE


def test_a_merchant_that_refuses_coin_is_credited_and_withdraws_later(secure, refuser, as_contract, opened, stranger):
    agreed = opened(merchant=refuser)
    tx = as_contract(refuser, secure.capture, agreed, PRICE)
    assert emitted(tx, secure) == [
        event("EscrowCaptured", escrow_key(secure, agreed), PRICE, 0),
        event("BalanceCredited", refuser, NATIVE, PRICE),
    ]
    assert secure.balanceOf(refuser, NATIVE) == secure.balance() == PRICE
    refuser.accept(True)
    as_contract(refuser, secure.withdraw, PRICE)
    assert (refuser.balance(), secure.balance()) == (PRICE, 0)


@pytest.mark.parametrize("name", ["NoReturnToken", "RebasingToken", "ReentrantToken", "BlocklistToken"])
def test_exact_tokens_are_captured_exactly(secure, merchant, token_named, opened, capture, name):
    token = token_named(name)
    agreed = opened(token=token)
    before = token.balanceOf(merchant)
    capture(agreed)
    assert (token.balanceOf(merchant), token.balanceOf(secure)) == (before + PRICE, 0)
    assert secure.balanceOf(merchant, token) == 0


def test_a_blocklisted_merchant_is_credited_and_withdraws_later(secure, merchant, token_named, opened, capture):
    token = token_named("BlocklistToken")
    agreed = opened(token=token)
    token.block(merchant)
    before = token.balanceOf(merchant)
    tx = capture(agreed)
    assert emitted(tx, secure)[1:] == [event("BalanceCredited", merchant, token, PRICE)]
    token.unblock(merchant)
    secure.withdrawToken(token, PRICE, {"from": merchant})
    assert token.balanceOf(merchant) == before + PRICE


def test_a_blocklisted_fee_recipient_blocks_no_capture(
    secure, merchant, governor, fee_recipient, token_named, opened, capture
):
    token = token_named("BlocklistToken")
    secure.setFee(100, {"from": governor})
    agreed = opened(token=token)
    token.block(fee_recipient)
    before = token.balanceOf(merchant)
    capture(agreed)
    assert token.balanceOf(merchant) == before + PRICE - PRICE // 100
    assert secure.balanceOf(fee_recipient, token) == PRICE // 100


def test_a_token_that_now_reverts_credits_the_merchant(secure, merchant, token_named, opened, capture):
    token = token_named("RevertingToken")
    token.setReverting(False)
    agreed = opened(token=token)
    token.setReverting(True)
    capture(agreed)
    assert secure.balanceOf(merchant, token) == token.balanceOf(secure) == PRICE


@pytest.mark.parametrize("answer", [0, 2, 3, 2**256 - 1])
def test_a_push_that_a_token_answers_with_anything_but_true_is_refused(
    secure, merchant, token_named, opened, capture, answer
):
    token = token_named("FickleToken")
    agreed = opened(token=token)
    token.setAnswers(answer, 1)
    with reverts("TransferFailed", merchant, PRICE):
        capture(agreed)
    assert (secure.balanceOf(merchant, token), token.balanceOf(secure)) == (0, PRICE)


def test_a_token_whose_code_is_gone_credits_the_merchant(secure, merchant, token_named, opened, web3):
    token = token_named("TestToken").address  # Brownie would look for the contract
    agreed = opened(token=token)
    web3.provider.make_request("anvil_setCode", [token, "0x"])
    send(merchant, secure.capture, agreed, PRICE)
    assert secure.balanceOf(merchant, token) == PRICE


def test_a_token_that_now_takes_a_fee_takes_it_from_the_merchant_alone(secure, merchant, token_named, opened, capture):
    token = token_named("FeeToken")
    token.setFeeBps(0)
    agreed, other = opened(token=token), opened(token=token, salt=2)
    token.setFeeBps(100)
    before = token.balanceOf(merchant)
    capture(agreed)
    assert token.balanceOf(merchant) == before + PRICE - PRICE // 100
    assert token.balanceOf(secure) == secure.capturable(other) == PRICE
