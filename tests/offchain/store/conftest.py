"""Each test of the store runs on SQLite and on a real PostgreSQL server."""

import itertools

import pytest

from offchain.store.database import Database
from tests.offchain import servers

_names = (f"quittance_{i}" for i in itertools.count())


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


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/quittance.db"
    return request.getfixturevalue("postgres").new(next(_names))


@pytest.fixture
async def empty(url):
    """A database without tables."""
    made = Database(url)
    yield made
    await made.close()


@pytest.fixture
async def database(empty):
    await empty.migrate()
    return empty
