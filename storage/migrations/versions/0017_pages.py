"""Pages, their lines and what opens them; pieces of documents on their way."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _when(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _hash(name: str) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name=f"fk_{table}_recipient_id")


def upgrade() -> None:
    op.create_table(
        "pages",
        _number("recipient_id"),
        _hash("start_hash"),
        _when("begun_at"),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("seen_number", sa.Integer(), nullable=False),
        _when("seen_at", nullable=True),
        _when("left_at", nullable=True),
        sa.PrimaryKeyConstraint("recipient_id", name="pk_pages"),
        _of_person("pages"),
        sa.UniqueConstraint("start_hash", name="uq_pages_start_hash"),
    )
    op.create_index("ix_pages_begun_at", "pages", ["begun_at"])
    op.create_index("ix_pages_left_at", "pages", ["left_at"])
    op.create_table(
        "page_keys",
        _number("id"),
        _number("recipient_id"),
        _hash("key_hash"),
        _when("given_at"),
        sa.PrimaryKeyConstraint("id", name="pk_page_keys"),
        _of_person("page_keys"),
        sa.UniqueConstraint("key_hash", name="uq_page_keys_key_hash"),
    )
    op.create_index("ix_page_keys_recipient_id", "page_keys", ["recipient_id"])
    op.create_table(
        "page_codes",
        _number("recipient_id"),
        _hash("code_hash"),
        _when("expires_at"),
        sa.PrimaryKeyConstraint("recipient_id", name="pk_page_codes"),
        _of_person("page_codes"),
        sa.UniqueConstraint("code_hash", name="uq_page_codes_code_hash"),
    )
    _create_lines()
    op.create_table(
        "uploads",
        _number("id"),
        _number("recipient_id"),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        _hash("content"),
        _when("received_at"),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
        _of_person("uploads"),
        sa.UniqueConstraint("reference", "rank", name="uq_uploads_reference_rank"),
    )
    op.create_index("ix_uploads_recipient_id", "uploads", ["recipient_id"])
    op.create_index("ix_uploads_received_at", "uploads", ["received_at"])


def _create_lines() -> None:
    op.create_table(
        "page_lines",
        _number("id"),
        _number("recipient_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        _when("laid_at"),
        sa.Column("is_fleeting", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_page_lines"),
        _of_person("page_lines"),
        sa.UniqueConstraint("recipient_id", "number", name="uq_page_lines_recipient_id_number"),
        sa.UniqueConstraint("recipient_id", "key", name="uq_page_lines_recipient_id_key"),
    )
    op.create_index("ix_page_lines_key", "page_lines", ["key"])
    fleeting = sa.text("is_fleeting")
    op.create_index(
        "ix_page_lines_fleeting", "page_lines", ["laid_at"], sqlite_where=fleeting, postgresql_where=fleeting
    )


def downgrade() -> None:
    for name in ("uploads", "page_lines", "page_codes", "page_keys", "pages"):
        op.drop_table(name)
