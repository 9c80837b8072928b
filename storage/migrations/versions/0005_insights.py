"""What editors learn from: counts of entries without anybody, and the questions that were not answered at once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _identifier(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "entry_counts",
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("helpful", sa.Integer(), nullable=False),
        sa.Column("unhelpful", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "day", name="pk_entry_counts"),
    )
    op.create_table(
        "question_log",
        _identifier("id"),
        _identifier("recipient_id"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("guesses", sa.Text(), nullable=False),
        sa.Column("was_offered", sa.Boolean(), nullable=False),
        sa.Column("picked", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_question_log"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name="fk_question_log_recipient_id"),
    )
    op.create_index("ix_question_log_recipient_id", "question_log", ["recipient_id"])
    op.create_index("ix_question_log_asked_at", "question_log", ["asked_at"])


def downgrade() -> None:
    op.drop_table("question_log")
    op.drop_table("entry_counts")
