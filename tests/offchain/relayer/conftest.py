"""Chains of these tests' own: Brownie's chain, and the contracts on it, are not touched."""

import asyncio
import contextlib
import itertools
import threading

import pytest

from tests.offchain import servers
from tests.offchain.bridge_chains import ATTESTORS, stage
from tests.offchain.relayer.stage import Attestor, Relayer, environment

_names = (f"relayer_{i}" for i in itertools.count())


@pytest.fixture(scope="session")
def fast_chain():
    """Nothing to speed up."""


@pytest.fixture
def isolation():
    """Nothing to undo."""


@pytest.fixture(scope="session")
def postgres():
    with servers.postgres() as server:
        yield server


@pytest.fixture
def bridge(tmp_path):
    with stage(tmp_path) as made:
        yield made


@pytest.fixture
def attestors(bridge):
    """Three that answer, in a loop of their own thread: the tests wait for processes."""
    made = [Attestor(bridge, account) for account in ATTESTORS]
    loop = asyncio.new_event_loop()
    stack = contextlib.AsyncExitStack()

    async def begin():
        for attestor in made:
            await stack.enter_async_context(attestor.serving())

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(begin(), loop).result()
    yield made
    asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path}/relayer.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, sqlite_url):
    return sqlite_url if request.param == "sqlite" else request.getfixturevalue("postgres").new(next(_names))


@pytest.fixture
def relayers(bridge, attestors, tmp_path):
    """Makes relayers, that end with the test."""
    made = []

    def make(database_url, **changes):
        told = environment(bridge, database_url, attestors, **changes)
        made.append(Relayer(told, tmp_path / f"relayer{len(made)}.log"))
        return made[-1]

    yield make
    for relayer in made:
        if relayer.process and relayer.process.poll() is None:
            relayer.kill()


@pytest.fixture
def relayer(relayers, sqlite_url):
    """One that runs."""
    made = relayers(sqlite_url)
    made.start()
    return made
