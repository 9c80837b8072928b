"""Documents that people and the staff send, and their bytes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WANTED = sa.text("status = 'wanted'")


def _identifier(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "attachments",
        _identifier("id"),
        sa.Column("key", sa.String(), nullable=False),
        _identifier("recipient_id"),
        _identifier("dossier_id", nullable=True),
        _identifier("thread_id", nullable=True),
        sa.Column("staff", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("album", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name="fk_attachments_recipient_id"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name="fk_attachments_dossier_id"),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name="fk_attachments_thread_id"),
        sa.UniqueConstraint("key", name="uq_attachments_key"),
    )
    op.create_index(
        "ix_attachments_due", "attachments", ["channel", "due_at"], sqlite_where=_WANTED, postgresql_where=_WANTED
    )
    for column in ("recipient_id", "dossier_id", "thread_id"):
        op.create_index(f"ix_attachments_{column}", "attachments", [column])
    op.create_table(
        "attachment_contents",
        _identifier("attachment_id"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("attachment_id", name="pk_attachment_contents"),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.id"], name="fk_attachment_contents_attachment_id"),
    )


def downgrade() -> None:
    op.drop_table("attachment_contents")
    op.drop_table("attachments")
