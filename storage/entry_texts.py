"""The texts that entries had, each with who saved it at the desk and when. None is changed or taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from storage.engine.database import Transaction
from storage.engine.tables import table

_TEXTS, _MEMBERS = table("entry_texts"), table("staff_members")


@dataclass(frozen=True, slots=True)
class EntryText:
    id: int
    content: str
    #: As they are called now; None: it was written elsewhere than at the desk.
    member: str | None
    kept_at: datetime


def keep(transaction: Transaction, entry_id: str, content: str, member_id: int | None, now: datetime) -> None:
    values = {"entry_id": entry_id, "content": content, "member_id": member_id, "kept_at": now}
    transaction.connection.execute(insert(_TEXTS).values(values))


def list_of(transaction: Transaction, entry_id: str, at_most: int) -> Sequence[EntryText]:
    """Return the texts of an entry, the latest first."""
    columns = (_TEXTS.c.id, _TEXTS.c.content, _MEMBERS.c.name, _TEXTS.c.kept_at)
    wanted = select(*columns).outerjoin(_MEMBERS, _MEMBERS.c.id == _TEXTS.c.member_id)
    wanted = wanted.where(_TEXTS.c.entry_id == entry_id).order_by(_TEXTS.c.id.desc()).limit(at_most)
    return [EntryText(*row) for row in transaction.connection.execute(wanted)]
