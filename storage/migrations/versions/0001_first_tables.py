"""The first tables: vault, recipients, conversations, inbox, outbox, team_questions.

A step describes the database as it was then, in plain types: an encrypted column is a text to the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_PENDING = sa.text("status = 'pending'")


def _identifier(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _date(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _of_recipient(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name=f"fk_{table}_recipient_id")


def upgrade() -> None:
    op.create_table(
        "vault",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("pepper"),
        sa.PrimaryKeyConstraint("id", name="pk_vault"),
    )
    op.create_table(
        "recipients",
        _identifier("id"),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        _text("address"),
        _date("created_at"),
        _date("blocked_at", nullable=True),
        sa.Column("blocked_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recipients"),
        sa.UniqueConstraint("channel", "address_hash", name="uq_recipients_channel_address_hash"),
    )
    op.create_table(
        "conversations",
        _identifier("recipient_id"),
        _text("state"),
        _date("updated_at"),
        _text("unreadable_state", nullable=True),
        sa.PrimaryKeyConstraint("recipient_id", name="pk_conversations"),
        _of_recipient("conversations"),
    )
    op.create_table(
        "inbox",
        _identifier("id"),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("update_id", sa.String(), nullable=False),
        _identifier("recipient_id"),
        _text("text"),
        _text("choice", nullable=True),
        _date("received_at"),
        _date("handled_at"),
        sa.Column("status", sa.String(), nullable=False),
        _text("error", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("channel", "update_id", name="uq_inbox_channel_update_id"),
        _of_recipient("inbox"),
    )
    op.create_index("ix_inbox_recipient_id", "inbox", ["recipient_id"])
    op.create_table(
        "outbox",
        _identifier("id"),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        _identifier("recipient_id"),
        _text("content"),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _date("created_at"),
        _date("due_at"),
        _date("finished_at", nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        _of_recipient("outbox"),
    )
    for name, columns in (("ix_outbox_due", ["channel", "due_at"]), ("ix_outbox_lane", ["recipient_id", "id"])):
        op.create_index(name, "outbox", columns, sqlite_where=_PENDING, postgresql_where=_PENDING)
    op.create_index("ix_outbox_recipient_id", "outbox", ["recipient_id"])
    op.create_table(
        "team_questions",
        _identifier("id"),
        sa.Column("key", sa.String(), nullable=False),
        _identifier("recipient_id"),
        _text("question"),
        _text("guesses"),
        _date("asked_at"),
        sa.PrimaryKeyConstraint("id", name="pk_team_questions"),
        sa.UniqueConstraint("key", name="uq_team_questions_key"),
        _of_recipient("team_questions"),
    )
    op.create_index("ix_team_questions_recipient_id", "team_questions", ["recipient_id"])


def downgrade() -> None:
    for table in ("team_questions", "outbox", "inbox", "conversations", "recipients", "vault"):
        op.drop_table(table)
