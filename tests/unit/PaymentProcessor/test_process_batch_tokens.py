"""processBatch: what comes of every kind of token."""

import pytest
from brownie import Wei

from tests.support import holdings, send
from tests.unit.keys import payout
from tests.unit.PaymentProcessor.payees import AMOUNTS, PAYEES, TOTAL

ONE = Wei("1 ether")


@pytest.mark.parametrize("name", ["NoReturnToken", "RebasingToken", "ReentrantToken", "BlocklistToken"])
def test_exact_tokens_are_paid_out_exactly(processor, payer, token_named, pay_batch, name):
    token = token_named(name)
    before = token.balanceOf(payer)
    pay_batch(token)
    assert list(holdings([token], PAYEES).values()) == AMOUNTS
    assert (token.balanceOf(payer), token.balanceOf(processor)) == (before - TOTAL, 0)


def test_a_rebased_token_that_rounds_is_refused(processor, token_named, pay_batch, refused):
    token = token_named("RebasingToken")
    token.rebase(3, 2)
    with refused("InexactTransfer", token, processor, 3, 4, assets=[token]):
        pay_batch(token, [payout(PAYEES[0], 1), payout(PAYEES[1], 3)], 4)


def test_a_rebased_token_that_leaves_something_over_is_refused(processor, token_named, pay_batch, refused):
    token = token_named("RebasingToken")
    token.rebase(3, 2)
    with refused("InexactTransfer", token, processor, 1, 0, assets=[token]):
        pay_batch(token, [payout(PAYEES[0], 1), payout(PAYEES[1], 2)], 3)


def test_a_token_that_burdens_its_sender_cannot_touch_the_fees(processor, stranger, token_named, pay_batch, refused):
    token = token_named("BurdenToken")
    send(stranger, token.mint, processor, ONE)
    left = ONE - TOTAL // 100
    with refused("InexactTransfer", token, processor, left, ONE, assets=[token]):
        pay_batch(token)


def test_a_token_that_burdens_its_sender_beyond_the_total_is_refused(token_named, pay_batch, refused):
    token = token_named("BurdenToken")
    with refused("TransferFailed", PAYEES[4], AMOUNTS[4], assets=[token]):
        pay_batch(token)


def test_a_blocklisted_payee_fails_the_batch_whole_and_is_named(token_named, pay_batch, refused):
    token = token_named("BlocklistToken")
    token.block(PAYEES[3])
    with refused("TransferFailed", PAYEES[3], AMOUNTS[3], assets=[token]):
        pay_batch(token)
    assert not any(holdings([token], PAYEES).values())


@pytest.mark.parametrize("role", ["stranger", "processor", "secure"])
def test_an_address_that_is_no_token_is_refused(request, pay_batch, refused, role):
    address = request.getfixturevalue(role)
    with refused("NotAToken", address):
        pay_batch(address)


def test_a_payer_without_allowance_is_refused_by_the_token(processor, stranger, token, pay_batch, refused):
    with refused("ERC20InsufficientAllowance", processor, 0, TOTAL, assets=[token]):
        pay_batch(token, payer=stranger)


def test_a_token_that_answers_a_payout_with_false_fails_the_batch(token_named, pay_batch, refused):
    token = token_named("FickleToken")
    token.setAnswers(0, 1)
    with refused("TransferFailed", PAYEES[0], AMOUNTS[0], assets=[token]):
        pay_batch(token)
