"""rescue: tokens that strayed to the contract go where the governor says; nobody's own money is in its reach."""

import pytest

from tests.support import emitted, event, reverts
from tests.unit.coins import GOVERNOR_ROLE, HELD, ZERO, moved
from tests.unit.trail import record

TYPES = ["address", "address", "uint256"]
STRAYED = 500


@pytest.fixture
def stray(deploy, coin):
    """A token of some kind, of which some has strayed to the coin."""

    def stray(kind):
        token = deploy(kind)
        token.mint(coin, STRAYED)
        return token

    return stray


@pytest.mark.parametrize("kind", ["TestToken", "NoReturnToken"])
@pytest.mark.parametrize("amount", [0, 1, STRAYED])
def test_the_governor_sends_on_what_strayed_and_it_is_on_the_trail_once(coin, governor, merchant, stray, kind, amount):
    token, length = stray(kind), coin.auditLength()
    tx = coin.rescue(token, merchant, amount, {"from": governor})
    kept = record(tx, coin, governor, "rescue", TYPES, [token, merchant, amount])
    assert emitted(tx, coin) == [event("TokenRescued", token, merchant, amount), kept]
    assert (token.balanceOf(merchant), token.balanceOf(coin)) == (amount, STRAYED - amount)
    assert coin.auditLength() == length + 1


def test_coins_of_its_own_that_strayed_to_it_are_sent_on_too(coin, governor, payer, merchant):
    coin.transfer(coin, STRAYED, {"from": payer})
    tx = coin.rescue(coin, merchant, STRAYED, {"from": governor})
    kept = record(tx, coin, governor, "rescue", TYPES, [coin, merchant, STRAYED])
    expected = [event("TokenRescued", coin, merchant, STRAYED), kept, moved(coin, merchant, STRAYED)]
    assert emitted(tx, coin) == expected
    assert (coin.balanceOf(merchant), coin.balanceOf(coin)) == (HELD + STRAYED, 0)


def test_no_holders_coins_are_in_its_reach(coin, governor, merchant):
    with reverts("ERC20InsufficientBalance", coin, 0, 1):
        coin.rescue(coin, merchant, 1, {"from": governor})


def test_coins_of_its_own_wait_for_the_end_of_a_pause(coin, governor, payer, merchant, paused_until):
    coin.transfer(coin, STRAYED, {"from": payer})
    until = paused_until(coin)
    with reverts("ContractPaused", until):
        coin.rescue(coin, merchant, STRAYED, {"from": governor})


def test_other_tokens_are_sent_on_during_a_pause_as_well(coin, governor, merchant, stray, paused_until):
    token = stray("TestToken")
    paused_until(coin)
    coin.rescue(token, merchant, STRAYED, {"from": governor})
    assert token.balanceOf(merchant) == STRAYED


def test_a_token_that_answers_false_or_is_none_leaves_no_record(coin, governor, merchant, stranger, stray):
    length = coin.auditLength()
    for token in (stray("FalseReturningToken"), stranger, ZERO):
        with reverts("SafeERC20FailedOperation", token):
            coin.rescue(token, merchant, 1, {"from": governor})
    assert coin.auditLength() == length


@pytest.mark.parametrize("who", ["guardian", "stranger", "minter", "master_minter", "blocklister", "deployer"])
def test_nobody_else_rescues(request, coin, stray, who):
    account, token = request.getfixturevalue(who), stray("TestToken")
    with reverts("AccessControlUnauthorizedAccount", account, GOVERNOR_ROLE):
        coin.rescue(token, account, 1, {"from": account})
    assert token.balanceOf(coin) == STRAYED
