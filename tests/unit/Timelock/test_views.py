"""The views: what anyone can know of an operation."""

from brownie.test import given, strategy
from hypothesis import settings

from scripts.papers.operation import Operation, Step, id_of
from tests.unit.signing import DAY, GRACE
from tests.unit.Timelock.conftest import arguments

examples = settings(max_examples=20)


@given(
    target=strategy("address"),
    value=strategy("uint256"),
    data=strategy("bytes", max_size=100),
    before=strategy("bytes32"),
    salt=strategy("bytes32"),
)
@examples
def test_the_id_of_a_call_is_the_hash_of_all_there_is_to_it(timelock, target, value, data, before, salt):
    operation = Operation((Step(str(target), value, bytes(data)),), False, bytes(before), bytes(salt))
    assert timelock.hashOperation(*arguments(operation)) == "0x" + id_of(operation).hex()


@given(
    targets=strategy("address[]", min_length=1, max_length=4),
    value=strategy("uint256"),
    data=strategy("bytes", max_size=100),
    salt=strategy("bytes32"),
)
@examples
def test_the_id_of_a_batch_is_the_hash_of_all_there_is_to_it(timelock, targets, value, data, salt):
    steps = tuple(Step(str(target), value, bytes(data)) for target in targets)
    operation = Operation(steps, True, bytes(salt), bytes(salt))
    assert timelock.hashOperationBatch(*arguments(operation)) == "0x" + id_of(operation).hex()


def test_an_operation_through_all_its_states(chain, timelock, desk, set_seven):
    def flags():
        names = ("isOperation", "isOperationPending", "isOperationReady", "isOperationDone")
        return tuple(getattr(timelock, name)(id_of(set_seven)) for name in names)

    assert flags() == (False, False, False, False)
    desk.schedule(set_seven)
    assert flags() == (True, True, False, False)
    for late, expected in ((-1, (True, True, False, False)), (0, (True, True, True, False))):
        desk.wait_for(set_seven, late)
        chain.mine()
        assert flags() == expected
    desk.wait_for(set_seven, GRACE)
    chain.mine()
    assert flags() == (True, False, False, False)
    desk.carry_out(set_seven)
    assert flags() == (True, False, False, True)
    assert timelock.getTimestamp(id_of(set_seven)) == 1


def test_the_bounds_are_days(timelock):
    bounds = (timelock.DELAY_FLOOR_SECONDS(), timelock.DELAY_CEILING_SECONDS(), timelock.GRACE_SECONDS())
    assert bounds == (DAY, 6 * DAY, 7 * DAY)
