"""What is locked leaves as a record: what arrived, in the route's units."""

import pytest

from offchain.core.checkpoint import Transfer, fold_all
from tests.support import NATIVE, at, emitted, event, holdings, reverts, send
from tests.unit.bridge_cases.route import DAY, unused_address

PAYEE, OTHER = unused_address("payee of what is locked"), unused_address("other payee of what is locked")
ZERO_ADDRESS = "0x" + "00" * 20


def held(asset, account):
    return holdings([asset], [account])[str(asset), str(account)]


def test_tokens_move_and_one_record_closes_over_them(vault_route, payer):
    route, contract = vault_route, vault_route.contract
    before, own, kept = route.sent(), held(route.asset, payer), held(route.asset, contract)
    assert contract.lock.call(PAYEE, 100, {"from": payer}) == before.count
    tx = contract.lock(PAYEE, 100, {"from": payer})
    after = fold_all(before, [Transfer(payer.address, PAYEE, 100)])
    assert emitted(tx, contract) == [event("Locked", before.count, payer, PAYEE, 100, after.acc)]
    assert emitted(tx, route.asset) == [event("Transfer", payer, contract, 100)]
    assert route.sent() == after
    assert (held(route.asset, payer), held(route.asset, contract)) == (own - 100, kept + 100)


def test_coin_comes_along_and_one_record_closes_over_it(native_route, payer):
    route, contract = native_route, native_route.contract
    before, own, kept = route.sent(), held(NATIVE, payer), held(NATIVE, contract)
    tx = contract.lock(PAYEE, 100, {"from": payer, "value": 100})
    after = fold_all(before, [Transfer(payer.address, PAYEE, 100)])
    assert emitted(tx, contract) == [event("Locked", before.count, payer, PAYEE, 100, after.acc)]
    assert route.sent() == after
    assert (held(NATIVE, payer), held(NATIVE, contract)) == (own - 100, kept + 100)


def test_a_record_is_in_units_of_the_route(coarse_route, payer):
    route, contract = coarse_route, coarse_route.contract
    before = route.sent()
    tx = contract.lock(PAYEE, 7 * route.unit, {"from": payer})
    after = fold_all(before, [Transfer(payer.address, PAYEE, 7)])
    assert emitted(tx, contract) == [event("Locked", before.count, payer, PAYEE, 7, after.acc)]
    assert (route.sent(), held(route.asset, contract)) == (after, 7 * route.unit)


def test_records_follow_each_other_whoever_locks(vault_route, payer, stranger):
    route = vault_route
    send(payer, route.asset.mint, stranger, 50)
    send(stranger, route.asset.approve, route.contract, 50)
    before = route.sent()
    left = route.leave(payer, [(PAYEE, 1), (OTHER, 2)]) + route.leave(stranger, [(PAYEE, 50)])
    assert route.sent() == fold_all(before, left)


def test_a_record_needs_amount_and_recipient(vault_route, payer, refused):
    lock = vault_route.contract.lock
    with refused("ZeroAmount", of=vault_route):
        lock(PAYEE, 0, {"from": payer})
    with refused("ZeroRecipient", of=vault_route):
        lock(ZERO_ADDRESS, 1, {"from": payer})


def test_who_approved_nothing_locks_nothing(vault_route, payer, stranger, refused):
    send(payer, vault_route.asset.mint, stranger, 50)
    with refused("ERC20InsufficientAllowance", vault_route.contract, 0, 50, of=vault_route):
        vault_route.contract.lock(PAYEE, 50, {"from": stranger})


@pytest.mark.parametrize("value, amount", [(0, 100), (99, 100), (101, 100), (1, 0)])
def test_coin_comes_with_exactly_the_amount(native_route, payer, refused, value, amount):
    with refused("WrongValue", value, amount, of=native_route):
        native_route.contract.lock(PAYEE, amount, {"from": payer, "value": value})


def test_a_fraction_of_a_unit_is_refused(coarse_route, payer, refused):
    unit = coarse_route.unit
    for amount in (1, unit - 1, 3 * unit + 1):
        with refused("Dust", amount, unit, of=coarse_route):
            coarse_route.contract.lock(PAYEE, amount, {"from": payer})


def test_more_than_a_record_holds_is_refused(vault_of, payer, refused):
    route = vault_of("TestToken").reread()
    send(payer, route.asset.mint, payer, 2**97)
    for amount in (2**96, 2**97):
        with refused("AmountTooLarge", amount, 2**96 - 1, of=route):
            route.contract.lock(PAYEE, amount, {"from": payer})
    route.contract.lock(PAYEE, 2**96 - 1, {"from": payer})


def test_without_a_listed_route_nothing_is_locked(unlisted, vault_route, governor, payer, refused):
    with refused("NotListed", of=unlisted):
        unlisted.contract.lock(PAYEE, 1, {"from": payer})
    vault_route.contract.unlist({"from": governor})
    with refused("NotListed", of=vault_route):
        vault_route.contract.lock(PAYEE, 1, {"from": payer})


def test_a_pause_blocks_it_to_its_last_second(vault_route, guardian, payer, refused):
    contract = vault_route.contract
    until = contract.pause(DAY, {"from": guardian}).timestamp + DAY
    at(until - 1)
    with refused("ContractPaused", until, of=vault_route):
        contract.lock(PAYEE, 1, {"from": payer})
    at(until)
    contract.lock(PAYEE, 1, {"from": payer})


def test_a_token_that_reverts_locks_nothing(vault_of, payer):
    route = vault_of("FalseReturningToken").reread()
    with reverts("SafeERC20FailedOperation", route.asset):
        route.contract.lock(PAYEE, 1, {"from": payer})
    assert route.sent().count == 0
