"""Requests to the press desk."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _identifier(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "press_requests",
        _identifier("id"),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        _identifier("recipient_id"),
        _identifier("thread_id"),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_press_requests"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name="fk_press_requests_recipient_id"),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name="fk_press_requests_thread_id"),
        sa.UniqueConstraint("key", name="uq_press_requests_key"),
        sa.UniqueConstraint("reference", name="uq_press_requests_reference"),
    )
    op.create_index("ix_press_requests_recipient_id", "press_requests", ["recipient_id"])
    op.create_index("ix_press_requests_thread_id", "press_requests", ["thread_id"])


def downgrade() -> None:
    op.drop_table("press_requests")
