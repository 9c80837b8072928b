"""What members of the staff wrote lately that is not settled, or that says what becomes of what they send with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage.engine.database import Transaction
from storage.engine.tables import table

_DRAFTS = table("staff_drafts")
_RECIPIENTS = table("recipients")
#: What a member is hashed with, as in `staff_orders`.
_REALM = "member"


class Fate(StrEnum):
    SENT = "sent"
    NOTED = "noted"
    #: Its author gave it up.
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class KeptDraft:
    id: int
    about: str
    verb: str
    question: str | None
    #: As JSON; empty once it is settled.
    content: Any
    album: str | None
    written_at: datetime
    fate: str | None
    asked: int


_COLUMNS = tuple(_DRAFTS.c[name] for name in KeptDraft.__slots__)


def add(transaction: Transaction, group: int, member: str, draft: KeptDraft) -> int:
    """Keep a draft, whose `id` is given here, and return that."""
    values = {name: getattr(draft, name) for name in KeptDraft.__slots__ if name != "id"}
    values |= {"recipient_id": group, "member_hash": _hashed(transaction, member)}
    return int(transaction.connection.execute(insert(_DRAFTS).values(values).returning(_DRAFTS.c.id)).scalar_one())


def find(transaction: Transaction, group: int, draft_id: int) -> KeptDraft | None:
    """Return the draft, locked until the transaction ends."""
    here = (_DRAFTS.c.recipient_id == group, _DRAFTS.c.id == draft_id)
    row = transaction.connection.execute(select(*_COLUMNS).where(*here).with_for_update()).first()
    return KeptDraft(*row) if row else None


def is_of(transaction: Transaction, draft_id: int, member: str) -> bool:
    """Whether this member wrote it."""
    wanted = select(_DRAFTS.c.member_hash).where(_DRAFTS.c.id == draft_id)
    return transaction.connection.execute(wanted).scalar() == _hashed(transaction, member)


def list_of_member(transaction: Transaction, group: int, member: str) -> Sequence[KeptDraft]:
    """Return what this member wrote, locked, the latest first."""
    wanted = select(*_COLUMNS).where(
        _DRAFTS.c.recipient_id == group, _DRAFTS.c.member_hash == _hashed(transaction, member)
    )
    rows = transaction.connection.execute(wanted.order_by(_DRAFTS.c.id.desc()).with_for_update())
    return [KeptDraft(*row) for row in rows]


def change(transaction: Transaction, draft_id: int, **values: Any) -> None:
    transaction.connection.execute(update(_DRAFTS).where(_DRAFTS.c.id == draft_id).values(values))


@dataclass(frozen=True, slots=True)
class Expired:
    """A draft of which nobody said where it goes."""

    id: int
    channel: str
    group: int
    about: str


def take_expired(transaction: Transaction, now: datetime, life: timedelta) -> Sequence[Expired]:
    """Forget what was written longer ago than `life`. Return what its authors had still to settle."""
    old = _DRAFTS.c.written_at < now - life
    unsettled = (
        select(_DRAFTS.c.id, _RECIPIENTS.c.channel, _DRAFTS.c.recipient_id, _DRAFTS.c.about)
        .join(_RECIPIENTS, _RECIPIENTS.c.id == _DRAFTS.c.recipient_id)
        .where(old, _DRAFTS.c.fate.is_(None))
        .with_for_update(of=_DRAFTS)
    )
    expired = [Expired(*row) for row in transaction.connection.execute(unsettled.order_by(_DRAFTS.c.id))]
    transaction.connection.execute(delete(_DRAFTS).where(old))
    return expired


def _hashed(transaction: Transaction, member: str) -> bytes:
    return transaction.hash_address(_REALM, member)
