"""Counts of entries, day by day, of nobody."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from storage import entry_counts
from storage.engine.database import Database
from storage.engine.tables import table
from storage.entry_counts import Counted, EntryTotal

FIRST, SECOND = date(2020, 10, 15), date(2020, 10, 16)


def test_counts_add_up_by_entry_over_the_days_asked_for(database: Database) -> None:
    for entry, day, counted in [
        ("a", FIRST, Counted.SHOWN),
        ("a", FIRST, Counted.SHOWN),
        ("a", SECOND, Counted.UNHELPFUL),
        ("a", SECOND, Counted.SHOWN),
        ("b", SECOND, Counted.HELPFUL),
    ]:
        database.run_now(entry_counts.count, entry, day, counted)
    both = [EntryTotal("a", 3, 0, 1), EntryTotal("b", 0, 1, 0)]
    assert database.run_now(entry_counts.list_totals, FIRST, SECOND) == both
    assert database.run_now(entry_counts.list_totals, FIRST, FIRST) == [EntryTotal("a", 2, 0, 0)]


def test_days_are_forgotten_once_nobody_compares_them(database: Database) -> None:
    for day in (FIRST, SECOND):
        database.run_now(entry_counts.count, "a", day, Counted.SHOWN)
    noon = datetime(SECOND.year, SECOND.month, SECOND.day, 12, tzinfo=UTC)
    database.run_now(entry_counts.forget_old, noon + entry_counts.KEPT_FOR - timedelta(days=1))
    assert database.run_now(entry_counts.list_totals, FIRST, SECOND) == [EntryTotal("a", 2, 0, 0)]
    database.run_now(entry_counts.forget_old, noon + entry_counts.KEPT_FOR)
    assert database.run_now(entry_counts.list_totals, FIRST, SECOND) == [EntryTotal("a", 1, 0, 0)]


async def test_many_who_count_at_once_lose_none(database: Database) -> None:
    await asyncio.gather(*(database.run(entry_counts.count, "a", FIRST, Counted.SHOWN) for _ in range(40)))
    assert database.run_now(entry_counts.list_totals, FIRST, FIRST) == [EntryTotal("a", 40, 0, 0)]


def test_a_count_has_no_room_for_a_person() -> None:
    assert set(table("entry_counts").columns.keys()) == {"entry", "day", *Counted}
