"""What was burned is released: never more than was locked, in base units, and by nobody's word but the attestors'."""

import pytest

from tests.support import NATIVE, at, emitted, event, holdings, send
from tests.unit.bridge_cases.route import COLLATERAL, DAY, LARGE_AMOUNT, unused_address

PAYEE, OTHER = unused_address("payee of what is released"), unused_address("other payee of what is released")


def held(asset, account):
    return holdings([asset], [account])[str(asset), str(account)]


def test_tokens_go_out_one_transfer_a_record(vault_route):
    route = vault_route
    tx = route.record((PAYEE, 100), (OTHER, 20)).arrive()
    contract = route.contract.address
    assert emitted(tx, route.asset) == [event("Transfer", contract, to, n) for to, n in ((PAYEE, 100), (OTHER, 20))]
    assert held(route.asset, contract) == COLLATERAL - 120


def test_coin_goes_out(native_route):
    native_route.record((PAYEE, 100), (OTHER, 20)).arrive()
    assert [held(NATIVE, account) for account in (PAYEE, OTHER)] == [100, 20]
    assert held(NATIVE, native_route.contract) == COLLATERAL - 120


def test_base_units_go_out_and_the_limit_counts_them(coarse_route, payer):
    route, contract = coarse_route, coarse_route.contract
    contract.lock(PAYEE, 10 * LARGE_AMOUNT * route.unit, {"from": payer})
    available = route.available()
    ready_at = route.record((PAYEE, 5), (OTHER, LARGE_AMOUNT + 1)).arrive().timestamp + DAY
    assert held(route.asset, PAYEE) == 5 * route.unit
    assert (available - route.available(), contract.queuedTotal()) == (5 * route.unit, LARGE_AMOUNT + 1)
    assert contract.queueOf() == (LARGE_AMOUNT, DAY)
    at(ready_at)
    route.release_queued(1, ready_at)
    assert held(route.asset, OTHER) == (LARGE_AMOUNT + 1) * route.unit
    assert available - route.available() == (LARGE_AMOUNT + 1) * route.unit


def test_never_more_than_was_locked_whoever_signed_it(vault_route, refused):
    route = vault_route.record((PAYEE, 1), (PAYEE, COLLATERAL))
    with refused("MoreThanLocked", COLLATERAL + 1, COLLATERAL, of=route):
        route.arrive()
    route.arrive(route.checkpoint(1))
    with refused("MoreThanLocked", COLLATERAL + 1, COLLATERAL, of=route):
        route.arrive()


def test_all_that_was_locked_may_come_back(vault_route, payer):
    route = vault_route.record((PAYEE, COLLATERAL))
    ready_at = route.arrive().timestamp + DAY
    assert route.contract.queuedTotal() == COLLATERAL
    at(ready_at)
    route.release_queued(0, ready_at)
    assert route.contract.solvency() == (COLLATERAL - route.paid(PAYEE), COLLATERAL - route.paid(PAYEE))


def test_by_a_point_neither(vault_route, refused):
    route = vault_route.record((PAYEE, COLLATERAL), (PAYEE, 1), (PAYEE, 1))
    route.split(2)
    with refused("MoreThanLocked", COLLATERAL + 1, COLLATERAL, of=route):
        route.arrive_at(2)
    route.split(1)
    route.arrive_at(1)
    assert route.contract.inbox()[1] == COLLATERAL


def test_only_the_vault_itself_pushes(vault_route, governor, guardian, stranger, refused):
    for account in (governor, guardian, stranger, vault_route.relayer):
        with refused("NotItself", account, of=vault_route):
            vault_route.contract.push(PAYEE, 1, {"from": account})
        with refused("NotItself", account, of=vault_route):
            vault_route.contract.push(PAYEE, 0, {"from": account})


@pytest.mark.parametrize("answer", [0, 2, 2**255])
def test_a_token_that_answers_neither_true_nor_nothing_makes_its_record_wait(vault_of, payer, answer):
    """And what such a token did move is undone, lest it be paid twice."""
    route = vault_of("FickleToken").reread()
    route.contract.lock(PAYEE, 1_000, {"from": payer})
    route.asset.setAnswers(answer, 1, {"from": payer})
    ready_at = route.record((PAYEE, 400)).arrive().timestamp + DAY
    assert (route.paid(PAYEE), route.paid(route.contract), route.contract.queuedTotal()) == (0, 1_000, 400)
    route.asset.setAnswers(1, 1, {"from": payer})
    at(ready_at)
    route.release_queued(0, ready_at)
    assert (route.paid(PAYEE), route.paid(route.contract)) == (400, 600)


def test_who_refuses_coin_at_first_is_paid_when_he_takes_it(native_route, refuser, payer, refused):
    route = native_route
    ready_at = route.record((refuser, 10), (OTHER, 20)).arrive().timestamp + DAY
    assert (route.paid(refuser), route.paid(OTHER), route.contract.queuedTotal()) == (0, 20, 10)
    at(ready_at)
    with refused("RecipientRefused", 0, refuser, of=route):
        route.release_queued(0, ready_at)
    send(payer, refuser.accept, True)
    route.release_queued(0, ready_at)
    assert route.paid(refuser) == 10
