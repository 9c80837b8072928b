"""Questions for the staff."""

from datetime import UTC, datetime

from sqlalchemy import text

from storage import recipients, team_questions
from storage.engine.database import Database
from storage.team_questions import AskedQuestion

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


def test_questions_are_listed_the_latest_first_and_enter_once(database: Database) -> None:
    alice = database.run_now(recipients.register, "web", "alice", NOW)
    for key, question in [("1:0", "Et la TVA ?"), ("2:0", "Et les DOM ?"), ("1:0", "Et la TVA ?")]:
        database.run_now(team_questions.ask, key, alice, question, ("a", "b"), NOW)
    found = database.run_now(team_questions.list_questions)
    assert [one.question for one in found] == ["Et les DOM ?", "Et la TVA ?"]
    assert found[0] == AskedQuestion(found[0].id, "web", "alice", "Et les DOM ?", ("a", "b"), NOW)


def test_a_question_is_kept_encrypted(database: Database) -> None:
    alice = database.run_now(recipients.register, "web", "alice", NOW)
    database.run_now(team_questions.ask, "1:0", alice, "Et la TVA ?", (), NOW)
    with database.transaction() as transaction:
        assert "TVA" not in str(transaction.connection.execute(text("SELECT * FROM team_questions")).one())
