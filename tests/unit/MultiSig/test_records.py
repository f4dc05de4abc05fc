"""The audit trail of a wallet: each privileged act appends exactly one record, by whoever did it; no other act does."""

import pytest
from eth_abi import encode

from tests.support import NATIVE, payment_id, reverts
from tests.unit.keys import fresh_address
from tests.unit.MultiSig.conftest import NATIVE_LIMIT
from tests.unit.signing import DAY

ASSET = fresh_address("an asset")
LATEST = 2**256 - 1


@pytest.fixture
def added(wallet, proven):
    """What was recorded since the last time, as (kind, actor, payload); the whole trail is proven each time."""
    seen = [len(proven(wallet))]

    def added():
        records = proven(wallet)
        new, seen[0] = records[seen[0] :], len(records)
        return [(record.kind.rstrip(b"\0").decode(), record.actor, record.payload) for record in new]

    return added


# --- acts of the owners that become operations ---


def scheduled(council, payee):
    return {
        "a payment above the limit": council.payment(payee, NATIVE_LIMIT + 1),
        "a batch of payments above the limit": council.batch(NATIVE, (payee, NATIVE_LIMIT), (payee, 1)),
        "a change of owners": council.owner_change(1, council.owners[:1]),
        "a call": council.operation((payee, 1, b"")),
        "a batch of calls": council.operation((payee, 1, b""), (payee, 2, b"")),
    }


SCHEDULED = [
    "a payment above the limit",
    "a batch of payments above the limit",
    "a change of owners",
    "a call",
    "a batch of calls",
]


@pytest.mark.parametrize("what", SCHEDULED)
def test_whatever_is_scheduled_leaves_one_record(council, relayer, payee, added, what):
    act = scheduled(council, payee)[what]
    council.submit(act)
    payload = encode(["bytes32", "uint256"], [council.id_of(act), act.nonce])
    assert added() == [("schedule", relayer.address, payload)]


@pytest.mark.parametrize("what", [each for each in SCHEDULED if each != "a change of owners"])
def test_its_execution_leaves_none_unless_it_is_an_act_of_privilege(council, payee, added, what):
    act = scheduled(council, payee)[what]
    council.submit(act)
    added()
    council.wait_for(act)
    council.execute(act)
    assert added() == []


@pytest.mark.parametrize("what", SCHEDULED)
def test_what_too_few_owners_signed_leaves_none(council, payee, added, what):
    act = scheduled(council, payee)[what]
    with reverts("ThresholdNotMet", 1, 2):
        council.submit(act, council.quorum(council.digest(act), (0,)))
    assert added() == []


@pytest.mark.parametrize("by", ["the guardian", "the owners"])
def test_a_cancellation_leaves_one_record(council, wallet, guardian, relayer, payee, added, by):
    act = council.payment(payee, NATIVE_LIMIT + 1)
    council.submit(act)
    added()
    if by == "the guardian":
        wallet.cancel(council.id_of(act), {"from": guardian})
    else:
        council.submit(council.cancellation(council.id_of(act)))
    kind, actor = ("cancel", guardian) if by == "the guardian" else ("cancelBySignatures", relayer)
    assert added() == [(kind, actor.address, encode(["bytes32"], [council.id_of(act)]))]


def test_a_refused_cancellation_leaves_none(council, wallet, guardian, stranger, added):
    act = council.own("setGuardian", stranger)
    council.submit(act)
    added()
    with reverts("NotCancellable", council.id_of(act), guardian):
        wallet.cancel(council.id_of(act), {"from": guardian})
    with reverts("NotGuardian", stranger):
        wallet.cancel(council.id_of(act), {"from": stranger})
    with reverts("NotScheduled", payment_id("unknown")):
        council.submit(council.cancellation(payment_id("unknown")))
    assert added() == []


# --- acts of the wallet itself ---


def privileged(council, heir):
    """Each act that the wallet does to itself: arguments, and the payload of its record."""
    one = council.owners[:1]
    asset = ASSET, 1000, DAY
    return {
        "setOwners": ((council.owner_set, 1, one), encode(["uint256", "address[]"], [1, one])),
        "setGuardian": ((heir,), encode(["address"], [heir.address])),
        "updateDelay": ((3 * DAY,), encode(["uint256"], [3 * DAY])),
        "configureLimit": (asset, encode(["address", "uint256", "uint256"], asset)),
        "setVerifier": ((ASSET, True), encode(["address", "bool"], [ASSET, True])),
    }


PRIVILEGED = ["setOwners", "setGuardian", "updateDelay", "configureLimit", "setVerifier"]


@pytest.mark.parametrize("kind", PRIVILEGED)
def test_an_act_of_the_wallet_on_itself_leaves_one_record_when_it_is_done(council, wallet, stranger, added, kind):
    arguments, payload = privileged(council, stranger)[kind]
    act = council.own(kind, *arguments)
    council.submit(act)
    added()
    council.wait_for(act)
    council.execute(act)
    assert added() == [(kind, wallet.address, payload)]


@pytest.mark.parametrize("kind", PRIVILEGED)
@pytest.mark.parametrize("role", ["stranger", "guardian"])
def test_the_same_act_refused_to_others_leaves_none(request, council, wallet, stranger, added, kind, role):
    arguments, _ = privileged(council, stranger)[kind]
    account = request.getfixturevalue(role)
    with reverts("NotTimelock", account):
        getattr(wallet, kind)(*arguments, {"from": account})
    assert added() == []


def test_acts_done_in_one_operation_leave_a_record_each_in_their_order(council, wallet, stranger, added):
    acts = privileged(council, stranger)
    order = ["configureLimit", "updateDelay", "setVerifier", "setGuardian", "setOwners"]
    act = council.operation(*(council.call(wallet, kind, *acts[kind][0]) for kind in order))
    council.submit(act)
    added()
    council.wait_for(act)
    council.execute(act)
    assert added() == [(kind, wallet.address, acts[kind][1]) for kind in order]


def test_an_operation_that_fails_leaves_none_of_its_records(council, wallet, stranger, added):
    good = council.call(wallet, "configureLimit", ASSET, 1000, DAY)
    bad = council.call(wallet, "updateDelay", 1)
    act = council.operation(good, bad)
    council.submit(act)
    added()
    council.wait_for(act)
    with reverts("DelayTooShort", 1, DAY):
        council.execute(act)
    assert added() == []


# --- pauses ---


def test_a_pause_of_the_guardian_and_the_owners_end_of_it_leave_one_record_each(council, wallet, guardian, added):
    tx = wallet.pause(14 * DAY, {"from": guardian})
    assert added() == [("pause", guardian.address, encode(["uint48"], [tx.timestamp + 14 * DAY]))]
    act = council.own("unpause", deadline=LATEST)
    council.submit(act)
    added()
    council.wait_for(act)
    ended = council.execute(act)
    assert added() == [("unpause", wallet.address, encode(["uint48"], [ended.timestamp]))]


def test_a_pause_renewed_by_the_owners_leaves_one_record(council, wallet, added):
    act = council.own("pause", DAY)
    council.submit(act)
    added()
    council.wait_for(act)
    tx = council.execute(act)
    assert added() == [("pause", wallet.address, encode(["uint48"], [tx.timestamp + DAY]))]


def test_a_refused_pause_and_a_refused_unpause_leave_none(wallet, guardian, stranger, added):
    with reverts("NotGuardian", stranger):
        wallet.pause(DAY, {"from": stranger})
    with reverts("InvalidPause", 0, 14 * DAY):
        wallet.pause(0, {"from": guardian})
    with reverts("NotTimelock", guardian):
        wallet.unpause({"from": guardian})
    assert added() == []


# --- what is no privilege ---


def test_what_needs_no_privilege_or_moves_within_the_limit_leaves_none(
    council, wallet, guardian, stranger, payee, added
):
    council.submit(council.payment(payee, 5))
    council.submit(council.batch(NATIVE, (payee, 5), (stranger, 6)))
    wallet.approve(payment_id("anything"), {"from": stranger})
    wallet.disapprove(payment_id("anything"), {"from": stranger})
    wallet.heartbeat({"from": guardian})
    stranger.transfer(wallet, 5)
    assert added() == []
