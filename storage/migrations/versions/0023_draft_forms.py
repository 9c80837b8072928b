"""Of each draft, the form that last kept it: a page that was opened before does not write over what is newer."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answer_drafts", sa.Column("form_key", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("answer_drafts") as batch:
        batch.drop_column("form_key")
