"""withdraw: an account takes from its own balance, at any time."""

import pytest
from brownie import Wei

from tests.support import NATIVE, emitted, event, holdings

ONE = Wei("1 ether")


@pytest.fixture
def deposit(secure, payer):
    def deposit(asset=NATIVE):
        if asset == NATIVE:
            secure.deposit({"from": payer, "value": ONE})
        else:
            secure.depositToken(asset, ONE, {"from": payer})

    return deposit


def test_withdraw_returns_what_was_deposited(secure, payer, asset, deposit):
    before = holdings([asset], [payer, secure])
    deposit(asset)
    secure.withdrawToken(asset, ONE, {"from": payer})
    assert holdings([asset], [payer, secure]) == before
    assert secure.balanceOf(payer, asset) == 0


def test_withdraw_of_a_part_leaves_the_rest(secure, payer, deposit):
    deposit()
    before = payer.balance()
    secure.withdraw(ONE // 4, {"from": payer})
    assert payer.balance() == before + ONE // 4
    assert secure.balanceOf(payer, NATIVE) == secure.balance() == ONE - ONE // 4


def test_withdraw_emits_exactly_one_event_with_all_its_fields(secure, payer, asset, deposit):
    deposit(asset)
    tx = secure.withdrawToken(asset, 7, {"from": payer})
    assert emitted(tx, secure) == [event("BalanceWithdrawn", payer, asset, 7)]


def test_withdraw_of_native_coin_emits_exactly_one_event(secure, payer, deposit):
    deposit()
    tx = secure.withdraw(7, {"from": payer})
    assert emitted(tx, secure) == [event("BalanceWithdrawn", payer, NATIVE, 7)]


def test_withdraw_of_nothing_reverts(secure, payer, asset, token, deposit, refused):
    deposit(asset)
    with refused("ZeroAmount", assets=[token]):
        secure.withdrawToken(asset, 0, {"from": payer})
    with refused("ZeroAmount", assets=[token]):
        secure.withdraw(0, {"from": payer})


def test_withdraw_of_more_than_the_balance_reverts(secure, payer, asset, token, deposit, refused):
    deposit(asset)
    with refused("InsufficientBalance", payer, ONE + 1, ONE, assets=[token]):
        secure.withdrawToken(asset, ONE + 1, {"from": payer})
    assert secure.balanceOf(payer, asset) == ONE


def test_nobody_withdraws_anothers_balance(secure, stranger, governor, merchant, asset, token, deposit, refused):
    deposit(asset)
    for account in (stranger, governor, merchant):
        with refused("InsufficientBalance", account, 1, 0, assets=[token]):
            secure.withdrawToken(asset, 1, {"from": account})


def test_a_balance_in_one_asset_is_none_in_another(secure, payer, token, deposit, refused):
    deposit()
    with refused("InsufficientBalance", payer, 1, 0, assets=[token]):
        secure.withdrawToken(token, 1, {"from": payer})


def test_withdraw_works_while_paused(secure, payer, asset, deposit, paused_until):
    deposit(asset)
    paused_until(secure)
    secure.withdrawToken(asset, ONE, {"from": payer})
    assert secure.balanceOf(payer, asset) == 0


def test_a_smart_contract_wallet_withdraws(secure, wallet, as_contract):
    as_contract(wallet, secure.deposit, value=ONE)
    as_contract(wallet, secure.withdraw, ONE)
    assert (wallet.balance(), secure.balance()) == (ONE, 0)


def test_an_account_that_refuses_coin_keeps_its_balance(secure, refuser, as_contract, refused):
    as_contract(refuser, secure.deposit, value=ONE)
    with refused("TransferFailed", refuser, ONE):
        as_contract(refuser, secure.withdraw, ONE)
    assert secure.balanceOf(refuser, NATIVE) == ONE
    refuser.accept(True)
    as_contract(refuser, secure.withdraw, ONE)
    assert (refuser.balance(), secure.balanceOf(refuser, NATIVE)) == (ONE, 0)


def test_a_token_that_now_reverts_keeps_the_balance(secure, payer, token_named, deposit, refused):
    token = token_named("RevertingToken")
    token.setReverting(False)
    deposit(token)
    token.setReverting(True)
    with refused("TransferRefused", secure, payer, ONE, assets=[token]):
        secure.withdrawToken(token, ONE, {"from": payer})
    token.setReverting(False)
    secure.withdrawToken(token, ONE, {"from": payer})
    assert token.balanceOf(secure) == 0


def test_a_blocklisted_account_withdraws_once_unblocked(secure, payer, token_named, deposit, refused):
    token = token_named("BlocklistToken")
    before = token.balanceOf(payer)
    deposit(token)
    token.block(payer)
    with refused("Blocked", payer, assets=[token]):
        secure.withdrawToken(token, ONE, {"from": payer})
    token.unblock(payer)
    secure.withdrawToken(token, ONE, {"from": payer})
    assert token.balanceOf(payer) == before


def test_a_token_rebased_downwards_pays_until_it_is_spent(secure, payer, token_named, deposit, refused):
    token = token_named("RebasingToken")
    deposit(token)
    token.rebase(1, 2)
    secure.withdrawToken(token, ONE // 2, {"from": payer})
    assert (token.balanceOf(secure), secure.balanceOf(payer, token)) == (0, ONE // 2)
