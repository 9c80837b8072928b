"""Numbers about all that was sent, from what is kept in plain: nothing of anybody is opened."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from storage.engine.database import Transaction
from storage.engine.tables import table

_SUBJECTS, _EVENTS, _COUNTS = table("search_subjects"), table("dossier_events"), table("entry_counts")


def list_sent(transaction: Transaction) -> Sequence[tuple[datetime, datetime | None]]:
    """Return of each dossier when it was sent, and when somebody of the staff first did something with it."""
    first = (
        select(_EVENTS.c.dossier_id, func.min(_EVENTS.c.id).label("event"))
        .where(_EVENTS.c.recipient_id.is_(None))
        .group_by(_EVENTS.c.dossier_id)
        .subquery()
    )
    wanted = (
        select(_SUBJECTS.c.began_at, _EVENTS.c.happened_at)
        .outerjoin(first, first.c.dossier_id == _SUBJECTS.c.of_dossier)
        .outerjoin(_EVENTS, _EVENTS.c.id == first.c.event)
        .where(_SUBJECTS.c.of_dossier.is_not(None))
        .order_by(_SUBJECTS.c.began_at)
    )
    return [(row[0], row[1]) for row in transaction.connection.execute(wanted)]


def shown_by_entry(transaction: Transaction, since: date) -> Mapping[str, int]:
    """Return how often each entry was given since a day."""
    wanted = select(_COUNTS.c.entry, func.sum(_COUNTS.c.shown)).where(_COUNTS.c.day >= since).group_by(_COUNTS.c.entry)
    return {entry: int(shown) for entry, shown in transaction.connection.execute(wanted)}
