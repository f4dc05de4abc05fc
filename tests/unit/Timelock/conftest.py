"""A timelock with one who schedules and one who only cancels, what it owns, and operations written short."""

import pytest
from brownie import accounts

from scripts.papers.operation import NO_PREDECESSOR, Operation, Step, id_of
from tests.support import at
from tests.unit.keys import DAY

DELAY = 2 * DAY


@pytest.fixture(scope="module")
def proposer():
    return accounts[7]


@pytest.fixture(scope="module")
def relayer():
    """Anyone who executes what is ready."""
    return accounts[8]


@pytest.fixture(scope="module")
def timelock(deploy, proposer, guardian):
    return deploy("OpenTimelock", DELAY, proposer, guardian)


@pytest.fixture(scope="module")
def owned(deploy, timelock):
    """A value that only the timelock may set; 1 at first."""
    return deploy("OwnedValue", timelock)


class Desk:
    """Writes operations of one timelock and carries them to it."""

    def __init__(self, timelock, proposer, relayer):
        self.timelock, self.proposer, self.relayer = timelock, proposer, relayer

    def write(self, *steps, batch=False, after=NO_PREDECESSOR, salt=bytes(32)):
        """An operation of (target, value, payload) steps; a payload may be in hex."""
        plain = (Step(str(to), value, bytes.fromhex(str(data).removeprefix("0x"))) for to, value, data in steps)
        return Operation(tuple(plain), batch or len(steps) != 1, after, salt)

    def itself(self, function, *arguments, **options):
        """An operation in which the timelock calls a function of its own."""
        return self.write((self.timelock, 0, getattr(self.timelock, function).encode_input(*arguments)), **options)

    def schedule(self, operation, delay=DELAY, sender=None):
        function = self.timelock.scheduleBatch if operation.batch else self.timelock.schedule
        return function(*arguments(operation), delay, {"from": sender or self.proposer})

    def execute(self, operation, value=0, sender=None):
        function = self.timelock.executeBatch if operation.batch else self.timelock.execute
        return function(*arguments(operation), {"from": sender or self.relayer, "value": value})

    def wait_for(self, operation, late=0):
        """The next transaction is mined in the second when the operation is ready, or `late` seconds later."""
        at(self.timelock.getTimestamp(id_of(operation)) + late)

    def carry_out(self, operation, value=0):
        """Schedule the operation, wait, execute it."""
        self.schedule(operation)
        self.wait_for(operation)
        return self.execute(operation, value)


def arguments(operation):
    """What schedule and execute, or their batches, take of an operation."""
    tail = (operation.predecessor, operation.salt)
    if operation.batch:
        return *([getattr(s, name) for s in operation.steps] for name in ("target", "value", "payload")), *tail
    (step,) = operation.steps
    return step.target, step.value, step.payload, *tail


@pytest.fixture(scope="module")
def desk(timelock, proposer, relayer):
    return Desk(timelock, proposer, relayer)


@pytest.fixture(scope="module")
def set_seven(desk, owned):
    """The operation that sets the owned value to 7."""
    return desk.write((owned, 0, owned.setValue.encode_input(7)))
