"""The tables of the bridge."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Numeric, String
from sqlalchemy.schema import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.types import TypeEngine

revision, down_revision, branch_labels, depends_on = "0001", None, None, None

_ID = BigInteger().with_variant(Integer(), "sqlite")
_UNITS = Numeric(78, 0).with_variant(String(78), "sqlite")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "transactions",
        Column("id", _ID, nullable=False),
        *_required(BigInteger(), "chain_id", "nonce"),
        *_required(String(42), "sender", "target"),
        Column("intent", String(128), nullable=False),
        Column("calldata", LargeBinary(), nullable=False),
        Column("value", _UNITS, nullable=False),
        Column("gas", BigInteger()),
        Column("status", String(20), nullable=False),
        Column("transaction_hash", String(66)),
        Column("block_number", BigInteger()),
        PrimaryKeyConstraint("id", name="pk_transactions"),
        UniqueConstraint("chain_id", "sender", "intent", name="uq_transactions_chain_id_sender_intent"),
        UniqueConstraint("chain_id", "sender", "nonce", name="uq_transactions_chain_id_sender_nonce"),
    )
    op.create_index("ix_transactions_status", "transactions", ["status"])
    op.create_table(
        "attempts",
        Column("id", _ID, nullable=False),
        Column("transaction_id", _ID, nullable=False),
        *_required(BigInteger(), "nonce", "gas"),
        *_required(_UNITS, "tip", "cap"),
        Column("hash", String(66), nullable=False),
        Column("raw", LargeBinary(), nullable=False),
        Column("is_noop", Boolean(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_attempts"),
        ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name="fk_attempts_transaction_id"),
    )
    op.create_index("ix_attempts_transaction_id", "attempts", ["transaction_id"])
    op.create_table(
        "cross_chain_payments",
        Column("id", _ID, nullable=False),
        *_required(String(66), "route"),
        *_required(BigInteger(), "nonce", "timestamp"),
        *_required(String(64), "source_chain", "target_chain"),
        *_required(String(42), "sender", "recipient", "token_address", "bridge_contract"),
        Column("amount", _UNITS, nullable=False),
        Column("status", String(20), nullable=False),
        Column("source_transaction", String(66)),
        Column("target_transaction", String(66)),
        PrimaryKeyConstraint("id", name="pk_cross_chain_payments"),
        UniqueConstraint("route", "nonce", name="uq_cross_chain_payments_route_nonce"),
    )
    op.create_index("ix_cross_chain_payments_recipient", "cross_chain_payments", ["recipient"])
    op.create_index("ix_cross_chain_payments_status", "cross_chain_payments", ["status"])
    op.create_table(
        "attested_blocks",
        Column("signer", String(42), nullable=False),
        *_required(String(66), "route", "block_hash"),
        *_required(BigInteger(), "block_number", "count"),
        PrimaryKeyConstraint("signer", "route", "block_number", name="pk_attested_blocks"),
    )
    op.create_table(
        "attested_counts",
        Column("signer", String(42), nullable=False),
        *_required(String(66), "route", "acc"),
        Column("count", BigInteger(), nullable=False),
        Column("cumulative", _UNITS, nullable=False),
        PrimaryKeyConstraint("signer", "route", "count", name="pk_attested_counts"),
    )
    op.create_table(
        "cursors",
        Column("name", String(128), nullable=False),
        Column("block_number", BigInteger(), nullable=False),
        Column("block_hash", String(66), nullable=False),
        PrimaryKeyConstraint("name", name="pk_cursors"),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("cursors", "attested_counts", "attested_blocks", "cross_chain_payments", "attempts", "transactions"):
        op.drop_table(name)


def _required(kind: TypeEngine[Any], *names: str) -> list[Column[Any]]:
    return [Column(name, kind, nullable=False) for name in names]
