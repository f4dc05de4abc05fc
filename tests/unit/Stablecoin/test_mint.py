"""mint: out of an allowance that the master minter gave, and on the trail."""

import pytest

from tests.support import emitted, event, reverts, send
from tests.unit.coins import HELD, MAX_AMOUNT, MINTER_ALLOWANCE, UNLIMITED, ZERO, freeze, moved, state
from tests.unit.trail import record

TYPES = ["address", "uint256"]


@pytest.mark.parametrize("amount", [0, 1, MINTER_ALLOWANCE - 3 * HELD])
def test_a_minter_mints_within_its_allowance_and_it_is_on_the_trail_once(coin, minter, merchant, amount):
    allowance, length, minted = coin.minterAllowance(minter), coin.auditLength(), coin.totalSupply()
    tx = coin.mint(merchant, amount, {"from": minter})
    kept = record(tx, coin, minter, "mint", TYPES, [merchant, amount])
    assert emitted(tx, coin) == [moved(ZERO, merchant, amount), kept]
    assert coin.auditLength() == length + 1
    assert coin.minterAllowance(minter) == allowance - amount
    assert (coin.balanceOf(merchant), coin.totalSupply()) == (HELD + amount, minted + amount)


def test_more_than_its_allowance_reverts(coin, minter, merchant):
    limit = coin.minterAllowance(minter)
    before = state(coin, merchant)
    with reverts("MinterAllowanceExceeded", minter, limit + 1, limit):
        coin.mint(merchant, limit + 1, {"from": minter})
    assert state(coin, merchant) == before
    assert coin.minterAllowance(minter) == limit


def test_an_allowance_is_used_up(coin, minter, merchant, master_minter):
    send(master_minter, coin.configureMinter, minter, 10)
    coin.mint(merchant, 4, {"from": minter})
    with reverts("MinterAllowanceExceeded", minter, 7, 6):
        coin.mint(merchant, 7, {"from": minter})
    coin.mint(merchant, 6, {"from": minter})
    for amount in (0, 1):
        with reverts("MinterAllowanceExceeded", minter, amount, 0):
            coin.mint(merchant, amount, {"from": minter})


@pytest.mark.parametrize("who", ["governor", "guardian", "stranger", "master_minter", "blocklister", "deployer"])
@pytest.mark.parametrize("amount", [0, 1])
def test_nobody_without_an_allowance_mints(request, coin, merchant, who, amount):
    account = request.getfixturevalue(who)
    with reverts("MinterAllowanceExceeded", account, amount, 0):
        coin.mint(merchant, amount, {"from": account})


def test_the_zero_address_receives_nothing(coin, minter):
    with reverts("ERC20InvalidReceiver", ZERO):
        coin.mint(ZERO, 1, {"from": minter})


def test_a_blocked_account_is_minted_nothing(coin, minter, merchant, blocklister):
    coin.blockAccount(merchant, {"from": blocklister})
    with reverts("ERC7943CannotReceive", merchant):
        coin.mint(merchant, 1, {"from": minter})


def test_a_pause_blocks_minting_and_keeps_the_allowance(coin, minter, merchant, paused_until):
    until, limit = paused_until(coin), coin.minterAllowance(minter)
    with reverts("ContractPaused", until):
        coin.mint(merchant, 1, {"from": minter})
    assert coin.minterAllowance(minter) == limit


def test_the_supply_fits_its_field_to_the_last_unit(coin, minter, merchant, payer, master_minter):
    """At the most that there can be, a balance spills into nothing beside it."""
    send(master_minter, coin.configureMinter, minter, UNLIMITED)
    freeze(coin, merchant, 5)
    left = MAX_AMOUNT - coin.totalSupply()
    for amount in (left + 1, UNLIMITED):
        with reverts("AmountTooLarge", amount, left):
            coin.mint(merchant, amount, {"from": minter})
    coin.mint(merchant, left, {"from": minter})
    with reverts("AmountTooLarge", 1, 0):
        coin.mint(merchant, 1, {"from": minter})
    assert (coin.totalSupply(), coin.balanceOf(merchant)) == (MAX_AMOUNT, HELD + left)
    coin.transfer(merchant, HELD, {"from": payer})
    assert coin.balanceOf(merchant) == 2 * HELD + left
    assert (coin.getFrozenTokens(merchant), coin.isBlocked(merchant)) == (5, False)
    coin.transfer(payer, 2 * HELD + left - 5, {"from": merchant})
    assert coin.balanceOf(payer) == 2 * HELD + left - 5


@pytest.mark.parametrize("allowance", [0, 1, UNLIMITED])
def test_the_master_minter_sets_allowances_and_it_is_on_the_trail_once(coin, master_minter, stranger, allowance):
    length = coin.auditLength()
    tx = coin.configureMinter(stranger, allowance, {"from": master_minter})
    kept = record(tx, coin, master_minter, "configureMinter", TYPES, [stranger, allowance])
    assert emitted(tx, coin) == [event("MinterConfigured", stranger, allowance), kept]
    assert (coin.minterAllowance(stranger), coin.auditLength()) == (allowance, length + 1)


def test_an_allowance_is_replaced_and_not_added_to(coin, master_minter, minter):
    for allowance in (100, 7, 0):
        coin.configureMinter(minter, allowance, {"from": master_minter})
        assert coin.minterAllowance(minter) == allowance


def test_a_change_of_allowance_that_is_seen_coming_is_used_twice(coin, master_minter, minter, merchant):
    """The known race of every absolute allowance: so the interface says to set 0 first."""
    coin.configureMinter(minter, 100, {"from": master_minter})
    minted = coin.totalSupply()
    coin.mint(merchant, 100, {"from": minter})
    coin.configureMinter(minter, 50, {"from": master_minter})
    coin.mint(merchant, 50, {"from": minter})
    assert coin.totalSupply() == minted + 150
    coin.configureMinter(minter, 100, {"from": master_minter})
    coin.mint(merchant, 100, {"from": minter})
    coin.configureMinter(minter, 0, {"from": master_minter})
    assert coin.minterAllowance(minter) == 0
    assert coin.totalSupply() == minted + 250


@pytest.mark.parametrize("who", ["governor", "guardian", "stranger", "minter", "blocklister", "deployer"])
def test_nobody_else_sets_allowances(request, coin, who):
    account = request.getfixturevalue(who)
    with reverts("AccessControlUnauthorizedAccount", account, bytes(coin.MASTER_MINTER_ROLE())):
        coin.configureMinter(account, 1, {"from": account})
