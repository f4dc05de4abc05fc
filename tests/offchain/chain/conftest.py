"""Chains and proxies of these tests' own: Brownie's chain, and the contracts on it, are not touched."""

import aiohttp
import pytest

from offchain.chain.quorum import Quorum
from offchain.chain.rpc import Source
from tests.offchain import servers


@pytest.fixture(scope="session")
def fast_chain():
    """Nothing to speed up."""


@pytest.fixture
def isolation():
    """Nothing to undo."""


@pytest.fixture
def chain():
    """A chain that mines each transaction at once."""
    with servers.anvil() as made:
        yield made


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
def quorum_of(session):
    """A quorum of sources at these addresses; a majority of them unless said otherwise."""

    def make(*urls, quorum=None, timeout_seconds=5):
        sources = [Source(session, url, timeout_seconds) for url in urls]
        return Quorum(sources, quorum or len(sources) // 2 + 1)

    return make
