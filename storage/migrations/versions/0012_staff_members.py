"""Members of the staff are people: who holds a dossier or an exchange is kept by an id, no longer by a name.

Each name that holds something becomes a member; who next writes under that very name is recognised as that member.
"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.engine.encryption import keys_of
from storage.engine.errors import WrongKey

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_HELD, _WAITING = "held", "waiting"


def _identifier(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "staff_members",
        _identifier("id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_members"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff_identities",
        _identifier("recipient_id"),
        _identifier("member_id"),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("recipient_id", name="pk_staff_identities"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], name="fk_staff_identities_recipient_id"),
        sa.ForeignKeyConstraint(["member_id"], ["staff_members.id"], name="fk_staff_identities_member_id"),
    )
    op.create_index("ix_staff_identities_member_id", "staff_identities", ["member_id"])
    op.add_column("threads", _identifier("holder_id", nullable=True))
    op.add_column("thread_messages", _identifier("staff_id", nullable=True))
    op.add_column("attachments", _identifier("staff_id", nullable=True))
    _Holders(op.get_bind()).number()
    op.drop_column("threads", "holder")


def downgrade() -> None:
    op.add_column("threads", sa.Column("holder", sa.Text(), nullable=True))
    _Holders(op.get_bind()).name()
    for table, column in (("threads", "holder_id"), ("thread_messages", "staff_id"), ("attachments", "staff_id")):
        op.drop_column(table, column)
    op.drop_table("staff_identities")
    op.drop_table("staff_members")


class _Holders:
    """Who holds what, rewritten row by row. What no key opens stays as it lies."""

    def __init__(self, connection: sa.Connection) -> None:
        self._execute = connection.execute
        # Not through the columns' types: they read what no key opens as a text that stands for it, and it would be
        # taken for a name.
        keys = keys_of(connection.dialect)
        self._open = keys.decrypt_text
        self._seal = keys.encrypt_text
        self._ids: dict[str, int] = {}

    def number(self) -> None:
        if not self._is_ours():
            return
        for thread, sealed in self._execute(sa.text("SELECT id, holder FROM threads WHERE holder IS NOT NULL")).all():
            name = self._opened(sealed)
            if name is None:  # it can be taken again
                self._update("threads", thread, status=_WAITING)
            else:
                self._update("threads", thread, holder_id=self._id_of(name))
        self._change_dossiers(lambda holder: {"id": self._id_of(holder), "name": holder})

    def name(self) -> None:
        if not self._is_ours():
            return
        named = "UPDATE threads SET holder = (SELECT name FROM staff_members WHERE id = holder_id)"
        self._execute(sa.text(named))
        self._change_dossiers(lambda holder: holder["name"])

    def _is_ours(self) -> bool:
        """Whether there may be anything. Errors: WrongKey, before anything is changed under it."""
        pepper = self._execute(sa.text("SELECT pepper FROM vault")).scalar()
        if pepper is not None:
            self._open(pepper)
        rows = self._execute(sa.text("SELECT EXISTS (SELECT 1 FROM threads), EXISTS (SELECT 1 FROM dossiers)"))
        return any(rows.one())

    def _change_dossiers(self, change: Callable[[Any], Any]) -> None:
        last: int | None = 0
        while last is not None:  # one after the other: all of them would not fit in memory
            wanted = sa.text("SELECT id, content FROM dossiers WHERE id > :last ORDER BY id LIMIT 1")
            row = self._execute(wanted, {"last": last}).first()
            last = row.id if row else None
            read = _read(self._opened(row.content)) if row else None
            if row and read is not None and read.get("holder") is not None:
                read["holder"] = change(read["holder"])
                sealed = self._seal(json.dumps(read, ensure_ascii=False))
                self._update("dossiers", row.id, content=sealed)

    def _id_of(self, name: str) -> int:
        if name not in self._ids:
            made = sa.text(
                "INSERT INTO staff_members (name, created_at) VALUES (:name, CURRENT_TIMESTAMP) RETURNING id"
            )
            sealed = self._seal(name)
            self._ids[name] = int(self._execute(made, {"name": sealed}).scalar_one())
        return self._ids[name]

    def _update(self, table: str, row: int, **values: Any) -> None:
        kept = sa.table(table, sa.column("id"), *(sa.column(name) for name in values))
        self._execute(sa.update(kept).where(kept.c.id == row).values(values))

    def _opened(self, sealed: str) -> str | None:
        try:
            return self._open(sealed)
        except WrongKey:
            return None


def _read(content: str | None) -> dict[str, Any] | None:
    try:
        read = json.loads(content) if content is not None else None
    except ValueError:
        return None
    return read if isinstance(read, dict) else None
