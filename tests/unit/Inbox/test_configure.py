"""The governor resizes queue and limit."""

import pytest

from tests.support import emitted, event
from tests.unit.bridge_cases.route import CAPACITY, DAY, LARGE_AMOUNT, QUEUE_SECONDS, unused_address
from tests.unit.trail import record

PAYEE = unused_address("payee of a resized queue")
HOUR = 3600


def test_the_queue_is_as_configured_and_it_is_on_the_trail_once(route, governor):
    contract, length = route.contract, route.contract.auditLength()
    assert contract.queueOf() == (LARGE_AMOUNT, QUEUE_SECONDS)
    tx = contract.configureQueue(10, HOUR, {"from": governor})
    kept = record(tx, contract, governor, "configureQueue", ["uint8", "uint48"], [10, HOUR])
    assert emitted(tx, contract) == [event("QueueConfigured", 10, HOUR), kept]
    large = CAPACITY >> 10
    assert (contract.queueOf(), contract.auditLength()) == ((large, HOUR), length + 1)
    tx = route.record((PAYEE, large), (PAYEE, large + 1)).arrive()
    assert route.paid(PAYEE) == large
    assert bytes(contract.queued(1)) == route.queued_hash(1, tx.timestamp + HOUR)


def test_what_waits_already_waits_as_it_did(waiting, governor):
    kept = waiting.kept
    waiting.route.contract.configureQueue(0, HOUR, {"from": governor})
    assert waiting.kept == kept == waiting.route.queued_hash(0, waiting.ready_at)


def test_a_delay_has_bounds(route, governor, refused):
    contract = route.contract
    assert (contract.MIN_QUEUE_SECONDS(), contract.MAX_QUEUE_SECONDS()) == (HOUR, 7 * DAY)
    for delay in (0, HOUR - 1, 7 * DAY + 1, 2**48 - 1):
        with refused("InvalidQueueDelay", delay, HOUR, 7 * DAY):
            contract.configureQueue(10, delay, {"from": governor})
    for delay in (HOUR, 7 * DAY):
        contract.configureQueue(10, delay, {"from": governor})
        assert contract.queueOf()[1] == delay


def test_the_limit_is_as_configured_and_it_is_on_the_trail_once(route, governor):
    contract, length = route.contract, route.contract.auditLength()
    tx = contract.configureLimit(route.limited, 50, HOUR, {"from": governor})
    types = ["address", "uint256", "uint256"]
    kept = record(tx, contract, governor, "configureLimit", types, [route.limited, 50, HOUR])
    assert emitted(tx, contract) == [event("LimitConfigured", route.limited, 50, HOUR, 50), kept]
    assert (contract.limitOf(route.limited), contract.auditLength()) == ((50, HOUR), length + 1)
    contract.configureQueue(0, HOUR, {"from": governor})
    route.record((PAYEE, 51), (PAYEE, 50)).arrive()
    assert (route.paid(PAYEE), route.available()) == (50, 0)


def test_a_contract_is_made_with_its_limit_full(route):
    assert (route.available(), route.contract.limitOf(route.limited)[0]) == (CAPACITY, CAPACITY)


@pytest.mark.parametrize("act", ["configureQueue", "configureLimit"])
def test_only_the_governor_does(route, guardian, stranger, refused, act):
    arguments = {"configureQueue": (10, HOUR), "configureLimit": (route.limited, 50, HOUR)}[act]
    for account in (guardian, stranger, route.relayer):
        with refused("AccessControlUnauthorizedAccount", account, bytes(32)):
            getattr(route.contract, act)(*arguments, {"from": account})
