"""Counts of entries, day by day, of nobody."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from storage import entry_counts
from storage.engine.database import Database
from storage.engine.tables import table
from storage.entry_counts import Counted, EntryTotal

#: Who waits for another's lock says so.
SOON = "SET LOCAL lock_timeout = '2s'"
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


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_who_counts_waits_for_no_other_commit(database: Database) -> None:
    """Every message counts an entry: were the row shared, every commit would wait for the one before."""
    with database.transaction() as first, database.transaction() as second:
        for transaction in (first, second):
            transaction.connection.exec_driver_sql(SOON)
            entry_counts.count(transaction, "a", FIRST, Counted.SHOWN)
            entry_counts.count(transaction, "a", FIRST, Counted.SHOWN)
    assert database.run_now(entry_counts.list_totals, FIRST, FIRST) == [EntryTotal("a", 4, 0, 0)]


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_what_was_counted_apart_is_put_together_once_the_day_is_over(database: Database) -> None:
    with database.transaction() as first, database.transaction() as second:
        for transaction, counted in ((first, Counted.SHOWN), (second, Counted.HELPFUL)):
            transaction.connection.exec_driver_sql(SOON)
            for day in (FIRST, SECOND):
                entry_counts.count(transaction, "a", day, counted)
    before = [EntryTotal("a", 2, 2, 0)]
    for days, rows in ((0, 4), (2, 3), (3, 2)):
        noon = SECOND + timedelta(days=days)
        database.run_now(entry_counts.forget_old, datetime(noon.year, noon.month, noon.day, 12, tzinfo=UTC))
        assert database.run_now(entry_counts.list_totals, FIRST, SECOND) == before
        with database.transaction() as transaction:
            assert transaction.connection.exec_driver_sql("SELECT count(*) FROM entry_counts").scalar() == rows


def test_a_count_has_no_room_for_a_person() -> None:
    assert set(table("entry_counts").columns.keys()) == {"entry", "day", "slot", *Counted}
