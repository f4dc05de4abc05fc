"""The project's fungible tokens as their tests find them: every role given, payer and merchant holding some."""

from typing import Any

from brownie import accounts
from eth_utils import keccak

from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.support import event, send

NAME, SYMBOL = "Quittance Coin", "QTC"
HELD = 10**12
MAX_AMOUNT = 2**112 - 1
UNLIMITED = 2**256 - 1
ZERO = "0x" + "00" * 20
GOVERNOR_ROLE = bytes(32)
LIMITS = {1: 10**6, 2: 10**13, 3: 2**56 - 1}
MINTER_ALLOWANCE = 10**20

REGULATED = ["Stablecoin", "CentralBankToken"]
EVERY = [*REGULATED, "Bep20Token"]

ENFORCER, ISSUER, OFFICER, MASTER_MINTER = 7, 8, 9, 3
"""The number of the account that is: enforcer; minter or bank; blocklister or intermediary; master minter."""

ROLES = {
    "Stablecoin": {"ENFORCER_ROLE": ENFORCER, "BLOCKLISTER_ROLE": OFFICER, "MASTER_MINTER_ROLE": MASTER_MINTER},
    "CentralBankToken": {"ENFORCER_ROLE": ENFORCER, "BANK_ROLE": ISSUER, "INTERMEDIARY_ROLE": OFFICER},
    "Bep20Token": {},
}


def role(name: str) -> bytes:
    """The number of a role, spelled out a second time."""
    return bytes(keccak(text=name))


def deploy_bare(deploy: Any, kind: str, governor: Any, guardian: Any) -> Any:
    """A token of that kind as its constructor leaves it."""
    return deploy(kind, NAME, SYMBOL, GOVERNOR_DELAY_SECONDS, governor, guardian)


def build(deploy: Any, kind: str, governor: Any, guardian: Any, *holders: Any) -> Any:
    """A token with its roles given, of which each of the holders has HELD."""
    coin = deploy_bare(deploy, kind, governor, guardian)
    for name, number in ROLES[kind].items():
        send(governor, coin.grantRole, role(name), accounts[number])
    if kind == "Stablecoin":
        send(accounts[MASTER_MINTER], coin.configureMinter, accounts[ISSUER], MINTER_ALLOWANCE)
    if kind == "CentralBankToken":
        for tier, limit in LIMITS.items():
            send(governor, coin.setHoldingLimit, tier, limit)
    for holder in holders:
        admit(coin, holder)
        supply(coin, holder, HELD)
    return coin


def admit(coin: Any, account: Any) -> None:
    """Let an account hold the token: where there is a register, an intermediary puts it in tier 2."""
    if coin._name == "CentralBankToken":
        send(accounts[OFFICER], coin.register, account, 2)


def bar(coin: Any, account: Any) -> None:
    """Let an account neither send nor receive any more."""
    if coin._name == "Stablecoin":
        send(accounts[OFFICER], coin.blockAccount, account)
    else:
        send(accounts[ISSUER], coin.register, account, 0)


def supply(coin: Any, to: Any, amount: int) -> None:
    """New tokens for an account."""
    if coin._name == "CentralBankToken":
        send(accounts[ISSUER], coin.issue, to, amount)
    else:
        issuer = accounts[ISSUER] if coin._name == "Stablecoin" else coin.owner()
        send(issuer, coin.mint, to, amount)


def freeze(coin: Any, account: Any, amount: int) -> None:
    """Freeze so much of what an account holds or will hold."""
    send(accounts[ENFORCER], coin.setFrozenTokens, account, amount)


def moved(source: Any, to: Any, amount: int) -> tuple[Any, ...]:
    """The event of a movement."""
    return event("Transfer", source, to, amount)


def state(coin: Any, *holders: Any) -> tuple[Any, ...]:
    """Balances, supply and length of the trail: what a call that is refused leaves as it was."""
    return *(coin.balanceOf(holder) for holder in holders), coin.totalSupply(), coin.auditLength()
