"""pay: within the limit at once, above it after the delay; what the owners signed, once, and nothing else."""

import pytest
from brownie import chain

from tests.support import NATIVE, at, emitted, event, holdings, reverts
from tests.unit.keys import fresh_address
from tests.unit.MultiSig.conftest import moved, set_limit
from tests.unit.signing import DAY, DELAY, NO_PREDECESSOR, data_of, now, owner_keys
from tests.unit.spelling import plain


@pytest.mark.parametrize("share", [1, "all"])
def test_a_payment_within_the_limit_goes_at_once(council, wallet, payee, asset, limit, share):
    amount = limit if share == "all" else 1
    before, nonce = holdings([asset], (wallet, payee)), wallet.nonce()
    act = council.payment(payee, amount, asset)
    tx = council.submit(act)
    assert emitted(tx, wallet) == [event("PaymentExecuted", payee, str(asset), amount)]
    assert moved(asset, before, wallet, payee) == [-amount, amount]
    assert (wallet.nonce(), wallet.isOperation(council.id_of(act))) == (nonce + 1, False)


def test_a_payment_above_the_limit_waits_for_the_delay(council, wallet, payee, asset, limit):
    before, left = holdings([asset], (wallet, payee)), wallet.available(asset)
    act = council.payment(payee, limit + 1, asset)
    tx = council.submit(act)
    key, salt = council.id_of(act), act.nonce.to_bytes(32, "big")
    settle = data_of(wallet.settle, (payee.address, limit + 1, str(asset)))
    announced = event("CallScheduled", key, 0, wallet, 0, settle, NO_PREDECESSOR, DELAY)
    assert plain(emitted(tx, wallet))[:2] == plain([announced, event("CallSalt", key, salt)])
    assert [name for name, *_ in emitted(tx, wallet)] == ["CallScheduled", "CallSalt", "ActRecorded"]
    assert moved(asset, before, wallet, payee) == [0, 0]
    assert wallet.getTimestamp(key) == tx.timestamp + DELAY
    assert (wallet.available(asset), wallet.nonce()) == (left, act.nonce + 1)


def test_a_payment_that_waited_is_made_by_anyone_and_takes_nothing_from_the_limit(
    council, wallet, payee, stranger, asset, limit
):
    before = holdings([asset], (wallet, payee))
    act = council.payment(payee, limit + 1, asset)
    council.submit(act)
    council.wait_for(act)
    tx = council.execute(act, sender=stranger)
    assert event("PaymentExecuted", payee, str(asset), limit + 1) in emitted(tx, wallet)
    assert moved(asset, before, wallet, payee) == [-limit - 1, limit + 1]
    assert wallet.available(asset) == limit


def test_a_payment_that_waited_goes_once(council, payee, limit, asset):
    act = council.payment(payee, limit + 1, asset)
    council.carry_out(act)
    with reverts("AlreadyDone", council.id_of(act)):
        council.execute(act)


def test_what_the_limit_has_left_goes_at_once_and_a_unit_more_waits(council, wallet, payee, asset, limit):
    council.submit(council.payment(payee, limit // 4, asset, deadline=2**256 - 1))
    at(now())
    more = council.payment(payee, limit - limit // 4 + 1, asset)
    council.submit(more)
    assert wallet.isOperationPending(council.id_of(more))
    chain.sleep(DAY)
    council.submit(council.payment(payee, limit, asset, deadline=2**256 - 1))
    assert wallet.available(asset) == 0


def test_without_a_limit_every_payment_waits(council, wallet, payee, deploy, deployer):
    unlimited = deploy("TestToken")
    act = council.payment(payee, 1, unlimited)
    council.submit(act)
    assert wallet.isOperationPending(council.id_of(act))


@pytest.mark.parametrize("role", ["stranger", "guardian", "payee"])
def test_anyone_submits_what_the_owners_signed(request, council, payee, role):
    before = payee.balance()
    council.submit(council.payment(payee, 5), sender=request.getfixturevalue(role))
    assert payee.balance() == before + 5


def test_a_payment_signed_by_all_owners_goes_too(council, payee):
    before, act = payee.balance(), council.payment(payee, 5)
    council.submit(act, council.quorum(council.digest(act), (0, 1, 2)))
    assert payee.balance() == before + 5


def test_a_payment_submitted_twice_is_made_once(council, wallet, payee):
    act = council.payment(payee, 5)
    quorum = council.quorum(council.digest(act))
    council.submit(act, quorum)
    stale = council.digest(council.payment(payee, 5, deadline=act.deadline))
    with reverts("InvalidSignature", council.owners[0], stale):
        council.submit(act, quorum)


def test_the_same_payment_twice_is_signed_twice(council, payee):
    before = payee.balance()
    for _ in range(2):
        council.submit(council.payment(payee, 5))
    assert payee.balance() == before + 10


@pytest.mark.parametrize("part", ["to", "amount", "token", "deadline"])
def test_nothing_of_a_payment_can_be_altered_after_signing(council, wallet, payee, stranger, token, part):
    signed = {"to": payee, "amount": 5, "token": NATIVE, "deadline": now() + DAY}
    quorum = council.quorum(council.digest(council.payment(**signed)))
    other = {"to": stranger, "amount": 6, "token": token, "deadline": signed["deadline"] + 1}
    altered = council.payment(**{**signed, part: other[part]})
    with reverts("InvalidSignature", council.owners[0], council.digest(altered)):
        council.submit(altered, quorum)


def test_pay_in_the_second_of_its_deadline_works_and_a_second_later_reverts(council, payee):
    deadline = now() + 1000
    council.submit(council.payment(payee, 5, deadline=deadline))
    late = council.payment(payee, 5, deadline=deadline)
    at(deadline)
    council.submit(late)
    late = council.payment(payee, 5, deadline=deadline)
    at(deadline + 1)
    with reverts("PastDeadline", deadline + 1, deadline):
        council.submit(late)


def test_pay_of_nothing_reverts(council, payee, asset):
    with reverts("ZeroAmount"):
        council.submit(council.payment(payee, 0, asset))


def test_pay_to_the_zero_address_reverts(council, asset):
    with reverts("InvalidPayee", NATIVE):
        council.submit(council.payment(NATIVE, 5, asset))


def test_pay_to_the_wallet_itself_reverts(council, wallet, asset):
    with reverts("InvalidPayee", wallet):
        council.submit(council.payment(wallet, 5, asset))


def test_a_pause_blocks_payments_and_ends_by_itself(council, wallet, payee, guardian, limit, asset):
    until = wallet.pause(DAY, {"from": guardian}).timestamp + DAY
    for amount in (5, limit + 1):
        act = council.payment(payee, amount, asset, deadline=until + DAY)
        with reverts("ContractPaused", until):
            council.submit(act)
    at(until - 1)
    with reverts("ContractPaused", until):
        council.submit(act)
    at(until)
    council.submit(council.payment(payee, 5, asset, deadline=until + DAY))


def test_a_payment_that_waits_already_goes_during_a_pause(council, wallet, payee, guardian, limit, asset):
    act = council.payment(payee, limit + 1, asset)
    council.submit(act)
    wallet.pause(14 * DAY, {"from": guardian})
    council.wait_for(act)
    before = holdings([asset], [payee])
    council.execute(act)
    assert moved(asset, before, payee) == [limit + 1]


def test_pay_to_who_refuses_reverts_and_uses_up_nothing(council, wallet, refuser):
    nonce, left = wallet.nonce(), wallet.available(NATIVE)
    act = council.payment(refuser, 5)
    with reverts("TransferFailed", refuser, 5):
        council.submit(act)
    assert (wallet.nonce(), wallet.available(NATIVE)) == (nonce, left)
    refuser.accept(True)
    council.submit(act)
    assert refuser.balance() == 5


def test_pay_of_more_than_the_wallet_holds_reverts(create, payee):
    poor = create(owner_keys(2, "poor"), 2)
    set_limit(poor, NATIVE, 1000)
    with reverts("TransferFailed", payee, 5):
        poor.submit(poor.payment(payee, 5))


def test_pay_to_an_address_that_nobody_has_used(council):
    newcomer = fresh_address("payee of a wallet")
    council.submit(council.payment(newcomer, 5))
    assert holdings([NATIVE], [newcomer])[NATIVE, newcomer] == 5
