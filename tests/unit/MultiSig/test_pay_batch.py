"""payBatch: several payees as one payment, within the limit at once, above it after the delay; all or none."""

import pytest

from tests.support import NATIVE, at, emitted, event, holdings, reverts
from tests.unit.MultiSig.conftest import moved
from tests.unit.signing import DAY, DELAY, NO_PREDECESSOR, data_of, now
from tests.unit.spelling import plain


@pytest.fixture
def three(payee, merchant, stranger):
    """Three payees; the first twice."""
    return payee, merchant, stranger, payee


def test_a_batch_within_the_limit_goes_at_once(council, wallet, three, asset, limit):
    before, nonce = holdings([asset], (wallet, *three)), wallet.nonce()
    amounts = (1, 2, limit - 7, 4)
    tx = council.submit(council.batch(asset, *zip(three, amounts, strict=True)))
    expected = [event("PaymentExecuted", to, str(asset), amount) for to, amount in zip(three, amounts, strict=True)]
    assert emitted(tx, wallet) == expected
    assert moved(asset, before, wallet, *three) == [-limit, 5, 2, limit - 7, 5]
    assert (wallet.nonce(), wallet.available(asset)) == (nonce + 1, 0)


def test_a_batch_whose_total_is_above_the_limit_waits_whole(council, wallet, payee, merchant, asset, limit):
    before, left = holdings([asset], (wallet, payee, merchant)), wallet.available(asset)
    act = council.batch(asset, (payee, limit), (merchant, 1))
    tx = council.submit(act)
    key = council.id_of(act)
    settle = data_of(wallet.settleBatch, str(asset), [(payee.address, limit), (merchant.address, 1)])
    announced = event("CallScheduled", key, 0, wallet, 0, settle, NO_PREDECESSOR, DELAY)
    assert plain(emitted(tx, wallet))[0] == plain([announced])[0]
    assert [name for name, *_ in emitted(tx, wallet)] == ["CallScheduled", "CallSalt", "ActRecorded"]
    assert (moved(asset, before, wallet, payee, merchant), wallet.available(asset)) == ([0, 0, 0], left)
    council.wait_for(act)
    tx = council.execute(act)
    assert moved(asset, before, wallet, payee, merchant) == [-limit - 1, limit, 1]
    paid = [event("PaymentExecuted", payee, str(asset), limit), event("PaymentExecuted", merchant, str(asset), 1)]
    assert emitted(tx, wallet)[1:] == paid


def test_a_batch_of_one_is_a_batch(council, payee, asset):
    before = holdings([asset], [payee])
    council.submit(council.batch(asset, (payee, 5)))
    assert moved(asset, before, payee) == [5]


def test_a_batch_to_fifty_goes(council, wallet, payee):
    before = payee.balance()
    council.submit(council.batch(NATIVE, *[(payee, 5)] * 50))
    assert payee.balance() == before + 250


def test_a_batch_of_nobody_reverts(council):
    with reverts("EmptyBatch"):
        council.submit(council.batch(NATIVE))


@pytest.mark.parametrize("said", [9, 11, 0, 2**256 - 1])
def test_a_batch_that_does_not_add_up_to_its_total_reverts(council, wallet, relayer, payee, merchant, said):
    payouts = [(payee.address, 5), (merchant.address, 5)]
    with reverts("WrongTotal", 10, said):
        wallet.payBatch(NATIVE, said, payouts, now() + DAY, council.quorum(bytes(32)), {"from": relayer})


def test_a_batch_whose_sum_is_more_than_a_word_holds_reverts(council, wallet, relayer, payee, merchant):
    payouts = [(payee.address, 2**255), (merchant.address, 2**255)]
    with pytest.raises(Exception, match="overflow"):
        wallet.payBatch(NATIVE, 0, payouts, now() + DAY, council.quorum(bytes(32)), {"from": relayer})


@pytest.mark.parametrize("place", [0, 1])
def test_a_batch_with_a_payee_of_zero_or_the_wallet_itself_reverts(council, wallet, payee, place):
    for wrong in (NATIVE, wallet.address):
        payouts = [(payee, 5), (payee, 5)]
        payouts[place] = (wrong, 5)
        with reverts("InvalidPayee", wrong):
            council.submit(council.batch(NATIVE, *payouts))


@pytest.mark.parametrize("place", [0, 1])
def test_a_batch_with_a_payment_of_nothing_reverts(council, payee, place):
    payouts = [(payee, 5), (payee, 5)]
    payouts[place] = (payee, 0)
    with reverts("ZeroAmount"):
        council.submit(council.batch(NATIVE, *payouts))


def test_a_batch_of_which_one_payee_refuses_pays_nobody(council, wallet, payee, refuser):
    before, nonce, left = payee.balance(), wallet.nonce(), wallet.available(NATIVE)
    act = council.batch(NATIVE, (payee, 5), (refuser, 6))
    with reverts("TransferFailed", refuser, 6):
        council.submit(act)
    assert (payee.balance(), wallet.nonce(), wallet.available(NATIVE)) == (before, nonce, left)


def test_a_batch_that_waited_and_of_which_one_payee_refuses_pays_nobody_and_stays_ready(
    council, wallet, payee, refuser, limit
):
    act = council.batch(NATIVE, (payee, 10**18), (refuser, 6))
    before = payee.balance()
    council.submit(act)
    council.wait_for(act)
    with reverts("TransferFailed", refuser, 6):
        council.execute(act)
    assert (payee.balance(), wallet.isOperationReady(council.id_of(act))) == (before, True)
    refuser.accept(True)
    council.execute(act)
    assert payee.balance() == before + 10**18


@pytest.mark.parametrize("alter", ["payee", "amounts", "order", "token"])
def test_nothing_of_a_batch_can_be_altered_after_signing(council, payee, merchant, stranger, token, alter):
    deadline, payouts = now() + DAY, [(payee, 5), (merchant, 6)]
    quorum = council.quorum(council.digest(council.batch(NATIVE, *payouts, deadline=deadline)))
    altered = {
        "payee": (NATIVE, [(payee, 5), (stranger, 6)]),
        "amounts": (NATIVE, [(payee, 6), (merchant, 5)]),
        "order": (NATIVE, [(merchant, 6), (payee, 5)]),
        "token": (token, payouts),
    }[alter]
    act = council.batch(altered[0], *altered[1], deadline=deadline)
    with reverts("InvalidSignature", council.owners[0], council.digest(act)):
        council.submit(act, quorum)


def test_a_batch_submitted_twice_is_made_once(council, payee):
    act = council.batch(NATIVE, (payee, 5))
    quorum = council.quorum(council.digest(act))
    council.submit(act, quorum)
    stale = council.digest(council.batch(NATIVE, (payee, 5), deadline=act.deadline))
    with reverts("InvalidSignature", council.owners[0], stale):
        council.submit(act, quorum)


def test_a_payment_signed_as_a_batch_is_none_alone(council, payee):
    """The types differ, so that an owner sees what it is."""
    deadline = now() + DAY
    quorum = council.quorum(council.digest(council.batch(NATIVE, (payee, 5), deadline=deadline)))
    act = council.payment(payee, 5, deadline=deadline)
    with reverts("InvalidSignature", council.owners[0], council.digest(act)):
        council.submit(act, quorum)


def test_a_pause_blocks_a_batch(council, wallet, payee, guardian):
    until = wallet.pause(DAY, {"from": guardian}).timestamp + DAY
    act = council.batch(NATIVE, (payee, 5), deadline=until)
    with reverts("ContractPaused", until):
        council.submit(act)
    at(until)
    council.submit(act)


def test_a_batch_past_its_deadline_reverts(council, payee):
    act = council.batch(NATIVE, (payee, 5))
    at(act.deadline + 1)
    with reverts("PastDeadline", act.deadline + 1, act.deadline):
        council.submit(act)
