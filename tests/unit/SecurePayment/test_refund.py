"""refund: the merchant returns what it has captured, whole or in parts, before the refund deadline."""

import pytest
from brownie import Wei

from tests.support import NATIVE, at, emitted, event, holdings
from tests.unit.keys import escrow_key

PRICE = Wei("1 ether")
AUTHORIZED, CAPTURED = 1, 2


@pytest.fixture
def captured(secure, merchant, opened):
    """Terms of which some, or all, is captured."""

    def captured(amount=PRICE, **changes):
        agreed = opened(**changes)
        secure.capture(agreed, amount, {"from": merchant})
        return agreed

    return captured


@pytest.fixture
def refund(secure, merchant):
    def refund(agreed, amount=PRICE, value=None, sender=merchant):
        value = (amount if agreed.token == NATIVE else 0) if value is None else value
        return secure.refund(agreed, amount, {"from": sender, "value": value})

    return refund


def test_refund_returns_the_amount_from_merchant_to_payer(secure, payer, merchant, asset, captured, refund):
    agreed = captured(token=asset)
    before = holdings([asset], [payer, merchant])
    refund(agreed)
    assert list(holdings([asset], [payer, merchant, secure]).values()) == [
        before[str(asset), str(payer)] + PRICE,
        before[str(asset), str(merchant)] - PRICE,
        0,
    ]
    assert secure.escrows(escrow_key(secure, agreed)) == (PRICE, PRICE, 0, CAPTURED)
    assert (secure.capturable(agreed), secure.refundable(agreed)) == (0, 0)


def test_refund_emits_exactly_one_event_with_all_its_fields(secure, asset, captured, refund):
    agreed = captured(token=asset)
    assert emitted(refund(agreed, 7), secure) == [event("EscrowRefunded", escrow_key(secure, agreed), 7)]


def test_refund_in_parts_and_between_captures(secure, merchant, captured, refund):
    agreed = captured(PRICE // 2)
    refund(agreed, PRICE // 4)
    assert secure.escrows(escrow_key(secure, agreed)) == (PRICE // 2, PRICE // 4, 0, AUTHORIZED)
    assert (secure.capturable(agreed), secure.refundable(agreed)) == (PRICE // 2, PRICE // 4)
    secure.capture(agreed, PRICE // 2, {"from": merchant})
    refund(agreed, PRICE // 4)
    refund(agreed, PRICE // 2)
    assert secure.escrows(escrow_key(secure, agreed)) == (PRICE, PRICE, 0, CAPTURED)


def test_the_fee_is_not_returned(secure, governor, payer, fee_recipient, captured, refund):
    secure.setFee(100, {"from": governor})
    agreed = captured()
    before = payer.balance()
    refund(agreed)
    assert payer.balance() == before + PRICE
    assert secure.balanceOf(fee_recipient, NATIVE) == secure.balance() == PRICE // 100


@pytest.mark.parametrize("role", ["payer", "stranger", "governor", "guardian"])
def test_only_the_merchant_refunds(request, merchant, captured, refund, refused, role):
    agreed, sender = captured(), request.getfixturevalue(role)
    with refused("NotMerchant", sender, merchant):
        refund(agreed, sender=sender)


def test_refund_of_nothing_reverts(captured, refund, refused):
    agreed = captured()
    with refused("ZeroAmount"):
        refund(agreed, 0)


def test_refund_of_an_unknown_escrow_reverts(secure, terms, refund, refused):
    agreed = terms()
    with refused("RefundExceeded", escrow_key(secure, agreed), 1, 0):
        refund(agreed, 1)


def test_refund_before_any_capture_reverts(secure, opened, refund, refused):
    agreed = opened()
    with refused("RefundExceeded", escrow_key(secure, agreed), 1, 0):
        refund(agreed, 1)


def test_over_refund_reverts(secure, captured, refund, refused):
    agreed = captured(PRICE // 2)
    key = escrow_key(secure, agreed)
    with refused("RefundExceeded", key, PRICE // 2 + 1, PRICE // 2):
        refund(agreed, PRICE // 2 + 1)
    refund(agreed, 7)
    with refused("RefundExceeded", key, PRICE // 2 - 6, PRICE // 2 - 7):
        refund(agreed, PRICE // 2 - 6)
    with refused("RefundExceeded", key, 2**256 - 1, PRICE // 2 - 7):
        refund(agreed, 2**256 - 1, value=0)


@pytest.mark.parametrize("value", [0, PRICE - 1, PRICE + 1])
def test_refund_with_the_wrong_value_reverts(captured, refund, refused, value):
    agreed = captured()
    with refused("WrongValue", value, PRICE):
        refund(agreed, value=value)


def test_token_refund_with_value_reverts(token, captured, refund, refused):
    agreed = captured(token=token)
    with refused("WrongValue", 1, 0, assets=[token]):
        refund(agreed, value=1)


def test_refund_in_the_last_second_before_the_deadline(secure, captured, refund):
    agreed = captured()
    at(agreed.refundDeadline - 1)
    refund(agreed)
    assert secure.refundable(agreed) == 0


@pytest.mark.parametrize("late", [0, 1])
def test_refund_from_the_deadline_on_reverts(secure, captured, refund, refused, late):
    agreed = captured()
    now = agreed.refundDeadline + late
    at(now)
    with refused("Expired", escrow_key(secure, agreed), now, agreed.refundDeadline):
        refund(agreed)


def test_refund_works_after_the_capture_deadline_and_after_reclaim(secure, payer, captured, refund):
    agreed = captured(PRICE // 2)
    at(agreed.captureDeadline)
    secure.reclaim(agreed, {"from": payer})
    refund(agreed, PRICE // 2)
    assert (secure.refundable(agreed), secure.balance()) == (0, 0)


def test_refund_works_while_paused(secure, captured, refund, paused_until):
    agreed = captured()
    paused_until(secure)
    refund(agreed)
    assert secure.refundable(agreed) == 0


def test_a_payer_that_refuses_coin_is_credited_and_withdraws_later(
    secure, merchant, refuser, as_contract, terms, refund
):
    agreed = terms(payer=refuser)
    as_contract(refuser, secure.authorize, agreed, value=PRICE)
    secure.capture(agreed, PRICE, {"from": merchant})
    tx = refund(agreed)
    assert emitted(tx, secure) == [
        event("EscrowRefunded", escrow_key(secure, agreed), PRICE),
        event("BalanceCredited", refuser, NATIVE, PRICE),
    ]
    refuser.accept(True)
    as_contract(refuser, secure.withdraw, PRICE)
    assert (refuser.balance(), secure.balance()) == (PRICE, 0)


def test_a_token_that_answers_nothing_any_more_reverts(token_named, captured, refund, refused, web3):
    token = token_named("TestToken")
    agreed = captured(token=token)
    web3.provider.make_request("anvil_setCode", [token.address, "0x00"])
    with refused("NotAToken", token):
        refund(agreed)
