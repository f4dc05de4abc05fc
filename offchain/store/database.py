"""A connection to the database, its migrations, and transactions that are durable when they are over."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from offchain.core.refusal import Refusal

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
MIGRATIONS = Path(__file__).parent / "migrations"
_PATIENCE = {"timeout": 10, "command_timeout": 20}  # seconds: a server that is silent is down, too
_READING = "quittance_reading"
# FULL: a commit that a crash of the machine could undo would let a broadcast transaction be forgotten
_PRAGMAS = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


class InvalidDatabase(Refusal):
    """The address is not one of a database that can be used."""


class DatabaseDown(Refusal):
    """The database does not answer, or was lost on the way: what was asked may or may not have been done."""


class Database:
    """A database by its address: `sqlite:///path` or `postgresql://user:password@host/name`.

    Errors: InvalidDatabase, which does not repeat the address, since it may hold a password.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            query = {"ssl" if name == "sslmode" else name: value for name, value in parsed.query.items()}
            parsed = parsed.set(drivername=_DRIVERS[parsed.drivername.partition("+")[0]], query=query)
        except (ArgumentError, KeyError):
            raise InvalidDatabase("a database's address begins with sqlite:/// or with postgresql://") from None
        patience = {} if parsed.drivername == _DRIVERS["sqlite"] else _PATIENCE
        self.engine = create_async_engine(parsed, pool_pre_ping=True, connect_args=patience)
        self._turn: AbstractAsyncContextManager[object] = nullcontext()
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _open_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
            self._turn = asyncio.Lock()  # SQLite has one writer; its own way to wait for it is to look now and then

    async def migrate(self, revision: str = "head") -> None:
        """Bring the schema up to date; of many that try at once, one does. Errors: DatabaseDown."""
        async with self.writing() as connection:
            await connection.run_sync(_upgrade, revision)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, on disk once the block is left, undone if that raises. Errors: DatabaseDown."""
        with _faults():
            async with self._turn, self.engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One state of the database, which nobody waits for. Errors: DatabaseDown."""
        with _faults():
            async with self.engine.connect() as connection:
                yield await connection.execution_options(**{_READING: True})

    async def close(self) -> None:
        """Let go of all connections."""
        await self.engine.dispose()


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise
    except (DBAPIError, NoConnection, OSError) as error:
        cause = getattr(error, "orig", error)
        raise DatabaseDown(f"the database does not do it: {type(cause).__name__} {cause}") from error


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins no transaction: _begin_sqlite does
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that will write takes the lock first: one that needs it later would fail instead of waiting."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(_READING) else "BEGIN IMMEDIATE")


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
