"""An operation whose call comes back to the timelock: while it is executed it is pending, and nobody's to touch."""

import pytest
from eth_utils import function_signature_to_4byte_selector

from scripts.papers.operation import State, id_of
from tests.support import payment_id
from tests.unit.signing import DAY
from tests.unit.Timelock.conftest import DELAY, Desk, arguments

SALT = payment_id("salt")


class TrapDesk(Desk):
    """Operations of a timelock whose proposer is a contract, which calls the timelock back when coin reaches it."""

    def __init__(self, timelock, trap, relayer):
        super().__init__(timelock, trap, relayer)
        self.trap = trap

    def schedule(self, operation, delay=DELAY, sender=None):
        function = self.timelock.scheduleBatch if operation.batch else self.timelock.schedule
        self.trap.execute(self.timelock, 0, function.encode_input(*arguments(operation), delay))

    def spring(self, call, *more, others=()):
        """Execute an operation that pays the trap a wei, upon which it makes the call given of the operation."""
        operation = self.write((self.trap, 1, ""), *more, salt=SALT)
        for each in (operation, *(other(operation) for other in others)):
            self.schedule(each)
        self.wait_for(operation, late=10)
        self.trap.arm(self.timelock, call(operation))
        self.execute(operation, value=1)
        assert self.trap.called()
        return operation


@pytest.fixture(scope="module")
def trap(deploy):
    return deploy("ReentrantReceiver")


@pytest.fixture(scope="module")
def trapped(deploy, trap, relayer):
    """The desk of a timelock whose proposer, and so canceller too, is the trap."""
    return TrapDesk(deploy("OpenTimelock", DELAY, trap, trap), trap, relayer)


@pytest.fixture(scope="module")
def theirs(deploy, trapped):
    """A value that only that timelock may set; 1 at first."""
    return deploy("OwnedValue", trapped.timelock)


@pytest.mark.parametrize("batch", [False, True])
def test_an_operation_that_executes_itself_in_its_call_is_refused(trapped, theirs, batch):
    def again(operation):
        function = trapped.timelock.executeBatch if batch else trapped.timelock.execute
        return function.encode_input(*arguments(operation))

    more = [(theirs, 0, theirs.setValue.encode_input(5))] if batch else []
    operation = trapped.spring(again, *more)
    assert refusal(trapped) == error("AlreadyExecuting(bytes32)", id_of(operation))
    assert trapped.timelock.getOperationState(id_of(operation)) == State.DONE


def test_an_operation_cannot_be_cancelled_in_its_own_call(trapped):
    operation = trapped.spring(lambda operation: trapped.timelock.cancel.encode_input(id_of(operation)))
    assert refusal(trapped) == error("AlreadyExecuting(bytes32)", id_of(operation))
    assert trapped.timelock.getOperationState(id_of(operation)) == State.DONE


def test_an_operation_cannot_schedule_itself_again_in_its_own_call(trapped):
    schedule = trapped.timelock.schedule
    operation = trapped.spring(lambda operation: schedule.encode_input(*arguments(operation), 3 * DAY))
    assert refusal(trapped) == error("AlreadyExecuting(bytes32)", id_of(operation))
    assert trapped.timelock.getOperationState(id_of(operation)) == State.DONE


def test_a_successor_cannot_run_in_the_middle_of_its_predecessor(trapped, theirs):
    def successor(operation):
        return trapped.write((theirs, 0, theirs.setValue.encode_input(9)), after=id_of(operation))

    def jump(operation):
        return trapped.timelock.execute.encode_input(*arguments(successor(operation)))

    operation = trapped.spring(jump, others=[successor])
    expected = error("PredecessorNotDone(bytes32,bytes32)", id_of(successor(operation)), id_of(operation))
    assert refusal(trapped) == expected
    assert theirs.value() == 1
    trapped.execute(successor(operation))
    assert theirs.value() == 9


def test_an_operation_may_execute_another_in_its_call(trapped, theirs):
    def other(_):
        return trapped.write((theirs, 0, theirs.setValue.encode_input(7)))

    operation = trapped.spring(lambda _: trapped.timelock.execute.encode_input(*arguments(other(_))), others=[other])
    assert trapped.trap.succeeded()
    assert theirs.value() == 7
    states = {trapped.timelock.getOperationState(id_of(each)) for each in (operation, other(operation))}
    assert states == {State.DONE}


def test_an_operation_may_schedule_and_cancel_another_in_its_call(trapped, theirs):
    other = trapped.write((theirs, 0, theirs.setValue.encode_input(7)))
    trapped.spring(lambda _: trapped.timelock.schedule.encode_input(*arguments(other), 3 * DAY))
    assert trapped.trap.succeeded()
    assert trapped.timelock.getOperationState(id_of(other)) == State.WAITING
    trapped.spring(
        lambda _: trapped.timelock.cancel.encode_input(id_of(other)), (theirs, 0, theirs.setValue.encode_input(8))
    )
    assert trapped.trap.succeeded()
    assert trapped.timelock.getOperationState(id_of(other)) == State.UNSET


@pytest.mark.parametrize(
    ("view", "word"),
    [
        ("getOperationState", State.EXECUTING),
        ("getTimestamp", 2),
        ("isOperation", 1),
        ("isOperationPending", 1),
        ("isOperationReady", 0),
        ("isOperationDone", 0),
    ],
)
def test_while_it_is_executed_an_operation_is_pending_and_neither_ready_nor_done(trapped, view, word):
    trapped.spring(lambda operation: getattr(trapped.timelock, view).encode_input(id_of(operation)))
    assert int.from_bytes(bytes(trapped.trap.returned()), "big") == word


def refusal(trapped):
    assert not trapped.trap.succeeded()
    return bytes(trapped.trap.returned())


def error(signature, *words):
    return function_signature_to_4byte_selector(signature) + b"".join(words)
