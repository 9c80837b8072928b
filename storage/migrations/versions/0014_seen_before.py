"""What a message held when it was last seen, to tell a change from none; and who is to be told what was left unread."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_HAS_MESSAGE, _IS_REFUSED = sa.text("message IS NOT NULL"), sa.text("refused_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("inbox", sa.Column("message", sa.String(), nullable=True))
    op.add_column("inbox", sa.Column("content_hash", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_inbox_message",
        "inbox",
        ["recipient_id", "message"],
        sqlite_where=_HAS_MESSAGE,
        postgresql_where=_HAS_MESSAGE,
    )
    op.add_column("conversations", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_conversations_refused",
        "conversations",
        ["refused_at"],
        sqlite_where=_IS_REFUSED,
        postgresql_where=_IS_REFUSED,
    )


def downgrade() -> None:
    op.drop_index("ix_conversations_refused", "conversations")
    op.drop_column("conversations", "refused_at")
    op.drop_index("ix_inbox_message", "inbox")
    op.drop_column("inbox", "content_hash")
    op.drop_column("inbox", "message")
