"""Of each row of an order for many: how it stood when it was asked for. What changed since is left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff_batch_items", sa.Column("stood", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("staff_batch_items") as batch:
        batch.drop_column("stood")
