"""Dossiers, who may edit them, their history, the codes that share them, and the exchanges with the staff."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPEN = sa.text("status != 'closed'")


def _identifier(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _date(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _name(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    op.create_table(
        "dossiers",
        _identifier("id"),
        _name("reference"),
        _name("status"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("content"),
        _date("created_at"),
        _date("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_dossiers"),
        sa.UniqueConstraint("reference", name="uq_dossiers_reference"),
    )
    op.create_index("ix_dossiers_status", "dossiers", ["status"])
    op.create_table(
        "dossier_members",
        _identifier("id"),
        _identifier("dossier_id"),
        _identifier("recipient_id"),
        sa.Column("is_owner", sa.Boolean(), nullable=False),
        _date("joined_at"),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_members"),
        sa.UniqueConstraint("dossier_id", "recipient_id", name="uq_dossier_members_dossier_id_recipient_id"),
        _to("dossier_members", "dossier_id", "dossiers"),
        _to("dossier_members", "recipient_id", "recipients"),
    )
    op.create_index("ix_dossier_members_recipient_id", "dossier_members", ["recipient_id"])
    op.create_table(
        "dossier_events",
        _identifier("id"),
        _identifier("dossier_id"),
        _identifier("recipient_id", nullable=True),
        _text("content"),
        _date("happened_at"),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_events"),
        _to("dossier_events", "dossier_id", "dossiers"),
        _to("dossier_events", "recipient_id", "recipients"),
    )
    op.create_index("ix_dossier_events_dossier_id", "dossier_events", ["dossier_id"])
    op.create_index("ix_dossier_events_recipient_id", "dossier_events", ["recipient_id"])
    op.create_table(
        "access_codes",
        _identifier("id"),
        _identifier("dossier_id"),
        _name("kind"),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        _date("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_access_codes"),
        sa.UniqueConstraint("code_hash", name="uq_access_codes_code_hash"),
        sa.UniqueConstraint("dossier_id", "kind", name="uq_access_codes_dossier_id_kind"),
        _to("access_codes", "dossier_id", "dossiers"),
    )
    op.create_table(
        "threads",
        _identifier("id"),
        _identifier("recipient_id"),
        _identifier("dossier_id", nullable=True),
        _name("status"),
        _text("holder", nullable=True),
        _date("opened_at"),
        _date("active_at"),
        sa.PrimaryKeyConstraint("id", name="pk_threads"),
        _to("threads", "recipient_id", "recipients"),
        _to("threads", "dossier_id", "dossiers"),
    )
    op.create_index(
        "ix_threads_open", "threads", ["recipient_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index("ix_threads_recipient_id", "threads", ["recipient_id"])
    op.create_index("ix_threads_dossier_id", "threads", ["dossier_id"])
    op.create_table(
        "thread_messages",
        _identifier("id"),
        _identifier("thread_id"),
        _text("staff", nullable=True),
        _text("text"),
        _date("written_at"),
        sa.PrimaryKeyConstraint("id", name="pk_thread_messages"),
        _to("thread_messages", "thread_id", "threads"),
    )
    op.create_index("ix_thread_messages_thread_id", "thread_messages", ["thread_id"])


def downgrade() -> None:
    for table in ("thread_messages", "threads", "access_codes", "dossier_events", "dossier_members", "dossiers"):
        op.drop_table(table)
