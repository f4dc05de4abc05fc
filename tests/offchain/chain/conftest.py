"""Chains and proxies of these tests' own: Brownie's chain, and the contracts on it, are not touched."""

from contextlib import AsyncExitStack

import aiohttp
import pytest

from offchain.chain.follower import Follower
from offchain.chain.quorum import Quorum
from offchain.chain.rpc import Source
from tests.offchain import servers
from tests.offchain.chain.pair import FAR, NEAR, Pair


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


@pytest.fixture(scope="session")
def _pair():
    with servers.anvil() as near, servers.anvil(chain_id=FAR) as far:
        yield Pair(near, far)


@pytest.fixture
def pair(_pair):
    """A vault and its token, each on its chain, of which nothing has left yet."""
    chains = (_pair.near, _pair.far)
    kept = [chain.rpc("evm_snapshot") for chain in chains]
    yield _pair
    for chain, snapshot in zip(chains, kept, strict=True):
        assert chain.rpc("evm_revert", snapshot)


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


@pytest.fixture
async def proxies(chain):
    """Three ways to the same honest node, honest so far."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(servers.proxy(chain.url)) for _ in range(3)]


@pytest.fixture
def follower(quorum_of, proxies):
    """Believes two of three."""
    return Follower(quorum_of(*(proxy.url for proxy in proxies)), NEAR)


@pytest.fixture
def lonely(quorum_of, proxies):
    """Has one source alone: what that says is compared with nothing."""
    return Follower(quorum_of(proxies[0].url), NEAR)
