"""The governor returns what waits to its sender, as a record of the way back."""

import pytest

from offchain.core.checkpoint import Point, Transfer, fold_all
from tests.support import at, emitted, event
from tests.unit.bridge_cases.route import CAPACITY, DAY, LARGE_AMOUNT, VETOED, unused_address
from tests.unit.trail import record

PAYEE = unused_address("payee of what is returned")
ZERO_ADDRESS = "0x" + "00" * 20


def outbox(route):
    count, cumulative, acc = route.contract.outbox()
    return Point(count, bytes(acc), cumulative)


def worth(route):
    """What is owed to those who locked, or held by those who hold."""
    return route.contract.solvency()[1] if route.is_vault else route.contract.totalSupply()


@pytest.mark.parametrize("is_vetoed", [False, True])
def test_it_becomes_a_record_of_the_outbox_and_is_on_the_trail_once(waiting, governor, guardian, is_vetoed):
    route, contract = waiting.route, waiting.route.contract
    if is_vetoed:
        contract.veto(*waiting.arguments(), {"from": guardian})
    before, length, same = outbox(route), contract.auditLength(), worth(route)
    ready_at = VETOED if is_vetoed else waiting.ready_at
    tx = contract.returnQueued(0, waiting.record, ready_at, {"from": governor})
    back = Transfer(contract.address, waiting.record.sender, waiting.record.amount)
    after = fold_all(before, [back])
    returned = event("Returned", before.count, back.sender, back.to, back.amount, after.acc, 0)
    kept = record(tx, contract, governor, "returnQueued", ["uint256"], [0])
    assert emitted(tx, contract) == [returned, kept]
    assert outbox(route) == after
    assert contract.auditLength() == length + 1
    assert (waiting.kept, contract.queuedTotal(), worth(route)) == (bytes(32), 0, same)
    assert route.paid(waiting.record.to) == 0


def test_it_is_returned_once(waiting, governor, refused):
    contract = waiting.route.contract
    contract.returnQueued(*waiting.arguments(), {"from": governor})
    with refused("NotQueued", 0):
        contract.returnQueued(*waiting.arguments(), {"from": governor})
    with refused("NotQueued", 0):
        contract.releaseQueued(*waiting.arguments(), {"from": governor})


def test_only_the_governor_does(waiting, guardian, stranger, refused):
    for account in (guardian, stranger, waiting.route.relayer):
        with refused("AccessControlUnauthorizedAccount", account, bytes(32)):
            waiting.route.contract.returnQueued(*waiting.arguments(), {"from": account})


def test_what_was_released_in_part_is_returned_for_its_rest(route, governor, stranger):
    ready_at = route.record((PAYEE, 10 * LARGE_AMOUNT)).arrive().timestamp + DAY
    at(ready_at)
    route.release_queued(0, ready_at, stranger)
    released = route.paid(PAYEE)
    assert released == CAPACITY
    before = outbox(route)
    rest = route.records[0]._replace(amount=10 * LARGE_AMOUNT - released)
    route.contract.returnQueued(0, rest, ready_at, {"from": governor})
    assert outbox(route).cumulative == before.cumulative + rest.amount
    assert (route.paid(PAYEE), route.contract.queuedTotal()) == (released, 0)


def test_to_nobody_nothing_is_returned(route, governor, refused):
    """Attestors who lie can name no sender; there is nobody to return it to."""
    ready_at = route.record(Transfer(ZERO_ADDRESS, PAYEE, LARGE_AMOUNT + 1)).arrive().timestamp + DAY
    with refused("ZeroRecipient"):
        route.contract.returnQueued(0, route.records[0], ready_at, {"from": governor})


def test_a_pause_blocks_no_return(waiting, governor, guardian):
    waiting.route.contract.pause(DAY, {"from": guardian})
    waiting.route.contract.returnQueued(*waiting.arguments(), {"from": governor})
    assert waiting.kept == bytes(32)
