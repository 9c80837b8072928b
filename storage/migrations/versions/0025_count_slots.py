"""Counts of entries, each connection of PostgreSQL on rows of its own: none waits for another's commit to count."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_NAME, _BEFORE = "pk_entry_counts", ["entry", "day"]
_COUNTED = ("shown", "helpful", "unhelpful")


def upgrade() -> None:
    op.add_column("entry_counts", sa.Column("slot", sa.Integer(), nullable=False, server_default="0"))
    _key([*_BEFORE, "slot"])
    with op.batch_alter_table("entry_counts") as batch:
        batch.alter_column("slot", server_default=None)


def downgrade() -> None:
    sums = ", ".join(f"sum({counted}) AS {counted}" for counted in _COUNTED)
    rows = op.get_bind().execute(sa.text(f"SELECT entry, day, {sums} FROM entry_counts GROUP BY entry, day"))
    totals = [dict(row) for row in rows.mappings()]
    op.execute("DELETE FROM entry_counts")
    _key(_BEFORE)
    with op.batch_alter_table("entry_counts") as batch:
        batch.drop_column("slot")
    places = ", ".join(f":{name}" for name in (*_BEFORE, *_COUNTED))
    insert = sa.text(f"INSERT INTO entry_counts ({', '.join((*_BEFORE, *_COUNTED))}) VALUES ({places})")
    if totals:
        op.get_bind().execute(insert, totals)


def _key(columns: list[str]) -> None:
    with op.batch_alter_table("entry_counts") as batch:
        batch.drop_constraint(_NAME, type_="primary")
        batch.create_primary_key(_NAME, columns)
