"""setHoldingLimit: what an account of a tier may hold; what it holds already stays its own."""

import pytest

from tests.support import emitted, event, reverts
from tests.unit.coins import GOVERNOR_ROLE, HELD, LIMITS, MAX_AMOUNT, UNLIMITED
from tests.unit.trail import record

MAX_LIMIT = 2**56 - 1


@pytest.mark.parametrize("tier", [1, 2, 3])
@pytest.mark.parametrize("limit", [0, 1, MAX_LIMIT])
def test_the_governor_sets_one_tiers_limit_and_it_is_on_the_trail_once(coin, governor, tier, limit):
    length = coin.auditLength()
    tx = coin.setHoldingLimit(tier, limit, {"from": governor})
    kept = record(tx, coin, governor, "setHoldingLimit", ["uint8", "uint256"], [tier, limit])
    assert emitted(tx, coin) == [event("HoldingLimitChanged", tier, limit), kept]
    assert coin.auditLength() == length + 1
    assert {each: coin.holdingLimit(each) for each in LIMITS} == LIMITS | {tier: limit}


def test_a_limit_leaves_a_pause_and_the_trail_beside_it_as_they_are(coin, governor):
    until = coin.pause(100, {"from": governor}).timestamp + 100
    for tier in (3, 2, 1):
        coin.setHoldingLimit(tier, MAX_LIMIT, {"from": governor})
    assert coin.pausedUntil() == until
    for tier in (1, 2, 3):
        coin.setHoldingLimit(tier, 0, {"from": governor})
    assert (coin.pausedUntil(), [coin.holdingLimit(tier) for tier in (1, 2, 3)]) == (until, [0, 0, 0])


@pytest.mark.parametrize("tier", [0, 4, 255])
def test_what_is_no_tier_has_no_limit(coin, governor, tier):
    with reverts("UnknownTier", tier):
        coin.setHoldingLimit(tier, 1, {"from": governor})
    assert coin.holdingLimit(tier) == 0


@pytest.mark.parametrize("limit", [MAX_LIMIT + 1, MAX_AMOUNT, UNLIMITED])
def test_a_limit_beyond_its_field_is_refused_and_not_cut_off(coin, governor, limit):
    with reverts("LimitTooLarge", limit, MAX_LIMIT):
        coin.setHoldingLimit(2, limit, {"from": governor})
    assert coin.holdingLimit(2) == LIMITS[2]


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_each_tier_receives_to_its_limits_last_unit(coin, governor, bank, payer, stranger, tier):
    coin.setHoldingLimit(tier, 1000, {"from": governor})
    coin.register(payer, 2 if tier != 2 else 3, {"from": bank})
    coin.register(stranger, tier, {"from": bank})
    coin.transfer(stranger, 999, {"from": payer})
    with reverts("ERC7943CannotTransfer", payer, stranger, 2):
        coin.transfer(stranger, 2, {"from": payer})
    coin.transfer(stranger, 1, {"from": payer})
    assert coin.balanceOf(stranger) == 1000


def test_who_holds_more_than_a_new_limit_keeps_it_and_sends_but_receives_nothing(coin, governor, payer, merchant):
    coin.setHoldingLimit(2, HELD - 1, {"from": governor})
    for amount in (0, 1):
        with reverts("ERC7943CannotTransfer", merchant, payer, amount):
            coin.transfer(payer, amount, {"from": merchant})
    with reverts("ERC7943CannotTransfer", payer, payer, 1):
        coin.transfer(payer, 1, {"from": payer})
    assert coin.balanceOf(payer) == HELD
    coin.setHoldingLimit(2, 2 * HELD, {"from": governor})
    coin.transfer(merchant, HELD, {"from": payer})


def test_a_citizen_pays_within_its_limits_and_is_refused_above_them(coin, bank, payer, merchant):
    coin.register(merchant, 1, {"from": bank})
    with reverts("ERC7943CannotTransfer", payer, merchant, 1):
        coin.transfer(merchant, 1, {"from": payer})
    coin.register(merchant, 3, {"from": bank})
    coin.transfer(merchant, HELD, {"from": payer})
    assert coin.balanceOf(merchant) == 2 * HELD


@pytest.mark.parametrize("who", ["guardian", "stranger", "bank", "intermediary", "enforcer", "deployer"])
def test_nobody_but_the_governor_sets_limits(request, coin, who):
    account = request.getfixturevalue(who)
    with reverts("AccessControlUnauthorizedAccount", account, GOVERNOR_ROLE):
        coin.setHoldingLimit(1, 1, {"from": account})
