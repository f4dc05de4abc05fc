"""A limiter with open doors, and what one slot of it holds."""

import pytest
from brownie import web3
from eth_abi import encode
from eth_utils import keccak

from tests.support import at


@pytest.fixture(scope="module")
def limiter(deploy):
    return deploy("LimitedOutflow")


@pytest.fixture(scope="module")
def asset(token):
    return token.address


@pytest.fixture
def consume(limiter):
    """Consume of an asset and say whether it was granted; at a given second, if one is named."""

    def consume(asset, amount, second=None):
        if second is not None:
            at(second)
        return limiter.consume(asset, amount).events["Answered"]["granted"]

    return consume


@pytest.fixture
def configure(limiter):
    """Set the limit of an asset and say at what second."""

    def configure(asset, capacity, refill_seconds, second=None):
        if second is not None:
            at(second)
        return limiter.configureLimit(asset, capacity, refill_seconds).timestamp

    return configure


@pytest.fixture
def slot_of(limiter):
    """The word that holds an asset's bucket, read from storage."""

    def slot_of(asset):
        slot = keccak(encode(["address", "uint256"], [asset, 0]))
        return bytes(web3.eth.get_storage_at(limiter.address, int.from_bytes(slot, "big")))

    return slot_of
