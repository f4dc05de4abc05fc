"""deposit: an account adds to its own balance."""

from brownie import Wei

from tests.support import NATIVE, at, emitted, event, reverts_silently

ONE = Wei("1 ether")


def test_deposit_adds_the_value_to_the_callers_balance(secure, payer):
    secure.deposit({"from": payer, "value": ONE})
    secure.deposit({"from": payer, "value": 1})
    assert secure.balanceOf(payer, NATIVE) == secure.balance() == ONE + 1


def test_deposit_of_a_token_adds_the_amount_to_the_callers_balance(secure, payer, token):
    before = token.balanceOf(payer)
    secure.depositToken(token, ONE, {"from": payer})
    assert secure.balanceOf(payer, token) == token.balanceOf(secure) == ONE
    assert token.balanceOf(payer) == before - ONE
    assert secure.balanceOf(payer, NATIVE) == 0


def test_deposit_emits_exactly_one_event_with_all_its_fields(secure, payer, token):
    tx = secure.deposit({"from": payer, "value": ONE})
    assert emitted(tx, secure) == [event("BalanceDeposited", payer, NATIVE, ONE)]
    tx = secure.depositToken(token, ONE, {"from": payer})
    assert emitted(tx, secure) == [event("BalanceDeposited", payer, token, ONE)]


def test_deposit_of_nothing_reverts(secure, payer, refused):
    with refused("ZeroAmount"):
        secure.deposit({"from": payer})


def test_deposit_of_no_tokens_reverts(secure, payer, token, refused):
    with refused("ZeroAmount", assets=[token]):
        secure.depositToken(token, 0, {"from": payer})


def test_deposit_while_paused_reverts(secure, payer, token, refused, paused_until):
    until = paused_until(secure)
    with refused("ContractPaused", until):
        secure.deposit({"from": payer, "value": ONE})
    at(until - 1)
    with refused("ContractPaused", until, assets=[token]):
        secure.depositToken(token, ONE, {"from": payer})


def test_deposit_works_from_the_second_the_pause_ends(secure, payer, paused_until):
    at(paused_until(secure))
    secure.deposit({"from": payer, "value": ONE})
    assert secure.balanceOf(payer, NATIVE) == ONE


def test_coin_sent_without_a_call_is_refused(secure, payer):
    with reverts_silently():
        payer.transfer(secure, 1)
    assert secure.balance() == 0


def test_coin_that_was_forced_on_the_contract_is_nobodys(secure, stranger, payer, forcer, refused):
    forcer.force(secure, {"from": stranger, "value": ONE})
    secure.deposit({"from": payer, "value": ONE})
    assert [secure.balanceOf(account, NATIVE) for account in (payer, stranger, secure)] == [ONE, 0, 0]
    with refused("InsufficientBalance", payer, ONE + 1, ONE):
        secure.withdraw(ONE + 1, {"from": payer})


def test_a_rebased_token_that_rounds_is_refused(secure, payer, token_named, refused):
    token = token_named("RebasingToken")
    token.rebase(3, 2)
    with refused("InexactTransfer", token, secure, 3, 4, assets=[token]):
        secure.depositToken(token, 4, {"from": payer})


def test_an_address_that_is_no_token_is_refused(secure, processor, payer, stranger, refused):
    for address in (NATIVE, stranger, processor, secure):
        with refused("NotAToken", address):
            secure.depositToken(address, ONE, {"from": payer})
    assert secure.balanceOf(payer, NATIVE) == 0
