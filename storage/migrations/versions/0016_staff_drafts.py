"""What the staff wrote and has still to be sent or kept as a note; what they took back."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _identifier(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def upgrade() -> None:
    op.add_column("thread_messages", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attachments", sa.Column("source", sa.String(), nullable=True))
    op.create_table(
        "staff_drafts",
        _identifier("id"),
        _identifier("recipient_id"),
        sa.Column("member_hash", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("album", sa.String(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fate", sa.String(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_drafts"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name="fk_staff_drafts_recipient_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_drafts_recipient_id_member_hash", "staff_drafts", ["recipient_id", "member_hash"])
    op.create_index("ix_staff_drafts_written_at", "staff_drafts", ["written_at"])


def downgrade() -> None:
    op.drop_table("staff_drafts")
    op.drop_column("attachments", "source")
    op.drop_column("thread_messages", "withdrawn_at")
