"""What waits for a recipient because its channel takes no more at a time, and what of it is told otherwise.

Only rows that no courier has had in hand and that nobody waits for: the others leave as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, update

from storage.engine.database import Transaction
from storage.engine.tables import OutboxStatus, table

_OUTBOX = table("outbox")
_PENDING = _OUTBOX.c.status == OutboxStatus.PENDING.value
_UNTOUCHED = (_PENDING, _OUTBOX.c.attempts == 0, ~_OUTBOX.c.is_urgent)


@dataclass(frozen=True, slots=True)
class Waiting:
    id: int
    key: str
    content: Any
    #: See `tables.Outbox`; None: it is about nothing, or about many things.
    about: str | None


def is_held_back(transaction: Transaction, recipient_id: int, reason: str, more_than: int) -> bool:
    """Whether more than so many rows wait for a recipient behind one that was put off for this `reason`."""
    here = _OUTBOX.c.recipient_id == recipient_id
    put_off = exists().where(here, _PENDING, _OUTBOX.c.reason == reason)
    if not transaction.connection.execute(select(put_off)).scalar():
        return False
    waits = select(func.count()).select_from(_OUTBOX).where(here, *_UNTOUCHED)
    return int(transaction.connection.execute(waits).scalar_one()) > more_than


def lock_waiting(transaction: Transaction, recipient_id: int, at_most: int) -> Sequence[Waiting]:
    """Return what waits for a recipient, the oldest first: no courier takes it until the transaction ends."""
    columns = (_OUTBOX.c.id, _OUTBOX.c.key, _OUTBOX.c.content, _OUTBOX.c.about)
    wanted = select(*columns).where(_OUTBOX.c.recipient_id == recipient_id, *_UNTOUCHED).order_by(_OUTBOX.c.id)
    rows = transaction.connection.execute(wanted.limit(at_most).with_for_update(skip_locked=True))
    return [Waiting(*row) for row in rows]


def withdraw(transaction: Transaction, ids: Sequence[int], reason: str, now: datetime) -> None:
    """Write down that these are not to be sent: they are told in another message."""
    transaction.connection.execute(_withdrawn(reason, now).where(_OUTBOX.c.id.in_(ids), _PENDING))


def withdraw_about(
    transaction: Transaction, recipient_ids: Sequence[int], abouts: Sequence[str], reason: str, now: datetime
) -> int:
    """Withdraw what waits for these recipients about these things; return how many rows that was."""
    here = (_OUTBOX.c.recipient_id.in_(recipient_ids), _OUTBOX.c.about.in_(abouts))
    gone = _withdrawn(reason, now).where(*here, *_UNTOUCHED).returning(_OUTBOX.c.id)
    return len(transaction.connection.execute(gone).all())


def _withdrawn(reason: str, now: datetime) -> Any:
    return update(_OUTBOX).values(status=OutboxStatus.WITHDRAWN.value, finished_at=now, reason=reason)
