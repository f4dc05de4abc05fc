"""Chains and proxies of these tests' own: Brownie's chain, and the contracts on it, are not touched."""

from contextlib import AsyncExitStack

import aiohttp
import pytest

from offchain.chain.follower import Follower
from offchain.chain.quorum import Quorum
from offchain.chain.rpc import Source
from tests.offchain import servers
from tests.offchain.bridge_chains import NEAR, stage


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
def _bridge(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("bridge")) as made:
        for each in (made.near, made.far):
            each.hold(automine=True)
        yield made


@pytest.fixture
def bridge(_bridge):
    """A vault and its token, each on its chain, of which nothing has left yet; each transaction has a block."""
    chains = (_bridge.near, _bridge.far)
    kept = [each.rpc("evm_snapshot") for each in chains]
    yield _bridge
    for each, snapshot in zip(chains, kept, strict=True):
        each.hold(automine=True)
        assert each.rpc("evm_revert", snapshot)


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
