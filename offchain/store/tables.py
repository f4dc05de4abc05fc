"""The tables. A change here needs a migration: a test compares the two."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, Numeric, String, TypeDecorator
from sqlalchemy.schema import Column, ForeignKey, Index, MetaData, Table, UniqueConstraint

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
    | {"fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"}
)


class Units(TypeDecorator[int]):
    """An amount of up to 256 bits in base units; SQLite, whose numbers end at 64 bits, keeps its digits."""

    impl = Numeric(78, 0).with_variant(String(78), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Any) -> Any:
        """As the database takes it."""
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Any) -> int | None:
        """As the program wants it."""
        return None if value is None else int(value)


Id = BigInteger().with_variant(Integer, "sqlite")  # the only type that SQLite numbers by itself

transactions = Table(
    "transactions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chain_id", BigInteger, nullable=False),
    Column("sender", String(42), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("intent", String(128), nullable=False),
    Column("target", String(42), nullable=False),
    Column("calldata", LargeBinary, nullable=False),
    Column("value", Units, nullable=False),
    Column("gas", BigInteger),
    Column("status", String(20), nullable=False),
    Column("transaction_hash", String(66)),
    Column("block_number", BigInteger),
    UniqueConstraint("chain_id", "sender", "nonce"),  # the fence against a second writer with the same key
    UniqueConstraint("chain_id", "sender", "intent"),
    Index(None, "status"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("transaction_id", Id, ForeignKey("transactions.id"), nullable=False, index=True),
    Column("nonce", BigInteger, nullable=False),
    Column("hash", String(66), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("gas", BigInteger, nullable=False),
    Column("tip", Units, nullable=False),
    Column("cap", Units, nullable=False),
    Column("is_noop", Boolean, nullable=False),
)

cross_chain_payments = Table(
    "cross_chain_payments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("route", String(66), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("source_chain", String(64), nullable=False),
    Column("target_chain", String(64), nullable=False),
    Column("sender", String(42), nullable=False),
    Column("recipient", String(42), nullable=False),
    Column("amount", Units, nullable=False),
    Column("token_address", String(42), nullable=False),
    Column("bridge_contract", String(42), nullable=False),
    Column("status", String(20), nullable=False),
    Column("timestamp", BigInteger, nullable=False),  # of the source block, Unix seconds
    Column("source_transaction", String(66)),
    Column("target_transaction", String(66)),
    UniqueConstraint("route", "nonce"),
    Index(None, "status"),
    Index(None, "recipient"),
)

# What an attestor said, kept before it is said: a block of a route has one hash and state, a count has one state.
attested_blocks = Table(
    "attested_blocks",
    metadata,
    Column("signer", String(42), primary_key=True),
    Column("route", String(66), primary_key=True),
    Column("block_number", BigInteger, primary_key=True),
    Column("block_hash", String(66), nullable=False),
    Column("count", BigInteger, nullable=False),
)

attested_counts = Table(
    "attested_counts",
    metadata,
    Column("signer", String(42), primary_key=True),
    Column("route", String(66), primary_key=True),
    Column("count", BigInteger, primary_key=True),
    Column("acc", String(66), nullable=False),
    Column("cumulative", Units, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", String(66), nullable=False),
)
