"""A signature that is not one over this very act, for this wallet, now: every kind of act refuses it."""

from contextlib import contextmanager

import pytest
from brownie import chain

from scripts.papers import agreement
from tests.support import NATIVE, at, now, reverts
from tests.unit.MultiSig.conftest import NATIVE_LIMIT
from tests.unit.signing import DAY, malleated, owner_keys, signature

KINDS = ["payment", "payment that waits", "batch", "owner change", "operation", "batch of calls", "cancellation"]


@pytest.fixture(params=KINDS)
def write(request, council, payee, merchant):
    """Write an act of one kind; nonce and deadline may be given."""
    wallet = council.wallet
    pause = council.call(wallet, "pause", DAY)
    if request.param == "cancellation":
        waiting = council.payment(payee, NATIVE_LIMIT + 1)
        council.submit(waiting)
    writers = {
        "payment": lambda **tail: council.payment(payee, 5, **tail),
        "payment that waits": lambda **tail: council.payment(payee, NATIVE_LIMIT + 1, **tail),
        "batch": lambda **tail: council.batch(NATIVE, (payee, 5), (merchant, 6), **tail),
        "owner change": lambda **tail: council.owner_change(1, council.owners[:2], **tail),
        "operation": lambda **tail: council.operation(pause, **tail),
        "batch of calls": lambda **tail: council.operation(pause, pause, **tail),
        "cancellation": lambda **tail: council.cancellation(council.id_of(waiting), **tail),
    }
    return writers[request.param]


@pytest.fixture
def nothing_happens(council):
    """Expect exactly this typed error, and that neither nonce, nor balance, nor audit trail has moved."""
    wallet = council.wallet

    def state():
        return wallet.nonce(), wallet.balance(), wallet.auditHead(), wallet.ownerSet()

    @contextmanager
    def nothing_happens(error, *values):
        before = state()
        with reverts(error, *values):
            yield
        assert state() == before

    return nothing_happens


def test_what_two_owners_signed_happens_once(council, write, nothing_happens):
    act = write()
    quorum = council.quorum(council.digest(act))
    council.submit(act, quorum)
    assert council.wallet.nonce() == act.nonce + 1
    again = council.digest(write(deadline=act.deadline))
    with nothing_happens("InvalidSignature", council.owners[0], again):
        council.submit(act, quorum)


def test_an_act_without_enough_signatures_reverts(council, write, nothing_happens):
    act = write()
    for signers in ((), (0,), (2,)):
        with nothing_happens("ThresholdNotMet", len(signers), 2):
            council.submit(act, council.quorum(council.digest(act), signers))


def test_an_act_with_unsorted_signatures_reverts(council, write, nothing_happens):
    act = write()
    first, second = (signature(key, council.digest(act)) for key in council.keys[:2])
    with nothing_happens("InvalidSignature", council.owners[0], council.digest(act)):
        council.submit(act, council.pack({0: second, 1: first}))


def test_an_act_with_one_signature_twice_reverts(council, write, nothing_happens):
    act = write()
    first = signature(council.keys[0], council.digest(act))
    with nothing_happens("InvalidSignature", council.owners[1], council.digest(act)):
        council.submit(act, council.pack({0: first, 1: first}))


def test_an_act_with_a_foreign_signature_reverts(council, write, nothing_happens):
    act, (foreigner,) = write(), owner_keys(1, "foreigner")
    digest = council.digest(act)
    with nothing_happens("InvalidSignature", council.owners[2], digest):
        council.submit(act, council.pack({0: signature(council.keys[0], digest), 2: signature(foreigner, digest)}))


def test_an_act_with_a_malleated_signature_reverts(council, write, nothing_happens):
    act = write()
    first, second = (signature(key, council.digest(act)) for key in council.keys[:2])
    with nothing_happens("InvalidSignature", council.owners[1], council.digest(act)):
        council.submit(act, council.pack({0: first, 1: malleated(second)}))


@pytest.mark.parametrize("step", [-1, 1, 1000])
def test_an_act_of_a_past_or_future_nonce_reverts(council, write, nothing_happens, step):
    current = write()
    other = write(nonce=current.nonce + step, deadline=current.deadline)
    with nothing_happens("InvalidSignature", council.owners[0], council.digest(current)):
        council.submit(current, council.quorum(council.digest(other)))


def test_an_act_past_its_deadline_reverts(council, write, nothing_happens):
    act = write(deadline=now() + 100)
    at(act.deadline + 1)
    with nothing_happens("PastDeadline", act.deadline + 1, act.deadline):
        council.submit(act)


def test_a_deadline_cannot_be_moved_after_signing(council, write, nothing_happens):
    act = write()
    later = write(deadline=act.deadline + 1)
    with nothing_happens("InvalidSignature", council.owners[0], council.digest(later)):
        council.submit(later, council.quorum(council.digest(act)))


def test_an_act_signed_for_another_chain_reverts(council, write, nothing_happens):
    act = write()
    with nothing_happens("InvalidSignature", council.owners[0], council.digest(act)):
        council.submit(act, council.quorum(council.digest(act, chain_id=chain.id + 1)))


def test_an_act_signed_for_another_version_reverts(council, write, nothing_happens, monkeypatch):
    act = write()
    with monkeypatch.context() as other:
        other.setattr(agreement, "VERSION", "2.0.0")
        quorum = council.quorum(council.digest(act))
    with nothing_happens("InvalidSignature", council.owners[0], council.digest(act)):
        council.submit(act, quorum)


def test_an_act_signed_for_another_wallet_of_the_same_owners_reverts(council, create, write, nothing_happens):
    act, sibling = write(), create(council.keys, 2, salt=b"sibling".ljust(32))
    assert sibling.owner_set == council.owner_set
    with nothing_happens("InvalidSignature", council.owners[0], council.digest(act)):
        council.submit(act, council.quorum(sibling.digest(act)))


def test_an_act_signed_under_another_owner_set_reverts(council, write, nothing_happens):
    act, other = write(), agreement.owner_set_of(1, council.owners)
    with nothing_happens("InvalidSignature", council.owners[0], council.digest(act)):
        council.submit(act, council.quorum(council.digest(act, owner_set=other)))


def test_an_act_submitted_with_another_owner_set_reverts(council, write, nothing_happens):
    act, other = write(), agreement.owner_set_of(1, council.owners)
    _, owners, signers, signatures = council.quorum(council.digest(act, owner_set=other), (0,))
    with nothing_happens("WrongOwnerSet", other, council.owner_set):
        council.submit(act, (1, owners, signers, signatures))


def test_an_act_signed_before_the_owners_changed_reverts(council, write):
    act = write()
    newcomers = owner_keys(3, "newcomers")
    change = council.owner_change(2, [key.address for key in newcomers])
    council.carry_out(change)
    late = write(nonce=act.nonce, deadline=2**256 - 1)
    quorum = council.quorum(council.digest(late))
    with reverts("WrongOwnerSet", council.owner_set, agreement.owner_set_of(2, [key.address for key in newcomers])):
        council.submit(late, quorum)


def test_the_typed_data_of_another_kind_is_no_signature(council, write, nothing_happens, payee):
    act = write()
    other = council.owner_change(1, council.owners[:1], deadline=act.deadline)
    with nothing_happens("InvalidSignature", council.owners[0], council.digest(act)):
        council.submit(act, council.quorum(council.digest(other)))
