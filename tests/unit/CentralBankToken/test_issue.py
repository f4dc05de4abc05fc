"""issue: the central bank's alone, to who is registered, within the holding limit, on the trail."""

import pytest

from tests.support import emitted, reverts
from tests.unit.coins import HELD, LIMITS, MAX_AMOUNT, NAME, SYMBOL, UNLIMITED, ZERO, moved, role, state, supply
from tests.unit.trail import record


@pytest.mark.parametrize("amount", [0, 1, LIMITS[2] - HELD])
def test_the_bank_issues_and_it_is_on_the_trail_once(coin, bank, payer, amount):
    issued, length = coin.totalSupply(), coin.auditLength()
    tx = coin.issue(payer, amount, {"from": bank})
    kept = record(tx, coin, bank, "issue", ["address", "uint256"], [payer, amount])
    assert emitted(tx, coin) == [moved(ZERO, payer, amount), kept]
    assert (coin.balanceOf(payer), coin.totalSupply()) == (HELD + amount, issued + amount)
    assert coin.auditLength() == length + 1


def test_nobody_is_issued_more_than_it_may_hold(coin, bank, payer):
    amount = LIMITS[2] - HELD + 1
    before = state(coin, payer)
    with reverts("ERC7943CannotTransfer", ZERO, payer, amount):
        coin.issue(payer, amount, {"from": bank})
    assert state(coin, payer) == before


def test_who_is_not_registered_is_issued_nothing(coin, bank, stranger):
    for amount in (0, 1):
        with reverts("ERC7943CannotReceive", stranger):
            coin.issue(stranger, amount, {"from": bank})


def test_the_zero_address_is_issued_nothing(coin, bank):
    coin.register(ZERO, 3, {"from": bank})
    with reverts("ERC20InvalidReceiver", ZERO):
        coin.issue(ZERO, 1, {"from": bank})


def test_a_pause_blocks_issuance(coin, bank, payer, paused_until):
    until = paused_until(coin)
    with reverts("ContractPaused", until):
        coin.issue(payer, 1, {"from": bank})


@pytest.mark.parametrize("amount", [MAX_AMOUNT, UNLIMITED])
def test_the_supply_fits_its_field(coin, bank, payer, amount):
    left = MAX_AMOUNT - coin.totalSupply()
    with reverts("AmountTooLarge", amount, left):
        coin.issue(payer, amount, {"from": bank})


def test_a_tier_without_a_limit_yet_holds_nothing(coin, governor, bank, stranger):
    coin.setHoldingLimit(1, 0, {"from": governor})
    coin.register(stranger, 1, {"from": bank})
    with reverts("ERC7943CannotTransfer", ZERO, stranger, 1):
        coin.issue(stranger, 1, {"from": bank})
    supply(coin, stranger, 0)


@pytest.mark.parametrize("who", ["governor", "guardian", "stranger", "intermediary", "enforcer", "deployer"])
def test_nobody_else_issues(request, coin, payer, who):
    account = request.getfixturevalue(who)
    with reverts("AccessControlUnauthorizedAccount", account, role("BANK_ROLE")):
        coin.issue(payer, 1, {"from": account})


def test_it_has_two_decimals_and_its_name(coin):
    assert (coin.name(), coin.symbol(), coin.decimals(), coin.version()) == (NAME, SYMBOL, 2, "1.0.0")
