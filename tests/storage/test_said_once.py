"""What is done once for a subject and a period, whoever comes first."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from storage import said_once
from storage.engine.database import Database, Transaction

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


def claim(database: Database, subject: str = "digest:1", period: str = "2026-11-28", now: datetime = NOW) -> bool:
    return database.run_now(said_once.claim, subject, period, now)


def test_each_subject_and_period_is_claimed_once(database: Database) -> None:
    assert [claim(database), claim(database)] == [True, False]
    assert claim(database, period="2026-11-29")
    assert claim(database, subject="digest:2")


def test_what_was_rolled_back_was_not_claimed(database: Database) -> None:
    def fail(transaction: Transaction) -> None:
        assert said_once.claim(transaction, "digest:1", "2026-11-28", NOW)
        raise KeyError

    with pytest.raises(KeyError):
        database.run_now(fail)
    assert claim(database)


def test_of_many_at_once_one_has_it(database: Database) -> None:
    won: list[bool] = []
    threads = [Thread(target=lambda: won.append(claim(database))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]


def test_it_is_forgotten_after_a_term(database: Database) -> None:
    claim(database)
    database.run_now(said_once.forget_old, NOW + said_once.KEPT_FOR)
    assert not claim(database)
    database.run_now(said_once.forget_old, NOW + said_once.KEPT_FOR + timedelta(seconds=1))
    assert claim(database)
