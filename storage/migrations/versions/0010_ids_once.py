"""An id is given once, also after its row was erased: ids are in keys, buttons and notices.

What will never leave is found without reading what has left.

PostgreSQL never gives an id again. SQLite does unless the table says AUTOINCREMENT, and only a new table can say so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LOST = sa.text("status IN ('refused', 'abandoned')")
#: Those that others refer to come first.
_NAMED_BY_ID = ("recipients", "dossiers", "threads", "attachments")


def upgrade() -> None:
    op.create_index("ix_outbox_lost", "outbox", ["finished_at"], sqlite_where=_LOST, postgresql_where=_LOST)
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    # Foreign keys are looked at when all is committed: by then each row is back under its id. Nothing is renamed, for
    # SQLite would rename what other tables refer to as well, and count what they miss as missing for good.
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for name in _NAMED_BY_ID:
        _number_once(connection, name)


def _number_once(connection: sa.Connection, name: str) -> None:
    kept = sa.Table(name, sa.MetaData(), autoload_with=connection, sqlite_autoincrement=True)
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE moved AS SELECT * FROM {name}")
    kept.drop(connection)
    kept.create(connection)
    columns = ", ".join(column.name for column in kept.columns)
    connection.exec_driver_sql(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM moved")
    connection.exec_driver_sql("DROP TABLE moved")


def downgrade() -> None:
    """Leave the tables as they are: older versions know them so."""
    op.drop_index("ix_outbox_lost", "outbox")
