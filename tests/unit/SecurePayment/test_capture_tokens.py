"""capture: what comes of every kind of token."""

import pytest
from brownie import Wei

from tests.support import emitted, event, reverts, send

PRICE = Wei("1 ether")


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
    token = token_named("TestToken")
    agreed = opened(token=token)
    code = web3.eth.get_code(token.address).hex()
    web3.provider.make_request("anvil_setCode", [token.address, "0x"])
    send(merchant, secure.capture, agreed, PRICE)
    web3.provider.make_request("anvil_setCode", [token.address, code])  # Brownie looks for it at the next call
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


def test_a_token_that_burdens_its_sender_beyond_what_is_held_credits_the_merchant(
    secure, merchant, token_named, opened, capture, refused
):
    token = token_named("BurdenToken")
    capture(opened(token=token))
    assert secure.balanceOf(merchant, token) == token.balanceOf(secure) == PRICE
    with refused("ERC20InsufficientBalance", secure, 0, PRICE // 100, assets=[token]):
        secure.withdrawToken(token, PRICE, {"from": merchant})
    token.mint(secure, PRICE // 100)
    before = token.balanceOf(merchant)
    secure.withdrawToken(token, PRICE, {"from": merchant})
    assert (token.balanceOf(merchant), token.balanceOf(secure)) == (before + PRICE, 0)


def test_a_token_rebased_downwards_credits_the_merchant_who_withdraws_what_there_is(
    secure, merchant, token_named, opened, capture
):
    token = token_named("RebasingToken")
    agreed = opened(token=token)
    token.rebase(1, 2)
    capture(agreed)
    assert secure.balanceOf(merchant, token) == PRICE
    before = token.balanceOf(merchant)
    secure.withdrawToken(token, PRICE // 2, {"from": merchant})
    assert (token.balanceOf(merchant), token.balanceOf(secure)) == (before + PRICE // 2, 0)
