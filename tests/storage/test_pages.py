"""Lines of a page: numbered in the order of their commits, once for their key, gone with the page that was left."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from storage import conversations, pages, recipients
from storage.engine.database import Database, Transaction
from storage.engine.tables import table
from storage.pages import EMPTY, FAREWELL, START_LIFE, NewLine

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)


def begin(database: Database, start: str = "start", key: str = "key", now: datetime = NOW) -> int | None:
    def work(transaction: Transaction) -> int | None:
        page = pages.begin(transaction, "web", f"v-{start}-{key}", start, now)
        if page is not None:
            pages.give_key(transaction, page, key, now)
        return page

    return database.run_now(work)


def lay(database: Database, page: int, key: str, **more: object) -> int | None:
    return database.run_now(pages.lay_down, page, NewLine(key, {"text": key}, **more), NOW)  # type: ignore[arg-type]


def test_a_line_is_laid_down_once_for_its_key(database: Database) -> None:
    page = begin(database)
    assert page is not None
    assert [lay(database, page, key) for key in ("a", "b", "a", "c")] == [1, 2, 1, 3]
    assert [line.number for line in database.run_now(pages.read_after, page, 1, 10)] == [2, 3]


def test_lines_are_read_a_page_at_a_time(database: Database) -> None:
    page = begin(database)
    assert page is not None
    for number in range(5):
        lay(database, page, f"key {number}")
    found = [database.run_now(pages.read_last, page, 2, below) for below in (100, 4, 2, 1)]
    assert [([line.number for line in lines], more) for lines, more in found] == [
        ([4, 5], True),
        ([2, 3], True),
        ([1], False),
        ([], False),
    ]


def test_a_line_takes_the_place_of_another_under_a_number_of_its_own(database: Database) -> None:
    page = begin(database)
    assert page is not None
    for key in ("a", "b", "c"):
        lay(database, page, key)
    assert lay(database, page, "b2", replaces=2) == 4
    assert [(line.number, line.place) for line in database.run_now(pages.read_last, page, 10, 100)[0]] == [
        (1, 1),
        (4, 2),
        (3, 3),
    ]
    assert lay(database, page, "d", replaces=2) == 5, "what is gone leaves no place"
    assert database.run_now(pages.read_line, page, 5).place == 5  # type: ignore[union-attr]


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_no_number_is_seen_before_a_smaller_one(database: Database) -> None:
    """Many lay lines down side by side; who reads meanwhile never misses one below what they have read."""
    page = begin(database)
    assert page is not None
    writers = [
        Thread(target=lambda name=name: [lay(database, page, f"{name}-{rank}") for rank in range(25)])
        for name in "abcd"
    ]
    for writer in writers:
        writer.start()
    read: list[int] = []
    while len(read) < 100:
        read += [line.number for line in database.run_now(pages.read_after, page, read[-1] if read else 0, 100)]
    for writer in writers:
        writer.join()
    assert read == list(range(1, 101))


def test_a_start_begins_one_page_and_not_for_long(database: Database) -> None:
    first = begin(database, key="one")
    assert begin(database, key="two") == first
    assert begin(database, "other", "three") != first
    assert begin(database, key="four", now=NOW + START_LIFE + timedelta(seconds=1)) is None


def test_a_key_opens_its_page_until_it_is_taken(database: Database) -> None:
    begin(database)
    found = database.run_now(pages.find, "key")
    assert found is not None
    assert found.address == "v-start-key"
    assert database.run_now(pages.find, "kez") is None
    database.run_now(pages.take_key, "key")
    assert database.run_now(pages.find, "key") is None


def test_a_code_opens_a_page_once_and_not_for_long(database: Database) -> None:
    page = begin(database)
    assert page is not None
    database.run_now(pages.offer_code, page, "ONE", NOW + timedelta(minutes=15))
    database.run_now(pages.offer_code, page, "TWO", NOW + timedelta(minutes=15))
    assert database.run_now(pages.use_code, "ONE", NOW) is None, "a new one takes its place"
    assert database.run_now(pages.use_code, "TWO", NOW) == page
    assert database.run_now(pages.use_code, "TWO", NOW) is None
    database.run_now(pages.offer_code, page, "LATE", NOW + timedelta(minutes=15))
    assert database.run_now(pages.use_code, "LATE", NOW + timedelta(minutes=16)) is None


def test_a_page_that_was_left_is_gone_once_its_farewell_was_read(database: Database) -> None:
    page = begin(database)
    assert page is not None
    database.run_now(pages.leave, page, NOW)
    lay(database, page, "farewell")
    assert database.run_now(pages.find, "key").is_left  # type: ignore[union-attr]
    database.run_now(pages.mark_seen, page, 1, NOW)
    assert database.run_now(pages.find, "key") is None
    assert database.run_now(recipients.find, "web", "v-start-key") is None


def test_what_nobody_reads_goes_by_itself(database: Database) -> None:
    left, empty, used = begin(database, "a", "ka"), begin(database, "b", "kb"), begin(database, "c", "kc")
    assert left is not None
    assert used is not None
    database.run_now(pages.leave, left, NOW)
    database.run_now(conversations.lock, "web", "v-c-kc", NOW)
    lay(database, used, "stays")
    lay(database, used, "fleeting", is_fleeting=True)
    database.run_now(pages.forget_unused, NOW + FAREWELL + timedelta(minutes=1))
    database.run_now(pages.forget_unused, NOW + EMPTY + timedelta(minutes=1))

    def left_over(transaction: Transaction) -> set[int]:
        return set(transaction.connection.execute(table("pages").select()).scalars())

    assert database.run_now(left_over) == {used}
    assert empty not in database.run_now(left_over)
    assert len(database.run_now(pages.read_last, used, 10, 100)[0]) == 1
