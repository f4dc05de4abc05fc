"""What a timelock is made with, and what it is made of."""

import pytest
from brownie import web3

from tests.support import emitted, event, reverts
from tests.unit.opcodes import CALL, CALLCODE, CREATE, CREATE2, DELEGATECALL, SELFDESTRUCT, opcodes
from tests.unit.signing import DAY
from tests.unit.Timelock.conftest import DELAY


def test_a_new_timelock_announces_its_least_delay(timelock):
    assert emitted(timelock.tx, timelock) == [event("MinDelayChange", 0, DELAY)]
    assert timelock.getMinDelay() == DELAY


@pytest.mark.parametrize("delay", [DAY, 6 * DAY])
def test_the_delay_may_be_floor_or_ceiling(deploy, proposer, guardian, delay):
    assert deploy("OpenTimelock", delay, proposer, guardian).getMinDelay() == delay


@pytest.mark.parametrize("delay", [0, DAY - 1])
def test_a_delay_below_the_floor_is_refused(deploy, proposer, guardian, delay):
    with reverts("DelayTooShort", delay, DAY):
        deploy("OpenTimelock", delay, proposer, guardian)


@pytest.mark.parametrize("delay", [6 * DAY + 1, 2**256 - 1])
def test_a_delay_above_the_ceiling_is_refused(deploy, proposer, guardian, delay):
    with reverts("DelayTooLong", delay, 6 * DAY):
        deploy("OpenTimelock", delay, proposer, guardian)


def test_the_code_holds_no_way_to_run_foreign_code_as_its_own(timelock):
    found = set(opcodes(bytes(web3.eth.get_code(timelock.address))))
    assert CALL in found
    assert not {DELEGATECALL, CALLCODE, SELFDESTRUCT, CREATE, CREATE2} & found


def test_delay_and_grace_fit_into_the_longest_pause(timelock, processor):
    assert timelock.DELAY_CEILING_SECONDS() + timelock.GRACE_SECONDS() < processor.MAX_PAUSE_SECONDS()
