"""Who enters the desk on the web, what was done there, and answers that wait some seconds to leave."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _number(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _when(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=nullable)


def _of_member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["member_id"], ["staff_members.id"], name=f"fk_{table}_member_id")


def upgrade() -> None:
    op.create_table(
        "staff_accesses",
        _number("member_id"),
        _word("role"),
        _when("granted_at"),
        _when("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("member_id", name="pk_staff_accesses"),
        _of_member("staff_accesses"),
    )
    op.create_table(
        "staff_links",
        _number("id"),
        _number("member_id"),
        _word("kind"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _when("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_links"),
        _of_member("staff_links"),
        sa.UniqueConstraint("token_hash", name="uq_staff_links_token_hash"),
    )
    op.create_index("ix_staff_links_member_id", "staff_links", ["member_id"])
    op.create_table(
        "staff_sessions",
        _number("id"),
        _number("member_id"),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        _text("device"),
        _when("begun_at"),
        _when("seen_at"),
        _when("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_sessions"),
        _of_member("staff_sessions"),
        sa.UniqueConstraint("key_hash", name="uq_staff_sessions_key_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_sessions_member_id", "staff_sessions", ["member_id"])
    op.create_table(
        "audit_log",
        _number("id"),
        _when("happened_at"),
        _number("member_id", nullable=True),
        _word("action"),
        _word("subject", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_log_happened_at", "audit_log", ["happened_at"])
    _create_held_answers()


def _create_held_answers() -> None:
    op.create_table(
        "held_answers",
        _number("id"),
        _number("member_id"),
        _word("about"),
        _number("recipient_id"),
        _text("text"),
        _word("status"),
        _when("written_at"),
        _when("due_at"),
        _text("reason"),
        sa.PrimaryKeyConstraint("id", name="pk_held_answers"),
        _of_member("held_answers"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name="fk_held_answers_recipient_id"),
        sqlite_autoincrement=True,
    )
    held = sa.text("status = 'held'")
    op.create_index("ix_held_answers_due", "held_answers", ["due_at"], sqlite_where=held, postgresql_where=held)
    op.create_index("ix_held_answers_about", "held_answers", ["about"])
    op.create_index("ix_held_answers_recipient_id", "held_answers", ["recipient_id"])


def downgrade() -> None:
    for name in ("held_answers", "audit_log", "staff_sessions", "staff_links", "staff_accesses"):
        op.drop_table(name)
