"""Who appoints, and what a guardian cannot do: of each token."""

import pytest
from brownie import accounts

from tests.support import at, emitted, event, reverts
from tests.unit.coins import ENFORCER, EVERY, GOVERNOR_ROLE, HELD, ISSUER, REGULATED, ROLES, deploy_bare, role, state
from tests.unit.trail import record

DUTIES = [(kind, name) for kind in REGULATED for name in ROLES[kind]]


@pytest.mark.parametrize(("kind", "name"), DUTIES)
def test_a_role_is_the_hash_of_its_name_and_the_governors_to_give(built, governor, stranger, kind, name):
    coin = built(kind)
    assert bytes(getattr(coin, name)()) == role(name)
    assert bytes(coin.getRoleAdmin(role(name))) == GOVERNOR_ROLE
    tx = coin.grantRole(role(name), stranger, {"from": governor})
    kept = record(tx, coin, governor, "grantRole", ["bytes32", "address"], [role(name), stranger])
    assert emitted(tx, coin) == [event("RoleGranted", role(name), stranger, governor), kept]
    tx = coin.revokeRole(role(name), stranger, {"from": governor})
    kept = record(tx, coin, governor, "revokeRole", ["bytes32", "address"], [role(name), stranger])
    assert emitted(tx, coin) == [event("RoleRevoked", role(name), stranger, governor), kept]


@pytest.mark.parametrize(("kind", "name"), DUTIES)
def test_nobody_else_gives_or_takes_a_role(built, guardian, deployer, stranger, kind, name):
    coin = built(kind)
    holders = [accounts[number] for number in ROLES[kind].values()]
    for account in (guardian, deployer, stranger, accounts[ISSUER], *holders):
        for act in (coin.grantRole, coin.revokeRole):
            with reverts("AccessControlUnauthorizedAccount", account, GOVERNOR_ROLE):
                act(role(name), accounts[ROLES[kind][name]], {"from": account})


@pytest.mark.parametrize("kind", EVERY)
def test_a_token_begins_with_a_governor_a_guardian_and_nothing_else(deploy, governor, guardian, proven, kind):
    coin = deploy_bare(deploy, kind, governor, guardian)
    assert (coin.totalSupply(), coin.pausedUntil()) == (0, 0)
    assert coin.defaultAdmin() == governor
    for name in ROLES[kind]:
        assert [account for account in accounts if coin.hasRole(role(name), account)] == []
    assert [each.kind.rstrip(b"\0") for each in proven(coin)] == [b"grantRole", b"grantRole"]


def acts(coin, payer, merchant):
    """Every privileged act of a token but a pause, with arguments that would do."""
    amount, tier = (payer, 1), 2
    return {
        "forcedTransfer": (payer, merchant, 1),
        "setFrozenTokens": amount,
        "configureMinter": amount,
        "mint": amount,
        "blockAccount": (payer,),
        "unblockAccount": (payer,),
        "rescue": (coin, merchant, 1),
        "issue": amount,
        "redeem": amount,
        "register": (payer, tier),
        "entrust": (payer, merchant),
        "setHoldingLimit": (tier, 0),
        "unpause": (),
    }


def test_a_guardian_moves_no_money_and_configures_nothing(coin, guardian, payer, merchant):
    """Whatever it calls while it can pause: balances, supply and trail stay as they are."""
    coin.pause(60, {"from": guardian})
    before = state(coin, payer, merchant)
    tried = 0
    for name, arguments in acts(coin, payer, merchant).items():
        if not hasattr(coin, name):
            continue
        tried += 1
        error = ("MinterAllowanceExceeded", guardian, 1, 0)
        if name != "mint" or coin._name != "Stablecoin":
            error = ("AccessControlUnauthorizedAccount", guardian, _needed(name))
        with reverts(*error):
            getattr(coin, name)(*arguments, {"from": guardian})
    assert state(coin, payer, merchant) == before
    assert tried == {"Stablecoin": 8, "CentralBankToken": 8, "Bep20Token": 2}[coin._name]


def _needed(name):
    owners = {"forcedTransfer": "ENFORCER_ROLE", "setFrozenTokens": "ENFORCER_ROLE"}
    owners |= {"configureMinter": "MASTER_MINTER_ROLE"}
    owners |= dict.fromkeys(("blockAccount", "unblockAccount"), "BLOCKLISTER_ROLE")
    owners |= dict.fromkeys(("issue", "redeem", "entrust"), "BANK_ROLE") | {"register": "INTERMEDIARY_ROLE"}
    return role(owners[name]) if name in owners else GOVERNOR_ROLE


def test_an_enforcer_that_was_dismissed_enforces_nothing_more(regulated, governor, payer, merchant):
    enforcer = accounts[ENFORCER]
    regulated.revokeRole(role("ENFORCER_ROLE"), enforcer, {"from": governor})
    with reverts("AccessControlUnauthorizedAccount", enforcer, role("ENFORCER_ROLE")):
        regulated.forcedTransfer(payer, merchant, 1, {"from": enforcer})


def test_whoever_gives_up_a_role_is_on_the_trail_once(regulated):
    enforcer = accounts[ENFORCER]
    tx = regulated.renounceRole(role("ENFORCER_ROLE"), enforcer, {"from": enforcer})
    kept = record(tx, regulated, enforcer, "revokeRole", ["bytes32", "address"], [role("ENFORCER_ROLE"), enforcer])
    assert emitted(tx, regulated) == [event("RoleRevoked", role("ENFORCER_ROLE"), enforcer, enforcer), kept]


def test_the_pause_of_a_guardian_ends_by_itself(coin, guardian, payer, merchant):
    at(coin.pause(60, {"from": guardian}).timestamp + 60)
    coin.transfer(merchant, 1, {"from": payer})
    assert coin.balanceOf(merchant) == HELD + 1
