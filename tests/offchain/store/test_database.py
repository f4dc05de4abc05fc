"""One schema on both databases, and transactions that last or leave nothing."""

import asyncio
import signal
import sqlite3
import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from offchain.store import database as module
from offchain.store.database import Database, DatabaseDown, InvalidDatabase
from offchain.store.records import find_cursor, keep_cursor
from offchain.store.tables import metadata
from tests.offchain import servers


async def tables_of(database):
    async with database.reading() as connection:
        return await connection.run_sync(lambda c: set(inspect(c).get_table_names()))


async def test_the_migrations_make_the_tables_as_they_are_written(database):
    async with database.reading() as connection:
        assert not await connection.run_sync(lambda c: compare_metadata(MigrationContext.configure(c), metadata))
    assert await tables_of(database) == set(metadata.tables) | {"alembic_version"}


async def test_the_comparison_sees_a_difference(database):
    async with database.writing() as connection:
        await connection.execute(text("ALTER TABLE cursors ADD COLUMN extra INTEGER"))
        await connection.execute(text("DROP INDEX ix_transactions_status"))
    async with database.reading() as connection:
        found = await connection.run_sync(lambda c: compare_metadata(MigrationContext.configure(c), metadata))
    assert {entry[0] for entry in found} == {"remove_column", "add_index"}


async def test_a_unique_constraint_stands_in_both(database):
    async with database.reading() as connection:
        found = await connection.run_sync(lambda c: inspect(c).get_unique_constraints("transactions"))
    assert {tuple(entry["column_names"]) for entry in found} == {
        ("chain_id", "sender", "nonce"),
        ("chain_id", "sender", "intent"),
    }


async def test_to_migrate_again_changes_nothing(database):
    await keep_cursor(database, "a", 1, "0x1")
    await database.migrate()
    assert await find_cursor(database, "a") == (1, "0x1")


async def test_many_processes_that_migrate_at_once_make_one_schema(empty, url):
    program = (
        "import asyncio, sys; from offchain.store.database import Database as D; asyncio.run(D(sys.argv[1]).migrate())"
    )
    others = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(4)]
    assert [other.wait() for other in others] == [0] * 4
    assert await tables_of(empty) == set(metadata.tables) | {"alembic_version"}


async def test_the_migrations_can_be_undone(database):
    def downgrade(connection):
        config = Config()
        config.set_main_option("script_location", str(module.MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    async with database.writing() as connection:
        await connection.run_sync(downgrade)
    assert await tables_of(database) == {"alembic_version"}
    await database.migrate()
    assert await tables_of(database) == set(metadata.tables) | {"alembic_version"}


async def test_a_migration_that_fails_leaves_nothing(empty):
    async with empty.writing() as connection:
        await connection.execute(text("CREATE TABLE cursors (a INTEGER)"))
    with pytest.raises(Exception, match="cursors"):
        await empty.migrate()
    assert "transactions" not in await tables_of(empty)


async def test_what_raises_is_undone(database):
    with pytest.raises(ZeroDivisionError):
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO cursors VALUES ('a', 1, '0x1')"))
            raise ZeroDivisionError
    assert await find_cursor(database, "a") is None


async def test_a_broken_constraint_is_not_taken_for_a_database_that_is_down(database):
    with pytest.raises(IntegrityError):
        async with database.writing() as connection:
            for _ in range(2):
                await connection.execute(text("INSERT INTO cursors VALUES ('a', 1, '0x1')"))


async def test_a_reader_waits_for_no_writer(database):
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO cursors VALUES ('a', 1, '0x1')"))
        assert await asyncio.wait_for(find_cursor(database, "a"), 2) is None
    assert await find_cursor(database, "a") == (1, "0x1")


async def test_writers_wait_for_each_other(database):
    async def write(i):
        async with database.writing() as connection:
            count = (await connection.execute(text("SELECT count(*) FROM cursors"))).scalar()
            await connection.execute(text(f"INSERT INTO cursors VALUES ('{i}', {count}, '')"))

    await asyncio.gather(*map(write, range(12)))
    assert all([await find_cursor(database, str(i)) for i in range(12)])


async def test_what_is_committed_outlives_a_killed_process(database, url):
    """It commits once, leaves a second transaction open, and is killed."""
    program = (
        "import asyncio, os, signal, sys\n"
        "from sqlalchemy import text\n"
        "from offchain.store.database import Database\n"
        "async def main():\n"
        "    database = Database(sys.argv[1])\n"
        "    async with database.writing() as c: await c.execute(text(\"INSERT INTO cursors VALUES ('a', 1, '')\"))\n"
        "    async with database.writing() as c:\n"
        "        await c.execute(text(\"INSERT INTO cursors VALUES ('b', 1, '')\"))\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    assert subprocess.run([sys.executable, "-c", program, url]).returncode == -signal.SIGKILL
    assert await find_cursor(database, "a") == (1, "") and await find_cursor(database, "b") is None
    await keep_cursor(database, "c", 1, "")


async def test_sqlite_writes_ahead_and_through(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/a.db")
    async with database.reading() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar() == value
    await database.close()


async def test_a_locked_sqlite_is_down_not_broken(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PRAGMAS", (*module._PRAGMAS, "busy_timeout=50"))
    database = Database(f"sqlite:///{tmp_path}/a.db")
    await database.migrate()
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseDown, match="OperationalError"):
        await keep_cursor(database, "a", 1, "")
    other.execute("ROLLBACK")
    await keep_cursor(database, "a", 1, "")
    other.close()
    await database.close()


@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGINT], ids=["crash", "stop"])
async def test_a_server_that_was_down_is_used_again_when_it_is_back(how):
    with servers.postgres() as server:
        database = Database(server.url)
        await database.migrate()
        await keep_cursor(database, "a", 1, "0x1")
        server.stop(how)
        for _ in range(3):
            with pytest.raises(DatabaseDown):
                await keep_cursor(database, "b", 2, "0x2")
            with pytest.raises(DatabaseDown):
                await find_cursor(database, "a")
        server.start()
        assert await find_cursor(database, "a") == (1, "0x1") and await find_cursor(database, "b") is None
        await keep_cursor(database, "b", 2, "0x2")
        await database.close()


async def test_a_server_lost_in_a_transaction_is_down_and_undoes_it():
    with servers.postgres() as server:
        database = Database(server.url)
        await database.migrate()
        with pytest.raises(DatabaseDown):
            async with database.writing() as connection:
                await connection.execute(text("INSERT INTO cursors VALUES ('a', 1, '')"))
                server.stop()
                await connection.execute(text("INSERT INTO cursors VALUES ('b', 1, '')"))
        server.start()
        assert await find_cursor(database, "a") is None
        await database.close()


@pytest.mark.parametrize("url", ["", "quittance.db", "mysql://user:secret@host/name", "redis://:secret@host"])
def test_an_address_of_another_kind_is_refused_and_not_repeated(url):
    with pytest.raises(InvalidDatabase) as refused:
        Database(url)
    assert "secret" not in str(refused.value)
