"""mint: the governor's, on the trail."""

import pytest
from brownie.exceptions import VirtualMachineError

from tests.support import emitted, reverts
from tests.unit.coins import GOVERNOR_ROLE, HELD, UNLIMITED, ZERO, moved, state
from tests.unit.trail import record


@pytest.mark.parametrize("amount", [0, 1, UNLIMITED - 2 * HELD])
def test_the_governor_mints_and_it_is_on_the_trail_once(coin, governor, merchant, amount):
    length = coin.auditLength()
    tx = coin.mint(merchant, amount, {"from": governor})
    kept = record(tx, coin, governor, "mint", ["address", "uint256"], [merchant, amount])
    assert emitted(tx, coin) == [moved(ZERO, merchant, amount), kept]
    assert (coin.balanceOf(merchant), coin.totalSupply()) == (HELD + amount, 2 * HELD + amount)
    assert coin.auditLength() == length + 1


def test_a_supply_beyond_its_word_is_the_compilers_own_error(coin, governor, merchant):
    before = state(coin, merchant)
    with pytest.raises(VirtualMachineError, match="Integer overflow"):
        coin.mint(merchant, UNLIMITED - 2 * HELD + 1, {"from": governor})
    assert state(coin, merchant) == before


def test_the_zero_address_receives_nothing(coin, governor):
    with reverts("ERC20InvalidReceiver", ZERO):
        coin.mint(ZERO, 1, {"from": governor})


def test_a_pause_blocks_minting(coin, governor, merchant, paused_until):
    until = paused_until(coin)
    with reverts("ContractPaused", until):
        coin.mint(merchant, 1, {"from": governor})


@pytest.mark.parametrize("who", ["guardian", "stranger", "payer", "deployer"])
def test_nobody_else_mints(request, coin, who):
    account = request.getfixturevalue(who)
    with reverts("AccessControlUnauthorizedAccount", account, GOVERNOR_ROLE):
        coin.mint(account, 1, {"from": account})
