"""Questions for the editors: kept encrypted and for a time, with what was picked."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from storage import question_log, recipients
from storage.engine.database import Database
from storage.question_log import KEPT_FOR, LoggedQuestion

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def _ask(database: Database, person: str, question: str, at: datetime, *, was_offered: bool = True) -> int:
    someone = database.run_now(recipients.register, "web", person, NOW)
    database.run_now(question_log.keep, someone, question, ("a", "b"), at, was_offered=was_offered)
    return someone


def _picked(database: Database) -> dict[str, str | None]:
    return {each.text: each.picked for each in database.run_now(question_log.list_since, NOW - DAY, NOW + DAY)}


def test_the_first_pick_is_noted_beside_the_persons_last_offer(database: Database) -> None:
    alice = _ask(database, "alice", "une", NOW)
    _ask(database, "alice", "deux", NOW)
    _ask(database, "bob", "trois", NOW)
    _ask(database, "alice", "quatre", NOW, was_offered=False)
    for entry in ("b", "a"):
        database.run_now(question_log.settle, alice, entry)
    assert _picked(database) == {"une": None, "deux": "b", "trois": None, "quatre": None}


def test_questions_are_listed_by_day_without_the_person(database: Database) -> None:
    _ask(database, "alice", "hier", NOW - DAY)
    _ask(database, "alice", "aujourd'hui", NOW)
    found = database.run_now(question_log.list_since, NOW, NOW + DAY)
    assert found == [LoggedQuestion("aujourd'hui", ("a", "b"), True, None, NOW)]


def test_a_question_is_forgotten_when_its_time_is_over(database: Database) -> None:
    _ask(database, "alice", "vieille", NOW - KEPT_FOR - timedelta(seconds=1))
    _ask(database, "alice", "encore", NOW - KEPT_FOR)
    assert database.run_now(question_log.forget_old, NOW) is None
    found = database.run_now(question_log.list_since, NOW - KEPT_FOR - DAY, NOW)
    assert [each.text for each in found] == ["encore"]


def test_a_question_is_kept_encrypted(database: Database) -> None:
    _ask(database, "alice", "Et la TVA ?", NOW)
    with database.transaction() as transaction:
        assert "TVA" not in str(transaction.connection.execute(text("SELECT * FROM question_log")).one())
