"""The central bank's currency, the bank, and two intermediaries."""

import pytest
from brownie import accounts

from tests.unit import coins


@pytest.fixture(scope="module")
def coin(deploy, governor, guardian, payer, merchant):
    return coins.build(deploy, "CentralBankToken", governor, guardian, payer, merchant)


@pytest.fixture(scope="module")
def bank():
    return accounts[coins.ISSUER]


@pytest.fixture(scope="module")
def intermediary():
    return accounts[coins.OFFICER]


@pytest.fixture(scope="module")
def rival(coin, governor):
    """Another intermediary."""
    coin.grantRole(coins.role("INTERMEDIARY_ROLE"), accounts[coins.MASTER_MINTER], {"from": governor})
    return accounts[coins.MASTER_MINTER]


@pytest.fixture(scope="module")
def enforcer():
    return accounts[coins.ENFORCER]
