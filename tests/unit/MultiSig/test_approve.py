"""approve and disapprove: an owner who cannot sign agrees on chain, and takes it back."""

import pytest
from brownie import accounts

from tests.support import emitted, event, reverts
from tests.unit.signing import Council, owner_keys, signature
from tests.unit.spelling import plain


@pytest.fixture(scope="module")
def halls(create, relayer):
    """A wallet of one key and one account of the node, which can send but is not asked to sign; both must agree."""
    (key,) = owner_keys(1, "hall")

    class Node:
        address = accounts[7].address

    owners = sorted((key, Node), key=lambda owner: int(owner.address, 16))
    council = create(owners, 2)
    return council, owners.index(Node), owners.index(key)


@pytest.fixture
def approver():
    return accounts[7]


def test_an_approval_takes_the_place_of_a_signature(halls, approver, payee):
    council, place, other = halls
    act = council.payment(payee, 5)
    digest = council.digest(act)
    tx = council.wallet.approve(digest, {"from": approver})
    assert plain(emitted(tx, council.wallet)) == plain([event("ActApproved", digest, approver)])
    assert council.wallet.isApproved(digest, approver)
    council.submit(act, council.pack({place: b"", other: signature(council.keys[other], digest)}))
    assert council.wallet.isOperationPending(council.id_of(act))


def test_an_approval_taken_back_is_none(halls, approver, payee):
    council, place, other = halls
    act = council.payment(payee, 5)
    digest = council.digest(act)
    council.wallet.approve(digest, {"from": approver})
    tx = council.wallet.disapprove(digest, {"from": approver})
    assert plain(emitted(tx, council.wallet)) == plain([event("ActDisapproved", digest, approver)])
    assert not council.wallet.isApproved(digest, approver)
    with reverts("InvalidSignature", approver, digest):
        council.submit(act, council.pack({place: b"", other: signature(council.keys[other], digest)}))


def test_disapprove_of_what_was_not_approved_reverts(halls, approver):
    wallet, digest = halls[0].wallet, b"\5" * 32
    with reverts("NotApproved", digest, approver):
        wallet.disapprove(digest, {"from": approver})


def test_disapprove_of_what_another_approved_reverts(halls, approver, stranger):
    wallet, digest = halls[0].wallet, b"\5" * 32
    wallet.approve(digest, {"from": approver})
    with reverts("NotApproved", digest, stranger):
        wallet.disapprove(digest, {"from": stranger})
    assert wallet.isApproved(digest, approver)


def test_disapprove_twice_reverts(halls, approver):
    wallet, digest = halls[0].wallet, b"\5" * 32
    wallet.approve(digest, {"from": approver})
    wallet.disapprove(digest, {"from": approver})
    with reverts("NotApproved", digest, approver):
        wallet.disapprove(digest, {"from": approver})


def test_an_approval_can_be_given_again(halls, approver):
    wallet, digest = halls[0].wallet, b"\5" * 32
    for _ in range(2):
        wallet.approve(digest, {"from": approver})
    wallet.disapprove(digest, {"from": approver})
    wallet.approve(digest, {"from": approver})
    assert wallet.isApproved(digest, approver)


def test_an_approval_by_one_who_is_no_owner_counts_for_nobody(halls, stranger, payee):
    council, place, other = halls
    act = council.payment(payee, 5)
    digest = council.digest(act)
    council.wallet.approve(digest, {"from": stranger})
    with reverts("InvalidSignature", council.owners[place], digest):
        council.submit(act, council.pack({place: b"", other: signature(council.keys[other], digest)}))


def test_an_approval_in_one_wallet_counts_in_no_other(halls, create, approver, payee):
    council, place, other = halls
    sibling = create(council.keys, 2, salt=b"sibling".ljust(32))
    act = council.payment(payee, 5)
    digest = council.digest(act)
    sibling.wallet.approve(digest, {"from": approver})
    with reverts("InvalidSignature", approver, digest):
        council.submit(act, council.pack({place: b"", other: signature(council.keys[other], digest)}))


def test_an_approval_is_used_up_with_its_nonce(halls, approver, payee):
    council, place, other = halls
    act = council.payment(payee, 5)
    digest = council.digest(act)
    council.wallet.approve(digest, {"from": approver})
    quorum = council.pack({place: b"", other: signature(council.keys[other], digest)})
    council.submit(act, quorum)
    again = council.digest(council.payment(payee, 5, deadline=act.deadline))
    with reverts("InvalidSignature", council.owners[0], again):
        council.submit(act, quorum)


def test_an_owner_who_approved_may_sign_as_well_and_counts_once(council: Council, payee):
    act = council.payment(payee, 5)
    digest = council.digest(act)
    with reverts("ThresholdNotMet", 1, 2):
        council.submit(act, council.quorum(digest, (0,)))
