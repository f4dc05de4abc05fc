"""The world of odd tokens, once a module."""

import pytest

from tests.unit.oddities.world import World


@pytest.fixture(scope="module")
def world(deployer, governor, fee_recipient, processor, secure):
    return World(deployer, governor, fee_recipient, processor, secure)
