"""grantRole and revokeRole: only by an operation; there is always a proposer, and nobody holds the timelock."""

import pytest

from tests.support import emitted, event, payment_id, reverts
from tests.unit.Timelock.conftest import DELAY
from tests.unit.Timelock.test_schedule import plain

ROLES = ["PROPOSER_ROLE", "CANCELLER_ROLE"]


@pytest.mark.parametrize("name", ROLES)
def test_an_operation_grants_and_revokes_a_role(timelock, desk, stranger, name):
    role = getattr(timelock, name)()
    for act, emits, has, count in (("grantRole", "RoleGranted", True, 2), ("revokeRole", "RoleRevoked", False, 1)):
        tx = desk.carry_out(desk.itself(act, role, stranger))
        assert plain([event(emits, role, stranger, timelock)])[0] in plain(emitted(tx, timelock))
        assert (timelock.hasRole(role, stranger), timelock.getRoleMemberCount(role)) == (has, count)


@pytest.mark.parametrize("name", ROLES)
def test_a_role_granted_twice_or_revoked_in_vain_changes_nothing(timelock, desk, proposer, guardian, stranger, name):
    role = getattr(timelock, name)()
    member = proposer if name == "PROPOSER_ROLE" else guardian
    for act, account in (("grantRole", member), ("revokeRole", stranger)):
        tx = desk.carry_out(desk.itself(act, role, account))
        assert [kind for kind, *_ in emitted(tx, timelock)] == ["CallExecuted"]
        assert timelock.getRoleMemberCount(role) == 1


def test_the_proposer_is_replaced_and_the_old_one_has_no_more_say(timelock, desk, proposer, stranger, owned, set_seven):
    role = timelock.PROPOSER_ROLE()
    replacement = desk.write(
        (timelock, 0, timelock.grantRole.encode_input(role, stranger)),
        (timelock, 0, timelock.revokeRole.encode_input(role, proposer)),
    )
    desk.carry_out(replacement)
    with reverts("NotProposer", proposer):
        desk.schedule(set_seven, sender=proposer)
    desk.schedule(set_seven, sender=stranger)


def test_several_proposers_schedule_whichever_came_last(timelock, desk, proposer, stranger, owned):
    role = timelock.PROPOSER_ROLE()
    write = lambda number: desk.write((owned, 0, owned.setValue.encode_input(number)))  # noqa: E731
    desk.carry_out(desk.itself("grantRole", role, stranger))
    desk.schedule(write(2), sender=proposer)
    desk.schedule(write(3), sender=stranger)
    desk.carry_out(desk.itself("revokeRole", role, stranger))
    with reverts("NotProposer", stranger):
        desk.schedule(write(4), sender=stranger)
    desk.schedule(write(4), sender=proposer)
    assert timelock.getMinDelay() == DELAY


def test_the_last_proposer_stays(timelock, desk, proposer):
    operation = desk.itself("revokeRole", timelock.PROPOSER_ROLE(), proposer)
    desk.schedule(operation)
    desk.wait_for(operation)
    with reverts("NoProposer"):
        desk.execute(operation)


def test_the_last_guardian_may_go(timelock, desk, guardian):
    desk.carry_out(desk.itself("revokeRole", timelock.CANCELLER_ROLE(), guardian))
    assert timelock.getRoleMemberCount(timelock.CANCELLER_ROLE()) == 0


@pytest.mark.parametrize("name", ROLES)
def test_the_zero_address_gets_no_role(timelock, desk, name):
    zero, role = "0x" + "00" * 20, getattr(timelock, name)()
    operation = desk.itself("grantRole", role, zero)
    desk.schedule(operation)
    desk.wait_for(operation)
    with reverts("InvalidMember", bytes(role), zero):
        desk.execute(operation)


@pytest.mark.parametrize("act", ["grantRole", "revokeRole"])
def test_there_is_no_role_beyond_the_two(desk, stranger, act):
    for role in (bytes(32), payment_id("EXECUTOR_ROLE"), payment_id("TIMELOCK_ADMIN_ROLE")):
        operation = desk.itself(act, role, stranger)
        desk.schedule(operation)
        desk.wait_for(operation)
        with reverts("UnknownRole", role):
            desk.execute(operation)


@pytest.mark.parametrize("act", ["grantRole", "revokeRole"])
@pytest.mark.parametrize("role", ["proposer", "guardian", "relayer", "deployer"])
def test_nobody_but_the_timelock_changes_roles(timelock, request, stranger, act, role):
    account = request.getfixturevalue(role)
    with reverts("NotTimelock", account):
        getattr(timelock, act)(timelock.CANCELLER_ROLE(), stranger, {"from": account})
