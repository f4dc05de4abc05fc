"""blockAccount and unblockAccount: a blocked account neither sends nor receives nor spends."""

import pytest

from tests.support import emitted, event, reverts
from tests.unit.coins import HELD, UNLIMITED, freeze, state
from tests.unit.trail import record


def test_the_blocklister_blocks_and_unblocks_and_both_are_on_the_trail_once(coin, payer, blocklister):
    for function, name, blocked in (
        ("blockAccount", "AccountBlocked", True),
        ("unblockAccount", "AccountUnblocked", False),
    ):
        length = coin.auditLength()
        tx = getattr(coin, function)(payer, {"from": blocklister})
        kept = record(tx, coin, blocklister, function, ["address"], [payer])
        assert emitted(tx, coin) == [event(name, payer), kept]
        assert (coin.isBlocked(payer), coin.auditLength()) == (blocked, length + 1)
        assert (coin.canSend(payer), coin.canReceive(payer)) == (not blocked, not blocked)


def test_a_block_keeps_balance_freeze_and_everybody_else(coin, payer, merchant, blocklister):
    freeze(coin, payer, 9)
    coin.blockAccount(payer, {"from": blocklister})
    assert (coin.balanceOf(payer), coin.getFrozenTokens(payer)) == (HELD, 9)
    assert not coin.isBlocked(merchant)
    coin.unblockAccount(payer, {"from": blocklister})
    assert (coin.balanceOf(payer), coin.getFrozenTokens(payer)) == (HELD, 9)
    coin.transfer(merchant, HELD - 9, {"from": payer})


def test_an_unblocked_account_acts_again(coin, payer, merchant, blocklister):
    coin.blockAccount(payer, {"from": blocklister})
    with reverts("ERC7943CannotSend", payer):
        coin.transfer(merchant, 1, {"from": payer})
    coin.unblockAccount(payer, {"from": blocklister})
    coin.transfer(merchant, HELD, {"from": payer})
    assert coin.balanceOf(merchant) == 2 * HELD


@pytest.mark.parametrize("allowed", [10, UNLIMITED])
@pytest.mark.parametrize("amount", [0, 1])
def test_a_blocked_spender_may_not_use_an_allowance(coin, payer, merchant, stranger, blocklister, allowed, amount):
    coin.approve(stranger, allowed, {"from": payer})
    coin.blockAccount(stranger, {"from": blocklister})
    before = state(coin, payer, merchant)
    with reverts("BlockedSpender", stranger):
        coin.transferFrom(payer, merchant, amount, {"from": stranger})
    assert state(coin, payer, merchant) == before
    assert coin.allowance(payer, stranger) == allowed
    coin.unblockAccount(stranger, {"from": blocklister})
    coin.transferFrom(payer, merchant, amount, {"from": stranger})


def test_a_frozen_spender_that_is_not_blocked_spends(coin, payer, merchant, stranger):
    """What is frozen is a matter of its own money."""
    coin.approve(stranger, 10, {"from": payer})
    freeze(coin, stranger, UNLIMITED >> 144)
    coin.transferFrom(payer, merchant, 10, {"from": stranger})


@pytest.mark.parametrize("who", ["governor", "guardian", "stranger", "minter", "master_minter", "deployer"])
def test_nobody_else_blocks_or_unblocks(request, coin, payer, who):
    account = request.getfixturevalue(who)
    for act in (coin.blockAccount, coin.unblockAccount):
        with reverts("AccessControlUnauthorizedAccount", account, bytes(coin.BLOCKLISTER_ROLE())):
            act(payer, {"from": account})
