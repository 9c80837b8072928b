"""How often each entry was given, and found helpful or not, day by day. Nothing says by whom, or to whom."""

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
    """Count once. On PostgreSQL the row stays locked until the commit: to be called last in a transaction."""
    transaction.connection.execute(_one_more(transaction.dialect, counted), {"entry": entry, "day": day})


def forget_old(transaction: Transaction, now: datetime) -> None:
    """Sweep, once a day: forget the days that nobody compares any more."""
    if said_once.claim(transaction, "entry counts forgotten", now.date().isoformat(), now):
        transaction.connection.execute(delete(_COUNTS).where(_COUNTS.c.day < (now - KEPT_FOR).date()))


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
    make = sqlite_insert if dialect == "sqlite" else postgresql_insert
    column = _COUNTS.c[counted.value]
    first = make(_COUNTS).values({each.value: int(each is counted) for each in Counted})
    return first.on_conflict_do_update(index_elements=["entry", "day"], set_={column: column + 1})
