"""The database: SQLite by default, PostgreSQL in production, one schema for both."""
