"""burn: a holder's own, as it may send them."""

import pytest

from tests.support import emitted, reverts
from tests.unit.coins import HELD, MINTER_ALLOWANCE, UNLIMITED, ZERO, freeze, moved, state


@pytest.mark.parametrize("amount", [0, 1, HELD])
def test_a_holder_burns_its_own_and_it_is_no_privileged_act(coin, payer, amount):
    minted, length = coin.totalSupply(), coin.auditLength()
    tx = coin.burn(amount, {"from": payer})
    assert emitted(tx, coin) == [moved(payer, ZERO, amount)]
    assert (coin.balanceOf(payer), coin.totalSupply()) == (HELD - amount, minted - amount)
    assert coin.auditLength() == length


@pytest.mark.parametrize("amount", [HELD + 1, 2**112, UNLIMITED])
def test_more_than_the_balance_reverts(coin, payer, merchant, amount):
    before = state(coin, payer, merchant)
    with reverts("ERC20InsufficientBalance", payer, HELD, amount):
        coin.burn(amount, {"from": payer})
    assert state(coin, payer, merchant) == before


def test_what_was_burned_can_be_minted_again_by_allowance_alone(coin, payer, minter):
    coin.burn(HELD, {"from": payer})
    assert coin.minterAllowance(minter) == MINTER_ALLOWANCE - 3 * HELD


def test_a_blocked_account_burns_nothing(coin, payer, blocklister):
    coin.blockAccount(payer, {"from": blocklister})
    with reverts("ERC7943CannotSend", payer):
        coin.burn(1, {"from": payer})


def test_frozen_tokens_are_not_burned(coin, payer):
    freeze(coin, payer, HELD - 2)
    with reverts("ERC7943InsufficientUnfrozenBalance", payer, 3, 2):
        coin.burn(3, {"from": payer})
    coin.burn(2, {"from": payer})
    assert (coin.balanceOf(payer), coin.getFrozenTokens(payer)) == (HELD - 2, HELD - 2)


def test_a_pause_blocks_burning(coin, payer, paused_until):
    until = paused_until(coin)
    with reverts("ContractPaused", until):
        coin.burn(1, {"from": payer})


@pytest.mark.parametrize("function", ["burnFrom", "burn(address,uint256)"])
def test_nobody_burns_anothers(coin, function):
    assert function not in coin.signatures and not any(function in str(entry) for entry in coin.abi)
