"""What a timelock is made with, and what it is made of."""

import pytest
from brownie import project

from tests.support import emitted, event, reverts
from tests.unit.keys import DAY
from tests.unit.Timelock.test_schedule import plain

ZERO = "0x" + "00" * 20
DELEGATECALL, CALLCODE, SELFDESTRUCT = 0xF4, 0xF2, 0xFF


def test_a_new_timelock_says_who_may_do_what(timelock, proposer, guardian):
    zero_delay = event("MinDelayChange", 0, 2 * DAY)
    granted = [
        event("RoleGranted", timelock.PROPOSER_ROLE(), proposer, timelock.tx.sender),
        event("RoleGranted", timelock.CANCELLER_ROLE(), guardian, timelock.tx.sender),
    ]
    assert plain(emitted(timelock.tx, timelock)) == plain([zero_delay, *granted])
    assert timelock.getMinDelay() == 2 * DAY


@pytest.mark.parametrize("delay", [DAY, 6 * DAY])
def test_the_delay_may_be_floor_or_ceiling(deploy, proposer, delay):
    assert deploy("Timelock", delay, [proposer], []).getMinDelay() == delay


def test_a_delay_beyond_floor_or_ceiling_is_refused(deploy, proposer):
    with reverts("DelayTooShort", DAY - 1, DAY):
        deploy("Timelock", DAY - 1, [proposer], [])
    with reverts("DelayTooLong", 6 * DAY + 1, 6 * DAY):
        deploy("Timelock", 6 * DAY + 1, [proposer], [])


def test_a_timelock_without_proposer_is_refused(deploy, guardian):
    with reverts("NoProposer"):
        deploy("Timelock", DAY, [], [guardian])


def test_the_zero_address_is_refused_in_either_role(deploy, timelock, proposer):
    with reverts("InvalidMember", bytes(timelock.PROPOSER_ROLE()), ZERO):
        deploy("Timelock", DAY, [proposer, ZERO], [])
    with reverts("InvalidMember", bytes(timelock.CANCELLER_ROLE()), ZERO):
        deploy("Timelock", DAY, [proposer], [ZERO])


def test_an_account_named_twice_has_its_role_once(deploy, proposer, guardian):
    timelock = deploy("Timelock", DAY, [proposer, proposer], [guardian, guardian])
    roles = (timelock.PROPOSER_ROLE(), timelock.CANCELLER_ROLE())
    assert [timelock.getRoleMemberCount(role) for role in roles] == [1, 1]


def test_the_deployer_has_no_role(timelock, deployer):
    assert not any(
        timelock.hasRole(getattr(timelock, role)(), deployer) for role in ("PROPOSER_ROLE", "CANCELLER_ROLE")
    )


def test_the_code_holds_no_way_to_run_foreign_code_as_its_own(timelock):
    opcodes = list(_opcodes(bytes.fromhex(project.get_loaded_projects()[0].Timelock.bytecode)))
    assert 0xF1 in opcodes  # CALL, or the walk is broken
    assert not {DELEGATECALL, CALLCODE, SELFDESTRUCT} & set(opcodes)


def test_delay_and_grace_fit_into_the_longest_pause(timelock, processor):
    assert timelock.DELAY_CEILING_SECONDS() + timelock.GRACE_SECONDS() < processor.MAX_PAUSE_SECONDS()


def _opcodes(code):
    """Each opcode, the data of pushes left out; what follows the last INVALID is metadata."""
    end = code.rindex(0xFE)
    position = 0
    while position < end:
        yield code[position]
        position += 1 + max(0, code[position] - 0x5F if code[position] <= 0x7F else 0)
