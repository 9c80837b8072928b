"""Questions that were not answered at once, for the editors: what nothing answered, what was offered and picked.

They may be personal, masked as they are: encrypted, erased with the person, and kept for a bounded time in any case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select, update

from storage.engine.database import Transaction
from storage.engine.encryption import is_unreadable
from storage.engine.tables import table

_LOG = table("question_log")

#: How long a question is kept. The privacy notice and the README say it too.
KEPT_FOR = timedelta(days=90)
#: Those that are read at once, the latest.
MOST_READ = 5_000

_KEEP = insert(_LOG)
_LAST_OFFER = select(func.max(_LOG.c.id)).where(_LOG.c.recipient_id == bindparam("recipient"), _LOG.c.was_offered)
_SETTLE = (
    update(_LOG)
    .where(_LOG.c.id == _LAST_OFFER.scalar_subquery(), _LOG.c.picked.is_(None))
    .values(picked=bindparam("new_picked"))
)


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """A question as the editors read it: without the person."""

    text: str
    #: The entries it may have been about, best first.
    guesses: tuple[str, ...]
    #: Whether they were offered to the person.
    was_offered: bool
    #: The entry that the person picked among them; "" for none of them; None: they did not say.
    picked: str | None
    asked_at: datetime


def keep(
    transaction: Transaction,
    recipient_id: int,
    text: str,
    guesses: Sequence[str],
    now: datetime,
    *,
    was_offered: bool,
) -> None:
    transaction.connection.execute(
        _KEEP,
        {
            "recipient_id": recipient_id,
            "text": text,
            "guesses": list(guesses),
            "was_offered": was_offered,
            "picked": None,
            "asked_at": now,
        },
    )


def settle(transaction: Transaction, recipient_id: int, picked: str) -> None:
    """Write down which entry a person picked of those last offered, "" for none; the first pick counts."""
    transaction.connection.execute(_SETTLE, {"recipient": recipient_id, "new_picked": picked})


def list_since(transaction: Transaction, since: datetime, until: datetime) -> Sequence[LoggedQuestion]:
    """Return the questions from `since` to before `until`, the oldest first; of very many, the latest."""
    columns = _LOG.c
    rows = transaction.connection.execute(
        select(columns.text, columns.guesses, columns.was_offered, columns.picked, columns.asked_at)
        .where(columns.asked_at >= since, columns.asked_at < until)
        .order_by(columns.id.desc())
        .limit(MOST_READ)
    ).all()
    return [
        LoggedQuestion(row.text, tuple(row.guesses), row.was_offered, row.picked, row.asked_at)
        for row in reversed(rows)
        if not is_unreadable(row.text)
    ]


def forget_old(transaction: Transaction, now: datetime) -> None:
    """Erase what is older than KEPT_FOR."""
    transaction.connection.execute(delete(_LOG).where(_LOG.c.asked_at < now - KEPT_FOR))
