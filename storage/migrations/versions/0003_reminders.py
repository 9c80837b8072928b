"""Reminders of the closing days, and the days they were planned for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PLANNED = sa.text("status = 'planned'")


def _identifier(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "reminders",
        _identifier("id"),
        _identifier("recipient_id"),
        sa.Column("wave", sa.String(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name="fk_reminders_recipient_id"),
        sa.UniqueConstraint("recipient_id", "wave", "closes_on", "days_before", name="uq_reminders_once"),
    )
    op.create_index("ix_reminders_due", "reminders", ["due_at"], sqlite_where=_PLANNED, postgresql_where=_PLANNED)
    op.create_index("ix_reminders_wave", "reminders", ["wave", "closes_on"])
    op.create_table(
        "wave_days",
        sa.Column("wave", sa.String(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("wave", name="pk_wave_days"),
    )


def downgrade() -> None:
    op.drop_table("wave_days")
    op.drop_table("reminders")
