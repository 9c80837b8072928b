"""The staff's group: topics, notes, what members are about to write, whom they do not let write; signals."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _identifier(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def upgrade() -> None:
    op.add_column("recipients", sa.Column("banned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("thread_messages", sa.Column("is_note", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "topics",
        _identifier("id"),
        _identifier("recipient_id"),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_topics"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name="fk_topics_recipient_id"),
        sa.UniqueConstraint("recipient_id", "about", name="uq_topics_recipient_id_about"),
    )
    op.create_index("ix_topics_recipient_id_topic", "topics", ["recipient_id", "topic"])
    op.create_table(
        "staff_orders",
        _identifier("id"),
        _identifier("recipient_id"),
        sa.Column("member_hash", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_orders"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name="fk_staff_orders_recipient_id"),
        sa.UniqueConstraint("recipient_id", "member_hash", name="uq_staff_orders_recipient_id_member_hash"),
    )
    op.create_table(
        "signals",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_signals"),
    )


def downgrade() -> None:
    op.drop_table("signals")
    op.drop_table("staff_orders")
    op.drop_table("topics")
    op.drop_column("thread_messages", "is_note")
    op.drop_column("recipients", "banned_at")
