"""The numbers of messages, of what happened to dossiers and of letters are given once too, as those of step 0010.

A page remembers how far messages and events had come (`storage.engine.marks`): one that got the number of an erased
one would count as seen. A courier remembers the number of the letter it has in hand: if that is erased meanwhile, what
becomes of it would be written down of whichever came after.

PostgreSQL never gives a number again. SQLite does unless the table says AUTOINCREMENT, and only a new table can say so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

#: Each with the table without a row of which it never had one.
_NUMBERED = {"thread_messages": "threads", "dossier_events": "dossiers", "outbox": "recipients"}
#: Pages that are open may remember numbers above the highest that is left, of rows that were erased: nothing here tells
#: how many. So many numbers are passed over; no counter ever took down as much as that within the life of a page.
_PASSED_OVER = 1_000_000


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for name, root in _NUMBERED.items():
        with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
        _count_on(connection, name, root)


def _count_on(connection: sa.Connection, name: str, root: str) -> None:
    given = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    if not connection.execute(given, {"name": root}).scalar():
        return
    highest = connection.execute(sa.text(f"SELECT coalesce(max(id), 0) FROM {name}")).scalar_one()
    connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
    row = {"name": name, "last": highest + _PASSED_OVER}
    connection.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), row)


def downgrade() -> None:
    """Leave the tables as they are: older versions know them so."""
