"""What the desk keeps of work in hand: answers begun, orders for many rows, earlier texts of entries, to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def _of_member(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["member_id"], ["staff_members.id"], name=f"fk_{name}_member_id")


def upgrade() -> None:
    op.add_column("audit_log", sa.Column("to_member_id", _NUMBER, nullable=True))
    op.create_table(
        "answer_drafts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("member_id", _NUMBER, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("recipient_id", _NUMBER, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answer_drafts"),
        sa.UniqueConstraint("member_id", "about", "verb", name="uq_answer_drafts_member_id_about_verb"),
        _of_member("answer_drafts"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name="fk_answer_drafts_recipient_id"),
    )
    for column in ("about", "recipient_id", "written_at"):
        op.create_index(f"ix_answer_drafts_{column}", "answer_drafts", [column])
    op.create_table(
        "entry_texts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("member_id", _NUMBER, nullable=True),
        sa.Column("kept_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry_texts"),
        _of_member("entry_texts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_texts_entry_id", "entry_texts", ["entry_id"])
    _create_batches()


def _create_batches() -> None:
    op.create_table(
        "staff_batches",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("member_id", _NUMBER, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("done_at", _WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staff_batches"),
        sa.UniqueConstraint("member_id", "key", name="uq_staff_batches_member_id_key"),
        _of_member("staff_batches"),
        sqlite_autoincrement=True,
    )
    waits = sa.text("done_at IS NULL")
    op.create_index("ix_staff_batches_waits", "staff_batches", ["id"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "staff_batch_items",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("batch_id", _NUMBER, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_batch_items"),
        sa.UniqueConstraint("batch_id", "rank", name="uq_staff_batch_items_batch_id_rank"),
        sa.ForeignKeyConstraint(["batch_id"], ["staff_batches.id"], name="fk_staff_batch_items_batch_id"),
    )
    op.create_index("ix_staff_batch_items_about", "staff_batch_items", ["about"])


def downgrade() -> None:
    for name in ("staff_batch_items", "staff_batches", "entry_texts", "answer_drafts"):
        op.drop_table(name)
    with op.batch_alter_table("audit_log") as batch:
        batch.drop_column("to_member_id")
