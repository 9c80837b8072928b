"""Of each row of an order for many that was not done: whether it had changed since it was asked for."""

import sqlalchemy as sa
from alembic import op

from storage.engine.encryption import keys_of
from storage.engine.errors import WrongKey

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

#: How it was told until now: in these words alone.
_MOVED = "a changé entre-temps : rien n'y est fait. Ouvrez-le pour voir où il en est."


def upgrade() -> None:
    with op.batch_alter_table("staff_batch_items") as batch:
        batch.add_column(sa.Column("has_moved", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("staff_batch_items") as batch:
        batch.alter_column("has_moved", server_default=None)
    connection = op.get_bind()
    refused = sa.text("SELECT id, why FROM staff_batch_items WHERE is_done = :no")
    for row in connection.execute(refused.bindparams(no=False)).all():
        if _opened(connection, row.why) == _MOVED:
            moved = sa.text("UPDATE staff_batch_items SET has_moved = :yes WHERE id = :id")
            connection.execute(moved.bindparams(yes=True, id=row.id))


def _opened(connection: sa.Connection, why: str) -> str | None:
    try:
        return keys_of(connection.dialect).decrypt_text(why)
    except WrongKey:
        return None


def downgrade() -> None:
    with op.batch_alter_table("staff_batch_items") as batch:
        batch.drop_column("has_moved")
