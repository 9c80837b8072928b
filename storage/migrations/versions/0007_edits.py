"""Where a message of the staff came from, and what was sent of it: so that a change of it reaches the town."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thread_messages", sa.Column("source", sa.String(), nullable=True))
    op.add_column("thread_messages", sa.Column("outbox_key", sa.String(), nullable=True))
    op.create_index("ix_thread_messages_source", "thread_messages", ["source"])


def downgrade() -> None:
    op.drop_index("ix_thread_messages_source", "thread_messages")
    op.drop_column("thread_messages", "outbox_key")
    op.drop_column("thread_messages", "source")
