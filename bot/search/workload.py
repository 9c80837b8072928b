"""How all stands that lies before the staff: what waits, the oldest of it, what closes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.values.moves import Status
from bot.search.rows import Row, open_rows
from knowledge.library import Library
from storage import press_requests, search_index
from storage.engine.database import Transaction
from storage.engine.tables import PressStatus
from storage.search_index import Sought, Tab


@dataclass(frozen=True, slots=True)
class Workload:
    """All that waits, as it stands."""

    counts: dict[Tab, int]
    #: What nobody has, the longest waiting first.
    oldest: Sequence[Row]
    #: Dossiers that their town completed and that nobody has done anything with since.
    completed: int
    #: Requests to the press that were not answered, and how many of them are urgent.
    press: int
    urgent: int
    #: The wave that closes next, and in how many days; None: none is to come.
    wave: int | None
    days_left: int | None


def workload(library: Library, transaction: Transaction, now: datetime, named: int = 3) -> Workload:
    """Return how much waits, the oldest of it, and what closes next."""
    today = library.day(now)
    oldest = search_index.find(transaction, Sought(), Tab.TO_TAKE, limit=named)
    completed = search_index.count_tabs(transaction, Sought(statuses=frozenset({Status.COMPLETED.value})))
    waiting = [each for each in press_requests.list_open(transaction) if each.status == PressStatus.WAITING]
    wave = next((each for each in library.call.facts.waves if each.closes_on >= today), None)
    return Workload(
        counts=dict(search_index.count_tabs(transaction, Sought())),
        oldest=open_rows(library, transaction, oldest, now),
        completed=completed[Tab.OPEN],
        press=len(waiting),
        urgent=sum(each.is_urgent for each in waiting),
        wave=wave.number if wave else None,
        days_left=(wave.closes_on - today).days if wave else None,
    )
