"""register and entrust: who is in which tier, and whose customer it is."""

import pytest

from tests.support import emitted, event, reverts
from tests.unit.coins import HELD, MAX_AMOUNT, ZERO, freeze, role
from tests.unit.rawcall import refusal
from tests.unit.signing import data_of
from tests.unit.trail import record

TYPES = ["address", "uint8"]


@pytest.mark.parametrize("tier", [0, 1, 2, 3])
def test_the_bank_registers_in_every_tier_and_it_is_on_the_trail_once(coin, bank, stranger, tier):
    length = coin.auditLength()
    tx = coin.register(stranger, tier, {"from": bank})
    kept = record(tx, coin, bank, "register", TYPES, [stranger, tier])
    assert emitted(tx, coin) == [event("AccountRegistered", stranger, tier, bank), kept]
    assert (coin.tierOf(stranger), coin.registrarOf(stranger)) == (tier, bank)
    assert (coin.canSend(stranger), coin.canReceive(stranger)) == (tier > 0, tier > 0)
    assert coin.auditLength() == length + 1


@pytest.mark.parametrize("tier", [1, 2])
def test_an_intermediary_registers_its_customers(coin, intermediary, stranger, tier):
    tx = coin.register(stranger, tier, {"from": intermediary})
    kept = record(tx, coin, intermediary, "register", TYPES, [stranger, tier])
    assert emitted(tx, coin) == [event("AccountRegistered", stranger, tier, intermediary), kept]
    assert (coin.tierOf(stranger), coin.registrarOf(stranger)) == (tier, intermediary)


def test_an_intermediary_moves_its_customers_between_the_tiers_that_are_its_own(coin, intermediary, payer):
    for tier in (1, 2, 1):
        coin.register(payer, tier, {"from": intermediary})
        assert (coin.tierOf(payer), coin.registrarOf(payer)) == (tier, intermediary)


def test_the_highest_tier_is_the_banks_to_give_and_to_take(coin, bank, intermediary, payer):
    with reverts("NotIntermediarysTier", intermediary, 3):
        coin.register(payer, 3, {"from": intermediary})
    coin.register(payer, 3, {"from": bank})
    coin.entrust(payer, intermediary, {"from": bank})
    for tier in (0, 1, 3):
        with reverts("NotIntermediarysTier", intermediary, 3):
            coin.register(payer, tier, {"from": intermediary})
    assert coin.tierOf(payer) == 3


@pytest.mark.parametrize("tier", [0, 1, 2])
def test_an_intermediary_does_not_touch_anothers_customers(coin, intermediary, rival, payer, tier):
    with reverts("NotRegistrar", payer, rival, intermediary):
        coin.register(payer, tier, {"from": rival})
    assert (coin.tierOf(payer), coin.registrarOf(payer)) == (2, intermediary)


@pytest.mark.parametrize("tier", [0, 1, 2])
def test_whom_the_bank_takes_out_of_the_register_no_intermediary_brings_back(coin, bank, intermediary, payer, tier):
    coin.register(payer, 0, {"from": bank})
    with reverts("NotRegistrar", payer, intermediary, bank):
        coin.register(payer, tier, {"from": intermediary})
    assert not coin.canReceive(payer)


def test_whom_an_intermediary_gives_up_another_takes_over(coin, intermediary, rival, payer):
    coin.register(payer, 0, {"from": intermediary})
    assert coin.registrarOf(payer) == ZERO
    coin.register(payer, 1, {"from": rival})
    assert (coin.tierOf(payer), coin.registrarOf(payer)) == (1, rival)


@pytest.mark.parametrize("to", ["rival", "nobody"])
def test_the_bank_entrusts_an_account_to_another_and_it_is_on_the_trail_once(coin, bank, rival, payer, to):
    registrar, length = rival.address if to == "rival" else ZERO, coin.auditLength()
    tx = coin.entrust(payer, registrar, {"from": bank})
    kept = record(tx, coin, bank, "entrust", ["address", "address"], [payer, registrar])
    assert emitted(tx, coin) == [event("AccountEntrusted", payer, registrar), kept]
    assert (coin.tierOf(payer), coin.registrarOf(payer), coin.auditLength()) == (2, registrar, length + 1)
    coin.register(payer, 1, {"from": rival})
    assert coin.tierOf(payer) == 1


def test_who_is_entrusted_after_the_bank_barred_it_may_be_registered_again(coin, bank, intermediary, payer):
    coin.register(payer, 0, {"from": bank})
    coin.entrust(payer, intermediary, {"from": bank})
    assert not coin.canReceive(payer)
    coin.register(payer, 2, {"from": intermediary})
    assert coin.canReceive(payer)


@pytest.mark.parametrize("who", ["governor", "guardian", "stranger", "intermediary", "enforcer"])
def test_nobody_but_the_bank_entrusts(request, coin, payer, who):
    account = request.getfixturevalue(who)
    with reverts("AccessControlUnauthorizedAccount", account, role("BANK_ROLE")):
        coin.entrust(payer, account, {"from": account})


@pytest.mark.parametrize("who", ["governor", "guardian", "stranger", "enforcer", "payer"])
def test_nobody_else_registers(request, coin, payer, who):
    account = request.getfixturevalue(who)
    with reverts("AccessControlUnauthorizedAccount", account, role("INTERMEDIARY_ROLE")):
        coin.register(payer, 1, {"from": account})


def test_an_intermediary_that_was_dismissed_registers_nobody(coin, governor, intermediary, payer):
    coin.revokeRole(role("INTERMEDIARY_ROLE"), intermediary, {"from": governor})
    with reverts("AccessControlUnauthorizedAccount", intermediary, role("INTERMEDIARY_ROLE")):
        coin.register(payer, 1, {"from": intermediary})


@pytest.mark.parametrize("tier", [4, 5, 255])
@pytest.mark.parametrize("who", ["bank", "intermediary", "stranger"])
def test_there_are_three_tiers(request, coin, payer, tier, who):
    with reverts("UnknownTier", tier):
        coin.register(payer, tier, {"from": request.getfixturevalue(who)})


def test_a_tier_beyond_a_byte_is_refused(coin, payer):
    clean = data_of(coin.register, payer, 1)
    assert refusal(coin, clean[:-2] + b"\1\1") == ""


def test_a_change_of_tier_keeps_balance_and_freeze(coin, bank, payer):
    freeze(coin, payer, MAX_AMOUNT)
    for tier in (3, 0, 1):
        coin.register(payer, tier, {"from": bank})
        assert (coin.balanceOf(payer), coin.getFrozenTokens(payer)) == (HELD, MAX_AMOUNT)


def test_a_pause_stops_no_registration(coin, intermediary, stranger, paused_until):
    paused_until(coin)
    coin.register(stranger, 1, {"from": intermediary})
    assert coin.tierOf(stranger) == 1
