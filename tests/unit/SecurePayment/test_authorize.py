"""authorize: the payer puts the full amount of the terms in escrow."""

import pytest
from brownie import Wei
from eth_abi import encode

from tests.support import NATIVE, at, emitted, event, holdings, reverts_silently
from tests.unit.keys import DAY, TERMS_TYPE, escrow_key

PRICE = Wei("1 ether")
LARGEST = 2**112 - 1
AUTHORIZED, CAPTURED, VOIDED = 1, 2, 3


def test_authorize_takes_the_full_amount_and_opens_the_escrow(secure, payer, asset, terms, authorize):
    agreed = terms(token=asset)
    before = holdings([asset], [payer])
    authorize(agreed)
    assert holdings([asset], [payer]) == {key: held - PRICE for key, held in before.items()}
    assert list(holdings([asset], [secure]).values()) == [PRICE]
    assert secure.escrows(escrow_key(secure, agreed)) == (0, 0, 0, AUTHORIZED)
    assert (secure.capturable(agreed), secure.refundable(agreed)) == (PRICE, 0)


def test_authorize_emits_exactly_one_event_with_the_terms_whole(secure, asset, terms, authorize):
    agreed = terms(token=asset, salt=2**256 - 1, minFeeBps=0, maxFeeBps=77)
    tx = authorize(agreed)
    payer, merchant, *rest = agreed
    expected = event("EscrowAuthorized", escrow_key(secure, agreed), payer, merchant, *rest)
    assert emitted(tx, secure) == [expected]


def test_the_fee_in_force_stays_with_the_escrow(secure, governor, terms, authorize):
    secure.setFee(30, {"from": governor})
    agreed = terms(minFeeBps=30, maxFeeBps=30)
    authorize(agreed)
    secure.setFee(500, {"from": governor})
    assert secure.escrows(escrow_key(secure, agreed)) == (0, 0, 30, AUTHORIZED)


def test_the_largest_amount_fits(secure, payer, token, terms, authorize):
    token.mint(payer, LARGEST)
    agreed = terms(token=token, amount=LARGEST)
    authorize(agreed)
    assert secure.capturable(agreed) == token.balanceOf(secure) == LARGEST


def test_an_amount_beyond_the_largest_reverts(token, terms, authorize, refused):
    for amount in (LARGEST + 1, 2**256 - 1):
        with refused("AmountTooLarge", amount, LARGEST, assets=[token]):
            authorize(terms(token=token, amount=amount))


@pytest.mark.parametrize("value", [0, PRICE - 1, PRICE + 1])
def test_wrong_value_reverts(terms, authorize, refused, value):
    with refused("WrongValue", value, PRICE):
        authorize(terms(), value)


def test_value_with_a_token_reverts(token, terms, authorize, refused):
    with refused("WrongValue", 1, 0, assets=[token]):
        authorize(terms(token=token), 1)


@pytest.mark.parametrize("role", ["merchant", "stranger", "governor", "guardian"])
def test_only_the_payer_authorizes(request, payer, terms, authorize, refused, role):
    sender = request.getfixturevalue(role)
    with refused("NotPayer", sender, payer):
        authorize(terms(), sender=sender)


def test_nobody_spends_anothers_approval(token, payer, stranger, terms, authorize, refused):
    with refused("NotPayer", stranger, payer, assets=[token]):
        authorize(terms(token=token, merchant=stranger), sender=stranger)


def test_zero_merchant_reverts(terms, authorize, refused):
    with refused("InvalidPayee", NATIVE):
        authorize(terms(merchant=NATIVE))


def test_the_contract_as_merchant_reverts(secure, terms, authorize, refused):
    with refused("InvalidPayee", secure):
        authorize(terms(merchant=secure))


def test_self_payment_reverts(payer, terms, authorize, refused):
    with refused("SelfPayment", payer):
        authorize(terms(merchant=payer))


def test_zero_amount_reverts(terms, authorize, refused):
    with refused("ZeroAmount"):
        authorize(terms(amount=0))


@pytest.mark.parametrize("late", [0, 1])
def test_a_capture_deadline_that_is_not_in_the_future_reverts(terms, authorize, refused, late):
    agreed = terms()
    now = agreed.captureDeadline + late
    at(now)
    with refused("InvalidDeadlines", now, agreed.captureDeadline, agreed.refundDeadline):
        authorize(agreed)


def test_a_capture_deadline_one_second_ahead_is_enough(secure, terms, authorize):
    agreed = terms()
    at(agreed.captureDeadline - 1)
    authorize(agreed)
    assert secure.capturable(agreed) == PRICE


def test_a_refund_deadline_before_the_capture_deadline_reverts(terms, authorize, refused, chain):
    deadline = terms().captureDeadline
    now = deadline - DAY + 1
    at(now)
    with refused("InvalidDeadlines", now, deadline, deadline - 1):
        authorize(terms(refundDeadline=deadline - 1))


def test_both_deadlines_may_be_one(secure, terms, authorize):
    agreed = terms()._replace(refundDeadline=terms().captureDeadline)
    authorize(agreed)
    assert secure.capturable(agreed) == PRICE


@pytest.mark.parametrize(("lowest", "highest"), [(31, 500), (0, 29), (500, 0)])
def test_a_fee_outside_the_range_of_the_terms_reverts(secure, governor, terms, authorize, refused, lowest, highest):
    secure.setFee(30, {"from": governor})
    with refused("FeeOutOfRange", 30, lowest, highest):
        authorize(terms(minFeeBps=lowest, maxFeeBps=highest))


@pytest.mark.parametrize(("lowest", "highest"), [(30, 30), (0, 30), (30, 2**256 - 1)])
def test_a_fee_on_the_edge_of_the_range_is_in_it(secure, governor, terms, authorize, lowest, highest):
    secure.setFee(30, {"from": governor})
    agreed = terms(minFeeBps=lowest, maxFeeBps=highest)
    authorize(agreed)
    assert secure.escrows(escrow_key(secure, agreed))[2] == 30


def test_the_same_terms_cannot_be_authorized_again_whatever_came_of_them(
    secure, payer, merchant, opened, authorize, refused
):
    agreed = opened()
    key = escrow_key(secure, agreed)
    with refused("AlreadyAuthorized", key, AUTHORIZED):
        authorize(agreed)
    secure.capture(agreed, PRICE, {"from": merchant})
    with refused("AlreadyAuthorized", key, CAPTURED):
        authorize(agreed)
    agreed = opened(salt=2)
    secure.void(agreed, {"from": merchant})
    with refused("AlreadyAuthorized", escrow_key(secure, agreed), VOIDED):
        authorize(agreed)


def test_other_salt_is_another_escrow(secure, opened):
    first, second = opened(salt=1), opened(salt=2)
    assert secure.capturable(first) == secure.capturable(second) == PRICE
    assert secure.balance() == 2 * PRICE


def test_authorize_while_paused_reverts(secure, token, asset, terms, authorize, refused, paused_until):
    until = paused_until(secure)
    at(until - 1)
    with refused("ContractPaused", until, assets=[token]):
        authorize(terms(token=asset))


def test_authorize_works_from_the_second_the_pause_ends(secure, terms, authorize, paused_until):
    until = paused_until(secure)
    agreed = terms(captureDeadline=until + DAY, refundDeadline=until + DAY)
    at(until)
    authorize(agreed)
    assert secure.capturable(agreed) == PRICE


@pytest.mark.parametrize("field", [0, 1, 2], ids=["payer", "merchant", "token"])
def test_dirty_bits_beyond_an_address_are_refused(secure, payer, terms, field):
    data = bytearray.fromhex(secure.authorize.signature[2:]) + encode([TERMS_TYPE], [terms()])
    payer.transfer(secure, PRICE, data=bytes(data).hex())  # as it is, the call is good
    data[-1] ^= 0xFF  # other salt, other escrow
    data[4 + 32 * field + 11] = 1
    with reverts_silently():
        payer.transfer(secure, PRICE, data=bytes(data).hex())
    assert secure.balance() == PRICE


def test_a_rebased_token_that_rounds_is_refused(secure, token_named, terms, authorize, refused):
    token = token_named("RebasingToken")
    token.rebase(3, 2)
    with refused("InexactTransfer", token, secure, 3, 4, assets=[token]):
        authorize(terms(token=token, amount=4))


def test_an_address_that_is_no_token_is_refused(secure, stranger, terms, authorize, refused):
    for address in (stranger, secure):
        with refused("NotAToken", address):
            authorize(terms(token=address))
