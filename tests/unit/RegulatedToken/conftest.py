"""The tokens with rules about who holds them, one after the other; `coin` is one that also may be without rules."""

import pytest
from brownie import accounts

from tests.unit import coins


@pytest.fixture(scope="module")
def built(deploy, governor, guardian, payer, merchant):
    return lambda kind: coins.build(deploy, kind, governor, guardian, payer, merchant)


@pytest.fixture(scope="module", params=coins.EVERY)
def coin(request, built):
    return built(request.param)


@pytest.fixture(scope="module", params=coins.REGULATED)
def regulated(request, built):
    return built(request.param)


@pytest.fixture(scope="module")
def enforcer():
    return accounts[coins.ENFORCER]
