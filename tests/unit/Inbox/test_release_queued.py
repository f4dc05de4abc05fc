"""What waited goes, as the limit lets it."""

import pytest

from tests.support import at, emitted, event
from tests.unit.bridge_cases.route import CAPACITY, DAY, LARGE_AMOUNT, REFILL_SECONDS, VETOED, unused_address

OTHER = unused_address("somebody else")
ZERO_ADDRESS = "0x" + "00" * 20


def release(waiting, stranger, **changes):
    return waiting.route.contract.releaseQueued(*waiting.arguments(**changes), {"from": stranger})


def test_anyone_sends_on_what_waited_long_enough(waiting, stranger):
    route, amount = waiting.route, waiting.record.amount
    at(waiting.ready_at)
    tx = release(waiting, stranger)
    paid = [] if route.is_vault else [event("Transfer", ZERO_ADDRESS, waiting.record.to, amount)]
    assert emitted(tx, route.contract) == [event("QueuedReleased", 0, waiting.record.to, amount, 0), *paid]
    assert (route.paid(waiting.record.to), route.contract.queuedTotal(), waiting.kept) == (amount, 0, bytes(32))
    assert route.available() == CAPACITY - amount


def test_a_second_too_early_reverts(waiting, stranger, refused):
    at(waiting.ready_at - 1)
    with refused("NotReady", 0, waiting.ready_at):
        release(waiting, stranger)


def test_it_goes_once(waiting, stranger, refused):
    at(waiting.ready_at)
    release(waiting, stranger)
    with refused("NotQueued", 0):
        release(waiting, stranger)


@pytest.mark.parametrize("change", [{"to": OTHER}, {"sender": OTHER}, {"amount": LARGE_AMOUNT}], ids=str)
def test_only_the_record_itself_goes(waiting, stranger, refused, change):
    at(waiting.ready_at)
    with refused("NotQueued", 0):
        release(waiting, stranger, **change)


def test_nobody_chooses_when_it_is_ready(waiting, stranger, refused):
    contract, record = waiting.route.contract, waiting.record
    for ready_at in (waiting.ready_at - 1, 0, VETOED):
        with refused("NotQueued", 0):
            contract.releaseQueued(0, record, ready_at, {"from": stranger})
    with refused("NotQueued", 1):
        contract.releaseQueued(1, record, waiting.ready_at, {"from": stranger})


def test_a_pause_blocks_it(waiting, guardian, stranger, refused):
    at(waiting.ready_at)
    until = waiting.route.contract.pause(DAY, {"from": guardian}).timestamp + DAY
    with refused("ContractPaused", until):
        release(waiting, stranger)
    at(until)
    release(waiting, stranger)
    assert waiting.route.paid(waiting.record.to) == waiting.record.amount


def test_what_is_vetoed_does_not_go(waiting, guardian, stranger, refused):
    waiting.route.contract.veto(*waiting.arguments(), {"from": guardian})
    at(waiting.ready_at)
    with refused("NotQueued", 0):
        release(waiting, stranger)
    with refused("Vetoed", 0):
        waiting.route.contract.releaseQueued(0, waiting.record, VETOED, {"from": stranger})


def test_as_much_goes_as_the_limit_lets_out_and_the_rest_waits_for_the_limit_alone(route, stranger):
    """More than the capacity gets through as well, at the rate."""
    amount = 2 * CAPACITY + 7
    ready_at = route.record((OTHER, amount)).arrive().timestamp + DAY
    contract, rest = route.contract, amount
    for second in (ready_at, ready_at + REFILL_SECONDS):
        at(second)
        tx = route.release_queued(0, ready_at, stranger, amount=rest)
        rest -= CAPACITY
        assert emitted(tx, contract)[0] == event("QueuedReleased", 0, OTHER, CAPACITY, rest)
        assert bytes(contract.queued(0)) == route.queued_hash(0, ready_at, amount=rest)
        assert (contract.queuedTotal(), route.available()) == (rest, 0)
    at(ready_at + 2 * REFILL_SECONDS)
    route.release_queued(0, ready_at, stranger, amount=7)
    assert (route.paid(OTHER), contract.queuedTotal(), bytes(contract.queued(0))) == (amount, 0, bytes(32))


def test_without_anything_left_of_the_limit_it_waits(route, stranger, refused):
    ready_at = route.record((OTHER, 2 * CAPACITY)).arrive().timestamp + DAY
    at(ready_at)
    route.release_queued(0, ready_at, stranger)
    at(ready_at)
    with refused("LimitReached", 0):
        route.release_queued(0, ready_at, stranger, amount=CAPACITY)


def test_what_nobody_may_receive_does_not_go(route, stranger, refused):
    recipients = (ZERO_ADDRESS, route.contract.address)
    ready_at = route.record(*[(to, 5) for to in recipients]).arrive().timestamp + DAY
    for nonce, to in enumerate(recipients):
        at(ready_at)
        with refused("RecipientRefused", nonce, to):
            route.release_queued(nonce, ready_at, stranger)
