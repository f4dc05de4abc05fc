"""Tokens and payees that do not behave, paid at once, in a batch, and after the delay."""

import pytest

from tests.support import NATIVE, reverts, send
from tests.unit.MultiSig.conftest import TOKEN_LIMIT
from tests.unit.signing import data_of

WAYS = ["at once", "in a batch", "after the delay", "in a batch after the delay"]


@pytest.fixture(params=WAYS)
def way(request):
    return request.param


@pytest.fixture
def paid(council, way):
    """The last step of a payment, after which it is made or refused: the amount in full, and how to take the step."""

    def paid(token, payee):
        amount = TOKEN_LIMIT + 1 if "delay" in way else 5
        batch = "batch" in way
        act = council.batch(token, (payee, amount)) if batch else council.payment(payee, amount, token)
        if "delay" not in way:
            return amount, act, lambda: council.submit(act)
        council.submit(act)
        council.wait_for(act)
        return amount, act, lambda: council.execute(act)

    return paid


def test_a_payment_refused_by_its_token_can_be_made_once_it_is_not(hostile, paid, payee):
    token = hostile("RevertingToken")
    amount, _, step = paid(token, payee)
    with pytest.raises(Exception, match="TransferRefused"):
        step()
    token.setReverting(False)
    step()
    assert token.balanceOf(payee) == amount


def test_a_token_that_submits_the_same_payment_again_inside_it_is_paid_once(hostile, council, paid, way, payee):
    token = hostile("ReentrantToken")
    amount, act, step = paid(token, payee)
    if "delay" in way:
        calls, before = council.operation_of(act)
        again = data_of(council.wallet.execute, *calls[0], before, act.nonce.to_bytes(32, "big"))
    else:
        function, arguments = council.arguments(act)
        quorum = council.quorum(council.digest(act))
        again = data_of(getattr(council.wallet, function), *arguments, act.deadline, quorum)
    token.arm(council.wallet, again)
    step()
    assert token.called()
    assert not token.succeeded()
    assert token.balanceOf(payee) == amount


def test_a_payee_that_submits_the_next_payment_inside_its_own_is_paid_both_and_no_more(council, wallet, deploy):
    """What owners signed may be submitted by anyone at any time; the limit and the nonce have moved before the coin."""
    payee = deploy("ReentrantReceiver")
    first = council.payment(payee, 5)
    second = council.payment(payee, 7, nonce=first.nonce + 1)
    _, arguments = council.arguments(second)
    again = data_of(wallet.pay, *arguments, second.deadline, council.quorum(council.digest(second)))
    left, nonce = wallet.available(NATIVE), wallet.nonce()
    payee.arm(wallet, again)
    council.submit(first)
    assert payee.succeeded()
    assert (payee.balance(), wallet.nonce(), wallet.available(NATIVE)) == (12, nonce + 2, left - 12)


def test_a_payee_cannot_settle_for_itself(council, wallet, deploy, relayer):
    payee = deploy("ReentrantReceiver")
    payee.arm(wallet, data_of(wallet.settle, (payee.address, 10**18, NATIVE)))
    council.submit(council.payment(payee, 5))
    assert (payee.called(), payee.succeeded(), payee.balance()) == (True, False, 5)


def test_what_a_payee_answers_costs_the_relayer_nothing(council, deploy):
    bomb = deploy("ReturnBombReceiver")
    assert council.submit(council.payment(bomb, 5)).gas_used < 200_000


def test_tokens_of_any_kind_can_be_sent_to_a_wallet(council, deploy, deployer, wallet):
    token = deploy("TestToken")
    send(deployer, token.mint, deployer, 10)
    send(deployer, token.transfer, wallet, 10)
    assert token.balanceOf(wallet) == 10


def test_one_bad_token_leaves_the_others_payable(hostile, council, payee, token):
    bad = hostile("FalseReturningToken")
    act = council.payment(payee, 5, bad)
    with reverts("SafeERC20FailedOperation", bad):
        council.submit(act)
    council.submit(council.payment(payee, 5, token))
    assert token.balanceOf(payee) == 5
