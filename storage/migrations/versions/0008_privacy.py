"""How long conversations and dossiers are kept, and what goes with what is erased."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_IS_ABOUT = sa.text("about IS NOT NULL")


def _instant(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade() -> None:
    for name in ("active_at", "review_at"):
        op.add_column("conversations", _instant(name))
    op.create_index("ix_conversations_review", "conversations", ["review_at"])
    op.execute("UPDATE conversations SET active_at = updated_at, review_at = updated_at")
    for name in ("review_at", "warned_at", "erase_at"):
        op.add_column("dossiers", _instant(name))
    op.add_column("dossiers", sa.Column("warnings", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_dossiers_review", "dossiers", ["review_at"])
    op.execute("UPDATE dossiers SET review_at = updated_at")
    op.add_column("outbox", sa.Column("about", sa.String(), nullable=True))
    op.add_column("outbox", sa.Column("is_fleeting", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_outbox_about", "outbox", ["about"], sqlite_where=_IS_ABOUT, postgresql_where=_IS_ABOUT)


def downgrade() -> None:
    op.drop_index("ix_outbox_about", "outbox")
    for name in ("about", "is_fleeting"):
        op.drop_column("outbox", name)
    op.drop_index("ix_dossiers_review", "dossiers")
    for name in ("review_at", "warned_at", "erase_at", "warnings"):
        op.drop_column("dossiers", name)
    op.drop_index("ix_conversations_review", "conversations")
    for name in ("active_at", "review_at"):
        op.drop_column("conversations", name)
