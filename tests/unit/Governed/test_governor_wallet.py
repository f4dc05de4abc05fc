"""A wallet that governs: it answers a pause in time, acts after its delay, and leaves its name on the trail."""

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.support import at, reverts
from tests.unit.signing import DAY, GRACE

LONGEST_PAUSE = 14 * DAY
GOVERNOR_ROLE = bytes(32)


@pytest.mark.parametrize("delay", [DAY, 6 * DAY])
def test_a_wallet_of_any_delay_that_it_can_have_may_govern(council_of, govern, delay):
    wallet = council_of(delay).wallet
    assert govern(wallet).defaultAdmin() == wallet


@pytest.mark.parametrize(("wait", "grace"), [(7 * DAY, GRACE), (14 * DAY, 0), (0, 14 * DAY), (15 * DAY, GRACE)])
def test_a_governor_that_could_not_answer_a_pause_while_it_lasts_is_refused(deploy, govern, wait, grace):
    slow = deploy("WaitingGovernor", wait, grace)
    with reverts("GovernorTooSlow", slow, wait + grace, LONGEST_PAUSE):
        govern(slow)


def test_a_governor_a_second_faster_is_accepted(deploy, govern):
    fast = deploy("WaitingGovernor", 7 * DAY - 1, GRACE)
    assert govern(fast).defaultAdmin() == fast


def test_the_wallet_sets_the_fee_after_its_delay(council, governed, proven):
    act = council.operation(council.call(governed, "setFee", 30))
    council.submit(act)
    assert governed.feeBps() == 0
    council.wait_for(act)
    tx = council.execute(act)
    assert governed.feeBps() == 30
    record = proven(governed)[-1]
    assert (record.kind.rstrip(b"\0"), record.actor, record.at) == (b"setFee", council.wallet, tx.timestamp)
    assert proven(council.wallet)[-1].kind.rstrip(b"\0") == b"schedule"


def test_no_owner_and_no_relayer_governs_alone(council, governed, relayer, stranger):
    for account in (relayer, stranger):
        with reverts("AccessControlUnauthorizedAccount", account, GOVERNOR_ROLE):
            governed.setFee(30, {"from": account})


def test_the_wallet_ends_a_pause_of_the_longest_kind_before_it_ends_by_itself(council, governed, guardian):
    until = governed.pause(LONGEST_PAUSE, {"from": guardian}).timestamp + LONGEST_PAUSE
    tx = council.carry_out(council.operation(council.call(governed, "unpause")))
    assert governed.pausedUntil() == tx.timestamp < until


def test_the_slowest_wallet_ends_a_pause_in_the_last_second_of_its_grace(council_of, govern, guardian):
    slow = council_of(6 * DAY)
    governed = govern(slow.wallet)
    until = governed.pause(LONGEST_PAUSE, {"from": guardian}).timestamp + LONGEST_PAUSE
    act = slow.operation(slow.call(governed, "unpause"), delay=6 * DAY)
    slow.submit(act)
    slow.wait_for(act, GRACE - 1)
    tx = slow.execute(act)
    assert governed.pausedUntil() == tx.timestamp < until


def test_the_wallet_renews_a_pause(council, governed, guardian):
    governed.pause(3 * DAY, {"from": guardian})
    tx = council.carry_out(council.operation(council.call(governed, "pause", LONGEST_PAUSE)))
    assert governed.pausedUntil() == tx.timestamp + LONGEST_PAUSE


def test_the_wallet_replaces_a_guardian_who_cannot_stop_it(council, governed, guardian, stranger, proven):
    """Two operations, each one call: what only takes the guardian's role is not the guardian's to cancel."""
    role = bytes(governed.GUARDIAN_ROLE())
    removal = council.operation(council.call(governed, "revokeRole", role, guardian))
    council.submit(removal)
    appointment = council.operation(council.call(governed, "grantRole", role, stranger))
    council.submit(appointment)
    with reverts("NotCancellable", council.id_of(removal), guardian):
        council.wallet.cancel(council.id_of(removal), {"from": guardian})
    council.wait_for(appointment)
    council.execute(removal)
    council.execute(appointment)
    revoked, granted = proven(governed)[-2:]
    assert [each.kind.rstrip(b"\0") for each in (revoked, granted)] == [b"revokeRole", b"grantRole"]
    assert {each.actor for each in (revoked, granted)} == {council.wallet.address}
    assert revoked.payload == encode(["bytes32", "address"], [role, guardian.address])
    assert granted.payload == encode(["bytes32", "address"], [role, stranger.address])
    with reverts("AccessControlUnauthorizedAccount", guardian, role):
        governed.pause(DAY, {"from": guardian})
    governed.pause(DAY, {"from": stranger})


def test_a_role_granted_again_leaves_a_record_only_if_it_revives_a_guardian(governed, proven, council, guardian):
    """The others' roles have no time running: granted again they change nothing."""
    other = keccak(text="a role of an heir")
    for role, account, records in ((other, guardian, 1), (bytes(governed.GUARDIAN_ROLE()), guardian, 2)):
        before = len(proven(governed))
        for _ in range(2):
            council.carry_out(council.operation(council.call(governed, "grantRole", role, account)))
        assert len(proven(governed)) - before == records


def test_a_refused_operation_of_the_wallet_leaves_no_record_there(council, governed, proven):
    act = council.operation(council.call(governed, "setFee", 501))
    council.submit(act)
    council.wait_for(act)
    before = len(proven(governed))
    with reverts("FeeAboveCap", 501, 500):
        council.execute(act)
    assert len(proven(governed)) == before


def test_the_wallet_hands_over_to_another_wallet_in_both_delays(council, council_of, governed, proven):
    heir = council_of(3 * DAY)
    council.carry_out(council.operation(council.call(governed, "beginDefaultAdminTransfer", heir.wallet)))
    _, schedule = governed.pendingDefaultAdmin()
    act = heir.operation(heir.call(governed, "acceptDefaultAdminTransfer"), delay=3 * DAY)
    heir.submit(act)
    at(max(schedule + 1, heir.wallet.getTimestamp(heir.id_of(act))))
    heir.execute(act)
    assert governed.defaultAdmin() == heir.wallet
    kinds = [each.kind.rstrip(b"\0") for each in proven(governed)[-3:]]
    assert kinds == [b"beginDefaultAdminTransfer", b"revokeRole", b"grantRole"]
