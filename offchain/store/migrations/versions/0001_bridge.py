"""The tables of the bridge, as 0001_bridge.sql has them."""

from alembic import op

from offchain.store.migrations import statements

revision, down_revision, branch_labels, depends_on = "0001", None, None, None


def upgrade() -> None:
    """Make them."""
    for statement in statements(__file__, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for name in ("cursors", "attested_counts", "attested_blocks", "cross_chain_payments", "attempts", "transactions"):
        op.drop_table(name)
