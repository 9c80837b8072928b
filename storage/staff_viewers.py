"""Who of the staff has a dossier or a thread before them now, or writes there: a hint, which fades by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from storage.engine.database import Transaction
from storage.engine.tables import insert_new, table

_VIEWERS = table("staff_viewers")


@dataclass(frozen=True, slots=True)
class Viewer:
    member_id: int
    #: When they were last seen writing there; None: not once.
    wrote_at: datetime | None


def note(transaction: Transaction, about: str, member_id: int, now: datetime, *, is_writing: bool | None) -> None:
    """Note that a member has something before them now, and whether they write; None: as it was."""
    values = {"about": about, "member_id": member_id, "seen_at": now, "wrote_at": now if is_writing else None}
    transaction.connection.execute(insert_new("staff_viewers", transaction.dialect), values)
    changed: dict[str, datetime | None] = {"seen_at": now}
    if is_writing is not None:
        changed["wrote_at"] = now if is_writing else None
    here = (_VIEWERS.c.about == about, _VIEWERS.c.member_id == member_id)
    transaction.connection.execute(update(_VIEWERS).where(*here).values(changed))


def list_since(transaction: Transaction, about: str, since: datetime) -> Sequence[Viewer]:
    """Return who was seen there since, by their numbers."""
    wanted = select(_VIEWERS.c.member_id, _VIEWERS.c.wrote_at).where(
        _VIEWERS.c.about == about, _VIEWERS.c.seen_at > since
    )
    return [Viewer(*row) for row in transaction.connection.execute(wanted.order_by(_VIEWERS.c.member_id))]


def forget_before(transaction: Transaction, since: datetime) -> None:
    transaction.connection.execute(delete(_VIEWERS).where(_VIEWERS.c.seen_at <= since))
