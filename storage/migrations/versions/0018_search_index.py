"""The index by which the staff find and count. It is filled while the program runs: its words need the knowledge."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _number(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _flag(name: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean(), nullable=False)


def _when(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "search_subjects",
        _number("id"),
        _number("of_dossier", nullable=True),
        _number("of_thread", nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        *(_flag("is_over"), _flag("awaits_town")),
        _number("holder_id", nullable=True),
        *(_flag("is_press"), _flag("is_team")),
        *(_when("began_at"), _when("updated_at")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_subjects"),
        sa.ForeignKeyConstraint(["of_dossier"], ["dossiers.id"], name="fk_search_subjects_of_dossier"),
        sa.ForeignKeyConstraint(["of_thread"], ["threads.id"], name="fk_search_subjects_of_thread"),
        sa.UniqueConstraint("of_dossier", name="uq_search_subjects_of_dossier"),
        sa.UniqueConstraint("of_thread", name="uq_search_subjects_of_thread"),
    )
    op.create_index("ix_search_subjects_listed", "search_subjects", ["updated_at", "id"])
    op.create_table(
        "search_words",
        sa.Column("word", sa.BigInteger(), nullable=False),
        _number("subject_id"),
        sa.PrimaryKeyConstraint("word", "subject_id", name="pk_search_words"),
        sa.ForeignKeyConstraint(["subject_id"], ["search_subjects.id"], name="fk_search_words_subject_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_words_subject_id", "search_words", ["subject_id"])


def downgrade() -> None:
    op.drop_table("search_words")
    op.drop_table("search_subjects")
