"""A server that is there and says nothing is down, too; and what became of a commit that it did not answer shows."""

import asyncio
import os
import signal
import subprocess

import pytest
from sqlalchemy import text

from offchain.store import database as module
from offchain.store.database import Database, DatabaseDown
from offchain.store.records import find_cursor, keep_cursor
from tests.offchain import servers


@pytest.fixture
async def database(monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", {"timeout": 1, "command_timeout": 1})
    with servers.postgres() as server:
        made = Database(server.url)
        await made.migrate()
        made.server = server
        yield made
        await made.close()


def freeze(server):
    """Stop all processes of the server where they are; who makes them go on."""
    listed = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=True)
    frozen = [server.process.pid, *map(int, listed.stdout.split())]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)

    def thaw():
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)

    return thaw


async def test_a_server_that_says_nothing_is_down_until_it_speaks(database):
    await keep_cursor(database, "a", 1, "")
    thaw = freeze(database.server)
    try:
        for _ in range(2):
            with pytest.raises(DatabaseDown, match="TimeoutError"):
                await keep_cursor(database, "b", 1, "")
            with pytest.raises(DatabaseDown, match="TimeoutError"):
                await find_cursor(database, "a")
    finally:
        thaw()
    assert await find_cursor(database, "a") == (1, "")
    await keep_cursor(database, "c", 1, "")


async def test_who_gets_no_connection_meanwhile_finds_it_down_too(database):
    database.engine.pool._timeout = 0.2  # seconds that one waits for a connection
    thaw = freeze(database.server)
    try:
        asked = (find_cursor(database, str(i)) for i in range(40))  # more than there are connections
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
    finally:
        thaw()
    assert {type(outcome) for outcome in outcomes} == {DatabaseDown}
    assert any("QueuePool" in str(outcome) for outcome in outcomes)
    assert await find_cursor(database, "a") is None


async def test_a_commit_without_an_answer_is_said_to_be_open_and_shows_afterwards(database):
    thaw = None
    try:
        with pytest.raises(DatabaseDown, match="TimeoutError"):
            async with database.writing() as connection:
                await connection.execute(text("INSERT INTO cursors VALUES ('a', 1, '')"))
                thaw = freeze(database.server)
    finally:
        thaw()
    assert await find_cursor(database, "a") in ((1, ""), None)
    await keep_cursor(database, "a", 2, "")
    assert await find_cursor(database, "a") == (2, "")


async def test_an_address_that_asks_for_an_encrypted_connection_is_understood():
    with servers.postgres() as server:  # it has no certificate, so who insists is not served
        for name in ("sslmode", "ssl"):
            insisting = Database(f"{server.url}?{name}=require")
            with pytest.raises(DatabaseDown, match="SSL"):
                await find_cursor(insisting, "a")
            await insisting.close()
        easy = Database(f"{server.url}?sslmode=prefer")
        await easy.migrate()
        assert await find_cursor(easy, "a") is None
        await easy.close()
