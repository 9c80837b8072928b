"""Each change of a closing day, and how far those concerned were told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    identifier = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "wave_changes",
        sa.Column("id", identifier, nullable=False),
        sa.Column("wave", sa.String(), nullable=False),
        sa.Column("before", sa.Date(), nullable=True),
        sa.Column("after", sa.Date(), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_quiet", sa.Boolean(), nullable=False),
        sa.Column("people_until", identifier, nullable=False),
        sa.Column("dossiers_until", identifier, nullable=False),
        sa.Column("dossiers", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_wave_changes"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("wave_changes")
