"""How often each entry was given, and found helpful or not, day by day. Nothing says by whom, or to whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage import said_once
from storage.engine.database import Transaction
from storage.engine.tables import table

_COUNTS = table("entry_counts")

#: Nothing of anybody is in it, but it would grow with each day: two calls of a year are still compared.
KEPT_FOR = timedelta(days=800)
#: For so long a day may still be counted on, wherever the call takes place.
STILL_COUNTED = timedelta(days=2)


class Counted(StrEnum):
    """What is counted, by the name of its column."""

    SHOWN = "shown"
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"


@dataclass(frozen=True, slots=True)
class EntryTotal:
    """An entry's counts over a time."""

    entry: str
    shown: int
    helpful: int
    unhelpful: int


def count(transaction: Transaction, entry: str, day: date, counted: Counted) -> None:
    """Count once. On PostgreSQL each connection has rows of its own: none waits until another has committed."""
    transaction.connection.execute(_one_more(transaction.dialect, counted), {"entry": entry, "day": day})


def forget_old(transaction: Transaction, now: datetime) -> None:
    """Sweep, once a day: forget the days that nobody compares any more, put together those that are over."""
    if said_once.claim(transaction, "entry counts forgotten", now.date().isoformat(), now):
        transaction.connection.execute(delete(_COUNTS).where(_COUNTS.c.day < (now - KEPT_FOR).date()))
        _put_together(transaction, (now - STILL_COUNTED).date())


def _put_together(transaction: Transaction, before: date) -> None:
    """Let one row hold what several connections counted of an entry on a day before `before`."""
    apart = delete(_COUNTS).where(_COUNTS.c.slot != 0, _COUNTS.c.day < before).returning(_COUNTS)
    totals: Counter[tuple[str, date, Counted]] = Counter()
    for row in transaction.connection.execute(apart).mappings():
        totals.update({(row["entry"], row["day"], each): row[each.value] for each in Counted})
    rows: dict[tuple[str, date], dict[str, Any]] = {}
    for (entry, day, counted), number in totals.items():
        rows.setdefault((entry, day), {"entry": entry, "day": day, "slot": 0})[counted.value] = number
    if rows:
        transaction.connection.execute(_add(transaction.dialect), list(rows.values()))


def list_totals(transaction: Transaction, since: date, until: date) -> Sequence[EntryTotal]:
    """Return the counts of the days from `since` to `until`, both included, by entry."""
    sums = [func.sum(_COUNTS.c[counted.value]) for counted in Counted]
    rows = transaction.connection.execute(
        select(_COUNTS.c.entry, *sums)
        .where(_COUNTS.c.day.between(since, until))
        .group_by(_COUNTS.c.entry)
        .order_by(_COUNTS.c.entry)
    )
    return [EntryTotal(entry, *map(int, totals)) for entry, *totals in rows]


@cache
def _one_more(dialect: str, counted: Counted) -> Any:
    is_sqlite = dialect == "sqlite"
    # SQLite has one writer at a time; of PostgreSQL's connections, no two that are open have the same process.
    slot: Any = 0 if is_sqlite else func.pg_backend_pid()
    first = _insert(dialect).values({"slot": slot, **{each.value: int(each is counted) for each in Counted}})
    column = _COUNTS.c[counted.value]
    return first.on_conflict_do_update(index_elements=_KEY, set_={column: column + 1})


@cache
def _add(dialect: str) -> Any:
    first = _insert(dialect)
    more = {_COUNTS.c[each.value]: _COUNTS.c[each.value] + first.excluded[each.value] for each in Counted}
    return first.on_conflict_do_update(index_elements=_KEY, set_=more)


def _insert(dialect: str) -> Any:
    return (sqlite_insert if dialect == "sqlite" else postgresql_insert)(_COUNTS)


_KEY = ["entry", "day", "slot"]
