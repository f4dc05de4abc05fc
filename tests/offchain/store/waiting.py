"""When a transaction stands in line behind another."""

import asyncio

from sqlalchemy import text

_BLOCKED = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def until_another_waits(database, seconds=60):
    """Until one waits for a lock; on SQLite, whose writers take turns, until it could."""
    if database.engine.dialect.name == "sqlite":
        await asyncio.sleep(0)
        return
    async with asyncio.timeout(seconds):
        while True:
            async with database.reading() as connection:
                if await connection.scalar(_BLOCKED):
                    return
