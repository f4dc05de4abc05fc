"""What was locked is minted, record by record, as a plain reading of the rules says."""

import random

import pytest

from tests.support import emitted, event
from tests.unit.bridge_cases.route import CAPACITY, LARGE_AMOUNT, QUEUE_SECONDS, unused_address

ZERO_ADDRESS = "0x" + "00" * 20
PAYEES = [unused_address(f"payee {i} of a delivery") for i in range(4)]


def expected(route, first, available, ready_at):
    """Events, balances and what waits, one record after the other."""
    events, balances, waiting = [], {}, {}
    for nonce, (sender, to, amount) in enumerate(route.records[first:], first):
        barred = to in (ZERO_ADDRESS, route.contract.address)
        if amount > LARGE_AMOUNT or amount > available or barred:
            events.append(event("TransferQueued", nonce, sender, to, amount, ready_at))
            waiting[nonce] = amount
        else:
            events.append(event("Transfer", ZERO_ADDRESS, to, amount))
            balances[to] = balances.get(to, 0) + amount
            available -= amount
    return events, balances, waiting, available


@pytest.mark.parametrize("seed", range(6))
def test_any_mixture_goes_or_waits_as_the_rules_say(token_route, seed):
    """Large, of nobody, of the token itself, beyond the limit: each waits, and what comes after goes."""
    dice, route, contract = random.Random(seed), token_route, token_route.contract
    recipients = [*PAYEES, *PAYEES, ZERO_ADDRESS, contract.address]
    amounts = [1, 2, 500, LARGE_AMOUNT, LARGE_AMOUNT - 1, LARGE_AMOUNT + 1, LARGE_AMOUNT // 2, CAPACITY]
    route.record(*[(dice.choice(recipients), dice.choice(amounts)) for _ in range(20)])
    tx = route.arrive()
    ready_at = tx.timestamp + QUEUE_SECONDS
    events, balances, waiting, left = expected(route, 0, CAPACITY, ready_at)
    point = route.points[-1]
    assert emitted(tx, contract) == [event("Arrived", 0, 20, point.acc, point.cumulative), *events]
    assert {to: route.paid(to) for to in PAYEES} == {to: balances.get(to, 0) for to in PAYEES}
    assert (contract.queuedTotal(), route.available()) == (sum(waiting.values()), left)
    for nonce in range(20):
        kept = route.queued_hash(nonce, ready_at) if nonce in waiting else bytes(32)
        assert bytes(contract.queued(nonce)) == kept
    assert contract.totalSupply() == sum(balances.values())


def test_a_balance_that_is_there_grows(token_route):
    for amount in (1, 20, 300):
        token_route.record((PAYEES[0], amount)).arrive()
    assert token_route.contract.balanceOf(PAYEES[0]) == token_route.contract.totalSupply() == 321


def test_by_points_it_arrives_as_at_once(token_route):
    route = token_route.record(*[(PAYEES[i % 4], LARGE_AMOUNT + i % 2) for i in range(6)])
    route.split(3)
    tx = route.arrive_at(3)
    assert emitted(tx, route.contract)[1:] == expected(route, 0, CAPACITY, tx.timestamp + QUEUE_SECONDS)[0][:3]
    route.arrive()
    assert [route.paid(to) for to in PAYEES] == [2 * LARGE_AMOUNT, 0, LARGE_AMOUNT, 0]
    assert route.contract.queuedTotal() == 3 * (LARGE_AMOUNT + 1)
