"""Run by Alembic: migrate over the connection that it was handed, in that connection's transaction."""

from alembic import context
from sqlalchemy import text

from offchain.store.tables import metadata

_LOCK = 0x5155495454  # any number that is nobody else's

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
