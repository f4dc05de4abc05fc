"""cancel by the guardian, cancelBySignatures by the owners: what is pending, and not the guardian's own removal."""

import pytest
from eth_abi import encode

from tests.support import NATIVE, emitted, event, payment_id, reverts
from tests.unit.signing import DAY, GRACE, data_of


@pytest.fixture
def waiting(council, payee):
    """A payment that waits."""
    act = council.payment(payee, 10**18 + 1)
    council.submit(act)
    return act


def by_owners(council, key, **tail):
    return council.submit(council.cancellation(key, deadline=2**256 - 1, **tail))


@pytest.fixture(params=["guardian", "owners"])
def cancel(request, council, wallet, guardian):
    """Cancel an operation, as either who may."""
    if request.param == "guardian":
        return lambda key: wallet.cancel(key, {"from": guardian})
    return lambda key: by_owners(council, key)


@pytest.mark.parametrize("late", [-1, 0, 1, GRACE - 1])
def test_what_is_pending_is_cancelled_until_it_expires(council, wallet, waiting, cancel, late):
    key = council.id_of(waiting)
    council.wait_for(waiting, late)
    tx = cancel(key)
    assert event("Cancelled", key) in emitted(tx, wallet)
    assert wallet.getTimestamp(key) == 0
    with reverts("NotScheduled", key):
        council.execute(waiting)


def test_what_was_cancelled_is_on_the_audit_trail(council, wallet, waiting, cancel, proven):
    before = len(proven(wallet))
    tx = cancel(council.id_of(waiting))
    (record,) = proven(wallet)[before:]
    assert (record.kind.rstrip(b"\0"), record.actor, record.at) == (b"cancel", tx.sender, tx.timestamp)
    assert record.payload == encode(["bytes32"], [council.id_of(waiting)])


def test_cancel_of_what_nobody_scheduled_reverts(cancel):
    with reverts("NotScheduled", payment_id("unknown")):
        cancel(payment_id("unknown"))


def test_cancel_twice_reverts(council, waiting, cancel):
    cancel(council.id_of(waiting))
    with reverts("NotScheduled", council.id_of(waiting)):
        cancel(council.id_of(waiting))


def test_cancel_of_what_is_done_reverts(council, waiting, cancel):
    council.wait_for(waiting)
    council.execute(waiting)
    with reverts("AlreadyDone", council.id_of(waiting)):
        cancel(council.id_of(waiting))


def test_cancel_of_what_expired_reverts(council, wallet, waiting, cancel):
    key = council.id_of(waiting)
    expires_at = wallet.getTimestamp(key) + GRACE
    council.wait_for(waiting, GRACE)
    with reverts("Expired", key, expires_at, expires_at):
        cancel(key)


@pytest.mark.parametrize("role", ["stranger", "relayer", "deployer", "payee"])
def test_cancel_by_one_who_is_not_the_guardian_reverts(request, council, wallet, waiting, role):
    account = request.getfixturevalue(role)
    with reverts("NotGuardian", account):
        wallet.cancel(council.id_of(waiting), {"from": account})


def test_a_cancelled_payment_can_be_agreed_on_again(council, wallet, waiting, payee, cancel):
    before = payee.balance()
    cancel(council.id_of(waiting))
    council.carry_out(council.payment(payee, 10**18 + 1))
    assert payee.balance() == before + 10**18 + 1


def test_owners_cancel_one_operation_and_no_other(council, wallet, payee, waiting):
    other = council.payment(payee, 10**18 + 2)
    council.submit(other)
    act = council.cancellation(council.id_of(waiting))
    quorum = council.quorum(council.digest(act))
    elsewhere = council.cancellation(council.id_of(other), deadline=act.deadline)
    with reverts("InvalidSignature", council.owners[0], council.digest(elsewhere)):
        council.submit(elsewhere, quorum)
    council.submit(act, quorum)
    assert wallet.isOperationPending(council.id_of(other))


@pytest.fixture
def processor_role(processor):
    return bytes(processor.GUARDIAN_ROLE())


def test_the_guardian_cannot_cancel_its_own_replacement(council, wallet, guardian, stranger):
    act = council.own("setGuardian", stranger)
    council.submit(act)
    key = council.id_of(act)
    with reverts("NotCancellable", key, guardian):
        wallet.cancel(key, {"from": guardian})
    council.wait_for(act)
    council.execute(act)
    assert wallet.guardian() == stranger


def test_the_guardian_cannot_cancel_the_loss_of_its_role_in_another_contract(
    council, wallet, guardian, processor, processor_role
):
    act = council.operation(council.call(processor, "revokeRole", processor_role, guardian))
    council.submit(act)
    with reverts("NotCancellable", council.id_of(act), guardian):
        wallet.cancel(council.id_of(act), {"from": guardian})


def test_the_owners_cancel_the_replacement_of_the_guardian(council, wallet, stranger):
    act = council.own("setGuardian", stranger)
    council.submit(act)
    by_owners(council, council.id_of(act))
    assert not wallet.isOperation(council.id_of(act))


@pytest.mark.parametrize("what", ["beside another call", "elsewhere", "of another", "cut", "longer", "selector alone"])
def test_the_guardian_cancels_what_only_looks_like_its_removal(
    council, wallet, guardian, stranger, processor, processor_role, payee, what
):
    """Nothing hides from a guardian behind its removal: a guarded operation is that one call and nothing else."""
    replace = data_of(wallet.setGuardian, stranger)
    revoke = data_of(processor.revokeRole, processor_role, guardian)
    act = {
        "beside another call": council.operation((wallet, 0, replace), (payee, 10**18, b"")),
        "elsewhere": council.operation((processor, 0, replace)),
        "of another": council.operation(council.call(processor, "revokeRole", processor_role, stranger)),
        "cut": council.operation((processor, 0, revoke[:-1])),
        "longer": council.operation((processor, 0, revoke + b"\0")),
        "selector alone": council.operation((wallet, 0, replace[:4])),
    }[what]
    council.submit(act)
    wallet.cancel(council.id_of(act), {"from": guardian})
    assert not wallet.isOperation(council.id_of(act))


def test_a_guarded_operation_runs_through_the_same_times_as_any_other(council, wallet, stranger):
    act = council.own("setGuardian", stranger)
    tx = council.submit(act)
    key = council.id_of(act)
    ready_at = tx.timestamp + 2 * DAY
    assert (wallet.getTimestamp(key), wallet.isOperationPending(key)) == (ready_at, True)
    council.wait_for(act, GRACE)
    with reverts("Expired", key, ready_at + GRACE, ready_at + GRACE):
        council.execute(act)


def test_an_operation_cannot_be_cancelled_in_its_own_call(council, wallet, guardian, deploy):
    """The guardian is here a contract, which is paid by the operation that it tries to cancel."""
    trap = deploy("ReentrantReceiver")
    council.carry_out(council.own("setGuardian", trap))
    act = council.operation((trap, 5, b""))
    council.submit(act)
    trap.arm(wallet, data_of(wallet.cancel, council.id_of(act)))
    council.wait_for(act)
    council.execute(act)
    assert (trap.called(), trap.succeeded()) == (True, False)
    selector = bytes.fromhex(wallet.cancel.signature[2:])
    assert selector != bytes(trap.returned())[:4]
    assert bytes(trap.returned())[4:] == council.id_of(act)
    assert wallet.isOperationDone(council.id_of(act))


def test_a_pause_does_not_stop_a_cancellation(council, wallet, guardian, waiting, cancel):
    wallet.pause(14 * DAY, {"from": guardian})
    cancel(council.id_of(waiting))
    assert not wallet.isOperation(council.id_of(waiting))
    assert wallet.available(NATIVE) > 0
