"""Who of the staff has a dossier or a thread before them, and the narrowed lists that each comes back to."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff_viewers",
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("member_id", _NUMBER, nullable=False),
        sa.Column("seen_at", _WHEN, nullable=False),
        sa.Column("wrote_at", _WHEN, nullable=True),
        sa.PrimaryKeyConstraint("about", "member_id", name="pk_staff_viewers"),
        sa.ForeignKeyConstraint(["member_id"], ["staff_members.id"], name="fk_staff_viewers_member_id"),
    )
    op.create_index("ix_staff_viewers_seen_at", "staff_viewers", ["seen_at"])
    op.create_table(
        "staff_filters",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("member_id", _NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_filters"),
        sa.ForeignKeyConstraint(["member_id"], ["staff_members.id"], name="fk_staff_filters_member_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_filters_member_id", "staff_filters", ["member_id"])


def downgrade() -> None:
    for name in ("staff_filters", "staff_viewers"):
        op.drop_table(name)
