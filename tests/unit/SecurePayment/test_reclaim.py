"""reclaim: the payer takes back what nobody captured, from the capture deadline on, whatever happens."""

import pytest
from brownie import Wei

from tests.support import NATIVE, at, emitted, event, holdings
from tests.unit.keys import escrow_key

PRICE = Wei("1 ether")
NONE, CAPTURED, VOIDED, RECLAIMED = 0, 2, 3, 4


@pytest.fixture
def reclaim(secure, payer):
    """Reclaim at the capture deadline, or so many seconds later."""

    def reclaim(agreed, later=0, sender=payer):
        at(agreed.captureDeadline + later)
        return secure.reclaim(agreed, {"from": sender})

    return reclaim


@pytest.mark.parametrize("later", [0, 1, 10**8])
def test_reclaim_from_the_deadline_on_returns_everything(secure, payer, asset, opened, reclaim, later):
    before = holdings([asset], [payer])
    agreed = opened(token=asset)
    reclaim(agreed, later)
    assert holdings([asset], [payer]) == before
    assert list(holdings([asset], [secure]).values()) == [0]
    assert secure.escrows(escrow_key(secure, agreed)) == (0, 0, 0, RECLAIMED)
    assert secure.capturable(agreed) == 0


def test_reclaim_before_the_deadline_reverts(secure, opened, reclaim, refused):
    agreed = opened()
    deadline = agreed.captureDeadline
    with refused("TooEarly", escrow_key(secure, agreed), deadline - 1, deadline):
        reclaim(agreed, -1)


def test_reclaim_emits_exactly_one_event_with_all_its_fields(secure, asset, opened, reclaim):
    agreed = opened(token=asset)
    assert emitted(reclaim(agreed), secure) == [event("EscrowReclaimed", escrow_key(secure, agreed), PRICE)]


def test_reclaim_after_a_part_was_captured_returns_the_rest(secure, payer, merchant, opened, reclaim):
    agreed = opened()
    secure.capture(agreed, PRICE // 4, {"from": merchant})
    before = payer.balance()
    reclaim(agreed)
    assert payer.balance() == before + PRICE - PRICE // 4
    assert secure.escrows(escrow_key(secure, agreed)) == (PRICE // 4, 0, 0, RECLAIMED)
    assert secure.refundable(agreed) == PRICE // 4


def test_reclaim_works_while_paused(secure, payer, governor, opened, reclaim):
    before = payer.balance()
    agreed = opened()
    secure.pause(14 * 24 * 3600, {"from": governor})
    reclaim(agreed)
    assert secure.pausedUntil() > agreed.captureDeadline
    assert payer.balance() == before


@pytest.mark.parametrize("role", ["merchant", "stranger", "governor", "guardian"])
def test_only_the_payer_reclaims(request, payer, opened, reclaim, refused, role):
    agreed, sender = opened(), request.getfixturevalue(role)
    with refused("NotPayer", sender, payer):
        reclaim(agreed, sender=sender)


def test_reclaim_of_an_unknown_escrow_reverts(secure, terms, reclaim, refused):
    agreed = terms()
    with refused("NotAuthorized", escrow_key(secure, agreed), NONE):
        reclaim(agreed)


def test_reclaim_of_a_captured_escrow_reverts(secure, merchant, opened, reclaim, refused):
    agreed = opened()
    secure.capture(agreed, PRICE, {"from": merchant})
    with refused("NotAuthorized", escrow_key(secure, agreed), CAPTURED):
        reclaim(agreed)


def test_reclaim_of_a_voided_escrow_reverts(secure, merchant, opened, reclaim, refused):
    agreed = opened()
    secure.void(agreed, {"from": merchant})
    with refused("NotAuthorized", escrow_key(secure, agreed), VOIDED):
        reclaim(agreed)


def test_second_reclaim_reverts(secure, opened, reclaim, refused):
    agreed = opened()
    reclaim(agreed)
    with refused("NotAuthorized", escrow_key(secure, agreed), RECLAIMED):
        reclaim(agreed, 1)


def test_a_payer_that_refuses_coin_is_credited(secure, refuser, as_contract, terms):
    agreed = terms(payer=refuser)
    as_contract(refuser, secure.authorize, agreed, value=PRICE)
    at(agreed.captureDeadline)
    tx = as_contract(refuser, secure.reclaim, agreed)
    assert emitted(tx, secure) == [
        event("EscrowReclaimed", escrow_key(secure, agreed), PRICE),
        event("BalanceCredited", refuser, NATIVE, PRICE),
    ]
    refuser.accept(True)
    as_contract(refuser, secure.withdraw, PRICE)
    assert (refuser.balance(), secure.balance()) == (PRICE, 0)


def test_a_blocklisted_payer_is_credited(secure, payer, token_named, opened, reclaim):
    token = token_named("BlocklistToken")
    agreed = opened(token=token)
    token.block(payer)
    reclaim(agreed)
    assert secure.balanceOf(payer, token) == token.balanceOf(secure) == PRICE
