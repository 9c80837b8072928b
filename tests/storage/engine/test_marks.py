"""How far a table has come, as a page carries it."""

import pytest
from sqlalchemy import select

from storage.engine.database import Database, Transaction
from storage.engine.marks import LATE, LONGEST, Mark, read_mark, take_mark
from storage.engine.tables import table

_NUMBER = table("signals").c.count


def _mark(database: Database, *numbers: int) -> Mark:
    def work(transaction: Transaction) -> Mark:
        rows = [{"name": str(number), "count": number} for number in numbers]
        if rows:
            transaction.connection.execute(table("signals").insert(), rows)
        return take_mark(transaction, _NUMBER)

    return database.run_now(work)


def _passed(database: Database, mark: Mark) -> list[int]:
    wanted = select(_NUMBER).where(mark.passed_by(_NUMBER)).order_by(_NUMBER)
    return database.run_now(lambda transaction: list(transaction.connection.execute(wanted).scalars()))


def test_what_was_missing_below_the_highest_is_new_once_it_is_there(database: Database) -> None:
    empty = _mark(database)
    assert (str(empty), _passed(database, empty)) == ("0", [])
    mark = _mark(database, 2, 5, 6, 9)
    assert str(mark) == "9_1-1_3-4_7-8"
    assert _passed(database, mark) == []
    _mark(database, 1, 4, 10)
    assert _passed(database, mark) == [1, 4, 10]
    assert _passed(database, empty) == [1, 2, 4, 5, 6, 9, 10]


def test_what_is_long_past_is_not_looked_for(database: Database) -> None:
    mark = _mark(database, 1, 3, LATE + 3, LATE + 4)
    assert mark == Mark(LATE + 4, ((5, LATE + 2),))


@pytest.mark.parametrize("mark", [Mark(0), Mark(7), Mark(900, ((601, 650), (899, 899)))], ids=str)
def test_a_mark_is_read_as_it_was_written(mark: Mark) -> None:
    assert read_mark(str(mark)) == mark


@pytest.mark.parametrize("written", ["", "-1", "²", "7_", "7_3", "7_3-", "7_3-4x", "1" * 16, "7" + "_1-1" * 151])
def test_what_is_no_mark_is_not_read(written: str) -> None:
    assert read_mark(written) is None


def test_the_longest_mark_is_read_whole() -> None:
    last = 10**15 - 1
    mark = Mark(last, tuple((number, number) for number in range(last - LATE + 1, last, 2)))
    assert read_mark(str(mark)) == mark
    assert len(str(mark)) == LONGEST
