"""What was said once stays so when the message is no longer kept."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "said_once",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", "period", name="pk_said_once"),
    )
    op.create_index("ix_said_once_said_at", "said_once", ["said_at"])


def downgrade() -> None:
    op.drop_table("said_once")
