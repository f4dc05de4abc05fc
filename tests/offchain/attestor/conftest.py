"""Chains of these tests' own: Brownie's chain, and the contracts on it, are not touched."""

import asyncio
import contextlib
import itertools
import threading

import pytest

from tests.offchain import servers
from tests.offchain.attestor.process import Attestor
from tests.offchain.bridge_chains import ATTESTORS, stage

_names = (f"attestor_{i}" for i in itertools.count())


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
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path}/attestor.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, sqlite_url):
    return sqlite_url if request.param == "sqlite" else request.getfixturevalue("postgres").new(next(_names))


@pytest.fixture
def attestors(bridge, tmp_path):
    """Makes attestors with the first of the three keys, that end with the test."""
    made = []

    def make(database_url, kind=Attestor, **changes):
        key = {"QUITTANCE_DEVELOPMENT_KEY": f"0x{bytes(ATTESTORS[0].key).hex()}"}
        environment = bridge.environment(database_url, **key | changes)
        made.append(kind(environment, tmp_path / f"attestor{len(made)}.log"))
        return made[-1]

    yield make
    for attestor in made:
        if attestor.process and attestor.process.poll() is None:
            attestor.kill()


@pytest.fixture
def attestor(attestors, sqlite_url):
    """One that runs."""
    made = attestors(sqlite_url)
    made.start()
    return made


@pytest.fixture
def proxies():
    """Makes proxies, in a loop of their own thread: the tests wait for processes."""
    loop, stack = asyncio.new_event_loop(), contextlib.AsyncExitStack()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def make(upstream, **faults):
        opened = stack.enter_async_context(servers.proxy(upstream, **faults))
        return asyncio.run_coroutine_threadsafe(opened, loop).result()

    yield make
    asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
