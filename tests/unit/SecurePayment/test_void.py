"""void: the merchant lets go of what it has not captured, at any time."""

import pytest
from brownie import Wei

from tests.support import NATIVE, at, emitted, event, holdings
from tests.unit.keys import escrow_key

PRICE = Wei("1 ether")
NONE, CAPTURED, VOIDED, RECLAIMED = 0, 2, 3, 4


@pytest.fixture
def void(secure, merchant):
    return lambda agreed, sender=merchant: secure.void(agreed, {"from": sender})


def test_void_returns_everything_to_the_payer_and_closes_the_escrow(secure, payer, asset, opened, void):
    before = holdings([asset], [payer])
    agreed = opened(token=asset)
    void(agreed)
    assert holdings([asset], [payer]) == before
    assert list(holdings([asset], [secure]).values()) == [0]
    assert secure.escrows(escrow_key(secure, agreed)) == (0, 0, 0, VOIDED)
    assert secure.capturable(agreed) == 0


def test_void_emits_exactly_one_event_with_all_its_fields(secure, asset, opened, void):
    agreed = opened(token=asset)
    assert emitted(void(agreed), secure) == [event("EscrowVoided", escrow_key(secure, agreed), PRICE)]


def test_void_after_a_part_was_captured_returns_the_rest(secure, payer, merchant, opened, void):
    agreed = opened()
    secure.capture(agreed, PRICE // 4, {"from": merchant})
    before = payer.balance()
    tx = void(agreed)
    assert payer.balance() == before + PRICE - PRICE // 4
    assert emitted(tx, secure) == [event("EscrowVoided", escrow_key(secure, agreed), PRICE - PRICE // 4)]
    assert secure.escrows(escrow_key(secure, agreed)) == (PRICE // 4, 0, 0, VOIDED)
    assert secure.refundable(agreed) == PRICE // 4


def test_void_takes_no_fee(secure, payer, governor, opened, void):
    secure.setFee(500, {"from": governor})
    before = payer.balance()
    void(opened())
    assert (payer.balance(), secure.balance()) == (before, 0)


@pytest.mark.parametrize("role", ["payer", "stranger", "governor", "guardian"])
def test_only_the_merchant_voids(request, merchant, opened, void, refused, role):
    agreed, sender = opened(), request.getfixturevalue(role)
    with refused("NotMerchant", sender, merchant):
        void(agreed, sender)


def test_void_of_an_unknown_escrow_reverts(secure, terms, void, refused):
    agreed = terms()
    with refused("NotAuthorized", escrow_key(secure, agreed), NONE):
        void(agreed)


def test_void_of_a_captured_escrow_reverts(secure, merchant, opened, void, refused):
    agreed = opened()
    secure.capture(agreed, PRICE, {"from": merchant})
    with refused("NotAuthorized", escrow_key(secure, agreed), CAPTURED):
        void(agreed)


def test_second_void_reverts(secure, opened, void, refused):
    agreed = opened()
    void(agreed)
    with refused("NotAuthorized", escrow_key(secure, agreed), VOIDED):
        void(agreed)


def test_void_of_a_reclaimed_escrow_reverts(secure, payer, opened, void, refused):
    agreed = opened()
    at(agreed.captureDeadline)
    secure.reclaim(agreed, {"from": payer})
    with refused("NotAuthorized", escrow_key(secure, agreed), RECLAIMED):
        void(agreed)


@pytest.mark.parametrize("second", [-1, 0, 1])
def test_void_works_before_at_and_after_the_capture_deadline(secure, payer, opened, void, second):
    before = payer.balance()
    agreed = opened()
    at(agreed.captureDeadline + second)
    void(agreed)
    assert payer.balance() == before


def test_void_works_while_paused(secure, payer, opened, void, paused_until):
    before = payer.balance()
    agreed = opened()
    paused_until(secure)
    void(agreed)
    assert payer.balance() == before


def test_a_payer_that_refuses_coin_is_credited_and_blocks_nobody(secure, refuser, as_contract, terms, void):
    agreed = terms(payer=refuser)
    as_contract(refuser, secure.authorize, agreed, value=PRICE)
    tx = void(agreed)
    assert emitted(tx, secure) == [
        event("EscrowVoided", escrow_key(secure, agreed), PRICE),
        event("BalanceCredited", refuser, NATIVE, PRICE),
    ]
    refuser.accept(True)
    as_contract(refuser, secure.withdraw, PRICE)
    assert (refuser.balance(), secure.balance()) == (PRICE, 0)


def test_a_blocklisted_payer_is_credited(secure, payer, token_named, opened, void):
    token = token_named("BlocklistToken")
    agreed = opened(token=token)
    token.block(payer)
    void(agreed)
    assert secure.balanceOf(payer, token) == token.balanceOf(secure) == PRICE
