"""What the staff wait for leaves before the rest; what is in a courier's hand is told apart from what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_URGENT = sa.text("status = 'pending' AND is_urgent")
_IN_HAND = sa.text("status = 'pending' AND taken_until IS NOT NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("outbox", sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True))
    for name, which in (("ix_outbox_urgent", _URGENT), ("ix_outbox_in_hand", _IN_HAND)):
        op.create_index(name, "outbox", ["recipient_id", "id"], sqlite_where=which, postgresql_where=which)


def downgrade() -> None:
    for name in ("ix_outbox_in_hand", "ix_outbox_urgent"):
        op.drop_index(name, "outbox")
    for name in ("taken_until", "is_urgent"):
        op.drop_column("outbox", name)
