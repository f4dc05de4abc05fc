"""The tables. A change here needs a migration: a test compares the two."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, Numeric, String, TypeDecorator
from sqlalchemy.schema import Column, ForeignKey, MetaData, Table, UniqueConstraint

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


def _required(kind: Any, *names: str) -> list[Column[Any]]:
    return [Column(name, kind, nullable=False) for name in names]


transactions = Table(
    "transactions",
    metadata,
    Column("id", Id, primary_key=True),
    *_required(BigInteger, "chain_id", "nonce"),
    *_required(String(42), "sender", "target"),
    *_required(String(128), "intent"),
    *_required(LargeBinary, "calldata"),
    *_required(Units, "value"),
    Column("gas", BigInteger),
    Column("status", String(20), nullable=False, index=True),
    Column("transaction_hash", String(66)),
    Column("block_number", BigInteger),
    UniqueConstraint("chain_id", "sender", "nonce"),  # the fence against a second writer with the same key
    UniqueConstraint("chain_id", "sender", "intent"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("transaction_id", BigInteger, ForeignKey("transactions.id"), nullable=False, index=True),
    *_required(BigInteger, "nonce", "gas"),
    *_required(Units, "tip", "cap"),
    *_required(String(66), "hash"),
    *_required(LargeBinary, "raw"),
    *_required(Boolean, "is_noop"),
)

cross_chain_payments = Table(
    "cross_chain_payments",
    metadata,
    Column("id", Id, primary_key=True),
    *_required(String(66), "route"),
    *_required(BigInteger, "nonce", "timestamp"),  # the source block's, in Unix seconds
    *_required(String(64), "source_chain", "target_chain"),
    *_required(String(42), "sender", "token_address", "bridge_contract"),
    *_required(Units, "amount"),
    Column("recipient", String(42), nullable=False, index=True),
    Column("status", String(20), nullable=False, index=True),
    Column("source_transaction", String(66)),
    Column("target_transaction", String(66)),
    Column("rest", Units),  # what of it waits at its destination, and until when, in Unix seconds
    Column("ready_at", BigInteger),
    UniqueConstraint("route", "nonce"),
)

# What an attestor said, kept before it is said: a block of a route has one hash and count, a count has one state.
attested_blocks = Table(
    "attested_blocks",
    metadata,
    Column("signer", String(42), primary_key=True),
    Column("route", String(66), primary_key=True),
    Column("block_number", BigInteger, primary_key=True),
    *_required(String(66), "block_hash"),
    *_required(BigInteger, "count"),
)

attested_counts = Table(
    "attested_counts",
    metadata,
    Column("signer", String(42), primary_key=True),
    Column("route", String(66), primary_key=True),
    Column("count", BigInteger, primary_key=True),
    *_required(String(66), "acc"),
    *_required(Units, "cumulative"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(128), primary_key=True),
    *_required(BigInteger, "block_number"),
    *_required(String(66), "block_hash"),
)
