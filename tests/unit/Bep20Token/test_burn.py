"""burn: a holder's own."""

import pytest

from tests.support import emitted, reverts
from tests.unit.coins import HELD, UNLIMITED, ZERO, moved, state


@pytest.mark.parametrize("amount", [0, 1, HELD])
def test_a_holder_burns_its_own(coin, payer, merchant, amount):
    length = coin.auditLength()
    tx = coin.burn(amount, {"from": payer})
    assert emitted(tx, coin) == [moved(payer, ZERO, amount)]
    assert state(coin, payer, merchant) == (HELD - amount, HELD, 2 * HELD - amount, length)


@pytest.mark.parametrize("amount", [HELD + 1, UNLIMITED])
def test_more_than_the_balance_reverts(coin, payer, amount):
    with reverts("ERC20InsufficientBalance", payer, HELD, amount):
        coin.burn(amount, {"from": payer})


def test_a_pause_blocks_burning(coin, payer, paused_until):
    until = paused_until(coin)
    with reverts("ContractPaused", until):
        coin.burn(1, {"from": payer})
