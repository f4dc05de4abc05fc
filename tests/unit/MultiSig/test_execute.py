"""execute: what the owners scheduled, from the second it is ready, for the grace period, once, in order."""

import pytest

from tests.support import NATIVE, payment_id, reverts
from tests.unit.signing import DAY, GRACE, data_of, operation_id


@pytest.fixture(scope="module")
def owned(deploy, wallet):
    """A value that only the wallet may set; 1 at first."""
    return deploy("OwnedValue", wallet)


@pytest.fixture
def set_seven(council, owned):
    act = council.operation(council.call(owned, "setValue", 7))
    council.submit(act)
    return act


def kinds(council, owned, payee):
    value = council.call(owned, "setValue", 7)
    return {
        "a call": council.operation(value),
        "a batch of calls": council.operation(value, value),
        "a payment": council.payment(payee, 10**18 + 1),
        "a batch of payees": council.batch(NATIVE, (payee, 10**18), (payee, 1)),
        "a change of owners": council.owner_change(1, council.owners[:1]),
        "a new guardian": council.own("setGuardian", payee),
    }


@pytest.fixture(
    params=["a call", "a batch of calls", "a payment", "a batch of payees", "a change of owners", "a new guardian"]
)
def act(request, council, owned, payee):
    """What waits, of every kind."""
    act = kinds(council, owned, payee)[request.param]
    council.submit(act)
    return act


@pytest.mark.parametrize("late", [0, 1, GRACE - 1])
def test_anyone_executes_from_the_second_it_is_ready_to_the_last_of_the_grace_period(
    council, wallet, act, stranger, late
):
    council.wait_for(act, late)
    council.execute(act, sender=stranger)
    assert wallet.isOperationDone(council.id_of(act))


def test_execute_a_second_early_reverts(council, wallet, act):
    key = council.id_of(act)
    ready_at = wallet.getTimestamp(key)
    council.wait_for(act, -1)
    with reverts("TooEarly", key, ready_at - 1, ready_at):
        council.execute(act)


def test_execute_at_the_second_it_expires_reverts(council, wallet, act):
    key = council.id_of(act)
    expires_at = wallet.getTimestamp(key) + GRACE
    council.wait_for(act, GRACE)
    with reverts("Expired", key, expires_at, expires_at):
        council.execute(act)


def test_execute_twice_reverts(council, act):
    council.wait_for(act)
    council.execute(act)
    with reverts("AlreadyDone", council.id_of(act)):
        council.execute(act)


def test_execute_before_the_predecessor_is_done_reverts(council, owned, set_seven):
    second = council.operation(council.call(owned, "setValue", 8), predecessor=council.id_of(set_seven))
    council.submit(second)
    council.wait_for(second)
    with reverts("PredecessorNotDone", council.id_of(second), council.id_of(set_seven)):
        council.execute(second)
    council.execute(set_seven)
    council.execute(second)
    assert owned.value() == 8


def test_execute_after_a_predecessor_that_nobody_scheduled_reverts(council, owned):
    act = council.operation(council.call(owned, "setValue", 8), predecessor=payment_id("unknown"))
    council.submit(act)
    council.wait_for(act)
    with reverts("PredecessorNotDone", council.id_of(act), payment_id("unknown")):
        council.execute(act)


def test_a_predecessor_that_was_cancelled_never_lets_its_successor_run(council, wallet, owned, guardian, set_seven):
    second = council.operation(council.call(owned, "setValue", 8), predecessor=council.id_of(set_seven))
    council.submit(second)
    wallet.cancel(council.id_of(set_seven), {"from": guardian})
    council.wait_for(second)
    with reverts("PredecessorNotDone", council.id_of(second), council.id_of(set_seven)):
        council.execute(second)


@pytest.mark.parametrize("what", ["target", "value", "data", "predecessor", "salt"])
def test_execute_of_anything_but_what_was_announced_reverts(council, wallet, relayer, owned, deploy, set_seven, what):
    (target, value, data), salt = council.call(owned, "setValue", 7), set_seven.nonce.to_bytes(32, "big")
    other = {
        "target": ((deploy("OwnedValue", wallet).address, value, data), bytes(32), salt),
        "value": ((target, 1, data), bytes(32), salt),
        "data": ((target, value, data_of(owned.setValue, 8)), bytes(32), salt),
        "predecessor": ((target, value, data), payment_id("other"), salt),
        "salt": ((target, value, data), bytes(32), bytes(32)),
    }[what]
    call, before, salt = other
    council.wait_for(set_seven)
    with reverts("NotScheduled", operation_id([call], before, salt)):
        wallet.execute(*call, before, salt, {"from": relayer})
    council.execute(set_seven)
    assert owned.value() == 7


def test_a_settlement_made_up_by_its_executor_is_not_scheduled(council, wallet, stranger):
    """The wallet pays itself out to nobody who merely asks it to."""
    call = council.call(wallet, "settle", (stranger.address, 10**18, NATIVE))
    with reverts("NotScheduled", operation_id([call])):
        wallet.execute(*call, bytes(32), bytes(32), {"from": stranger})


@pytest.mark.parametrize("role", ["stranger", "guardian", "relayer", "deployer"])
def test_settle_by_anyone_but_the_wallet_reverts(request, wallet, role):
    account = request.getfixturevalue(role)
    with reverts("NotTimelock", account):
        wallet.settle((account.address, 1, NATIVE), {"from": account})
    with reverts("NotTimelock", account):
        wallet.settleBatch(NATIVE, [(account.address, 1)], {"from": account})


def test_an_operation_of_the_wallet_calls_anything_with_its_coin(council, wallet, deploy):
    recorder = deploy("Recorder")
    council.carry_out(council.operation((recorder, 3, b"\x12\x34\x56\x78\x9a")))
    assert (recorder.sender(), recorder.value(), str(recorder.payload())) == (wallet, 3, "0x123456789a")


def test_coin_may_come_with_the_execution(council, wallet, payee):
    before, held = payee.balance(), wallet.balance()
    act = council.operation((payee, 5, b""))
    council.submit(act)
    council.wait_for(act)
    council.execute(act, value=7)
    assert (payee.balance() - before, wallet.balance() - held) == (5, 2)


def test_an_operation_whose_call_fails_stays_ready_and_says_why(council, wallet, refuser):
    act = council.operation((refuser, 5, b""))
    council.submit(act)
    council.wait_for(act)
    with reverts("Refused", wallet, 5):
        council.execute(act)
    assert wallet.isOperationReady(council.id_of(act))
    refuser.accept(True)
    council.execute(act)
    assert refuser.balance() == 5


def test_an_operation_that_pays_inside_a_batch_cannot_be_run_half(council, wallet, payee, refuser):
    settle = council.call(wallet, "settle", (payee.address, 10, NATIVE))
    act = council.operation(settle, (refuser, 1, b""))
    before = payee.balance()
    council.submit(act)
    council.wait_for(act)
    with reverts("Refused", wallet, 1):
        council.execute(act)
    assert payee.balance() == before


def test_a_pause_does_not_stop_what_is_scheduled(council, wallet, act, guardian):
    wallet.pause(14 * DAY, {"from": guardian})
    council.wait_for(act)
    council.execute(act)
    assert wallet.isOperationDone(council.id_of(act))
