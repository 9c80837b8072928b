"""Who else has a dossier or a thread before them, or writes there: a hint, so that two do not do the same work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversation.values.about import About
from bot.desk.office.entry import Signed
from bot.desk.office.roles import may_open
from bot.services.staff import read_members
from storage import staff_viewers
from storage.engine.database import Transaction

#: How often an open page says that it is still there, and how long it is believed.
NOTED, BELIEVED = timedelta(seconds=20), timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Other:
    """A colleague who is there too."""

    shown: str
    is_writing: bool


def look_around(
    transaction: Transaction,
    signed: Signed,
    about: About,
    now: datetime,
    *,
    is_writing: bool | None = None,
    is_noted: bool = True,
) -> tuple[Other, ...]:
    """Return who else has something before them, of what one may not open nobody; and note who looks, if `is_noted`.

    `is_writing`: whether who looks writes there; None: as it was known.
    """
    if not may_open(transaction, signed.role, about):
        return ()
    if is_noted:
        staff_viewers.note(transaction, about, signed.member.id, now, is_writing=is_writing)
    since, members = now - BELIEVED, read_members(transaction)
    return tuple(
        Other(members[each.member_id].shown, each.wrote_at is not None and each.wrote_at > since)
        for each in staff_viewers.list_since(transaction, about, since)
        if each.member_id in members and not members[each.member_id].is_same(signed.member)
    )


def forget_gone(transaction: Transaction, now: datetime) -> None:
    """Sweep: forget who is there no more."""
    staff_viewers.forget_before(transaction, now - BELIEVED)
