"""The world of odd tokens, once a module, and as good as new for every test."""

import time

import pytest

from tests.support import forget_the_time, rpc
from tests.unit.oddities.world import World


@pytest.fixture(scope="module")
def world(deployer, governor, fee_recipient, processor, secure):
    return World(deployer, governor, fee_recipient, processor, secure)


@pytest.fixture(autouse=True)
def isolation(module_isolation, world):
    """As everywhere, but without word to Brownie, which takes ten times as long: nothing here is Brownie's to know."""
    forget_the_time()
    snapshot = rpc("evm_snapshot")
    yield
    # anvil shows a receipt before it clears its pool, and would then take the next test's transaction for this one's
    while rpc("txpool_status")["pending"] != "0x0":
        time.sleep(0.001)
    rpc("evm_revert", snapshot)
