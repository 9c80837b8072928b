"""A message enters once."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from storage import conversations, erasure, inbox, recipients
from storage.engine.database import Database, Transaction
from storage.engine.tables import table
from storage.inbox import Message

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


def _record(transaction: Transaction, channel: str, update: str, error: str | None = None) -> bool:
    sender = recipients.register(transaction, channel, "alice", NOW)
    return inbox.record(transaction, Message(channel, update, sender, "bonjour", None, NOW), NOW, error)


def test_a_message_enters_once_per_channel(database: Database) -> None:
    keys = [("web", "1"), ("web", "1"), ("telegram", "1"), ("web", "2"), ("web", "1")]
    assert [database.run_now(_record, *key) for key in keys] == [True, False, True, True, False]


def test_what_failed_is_listed_the_latest_first(database: Database) -> None:
    for number in range(4):
        database.run_now(_record, "web", str(number), f"ValueError {number}" if number % 2 else None)
    failed = database.run_now(inbox.list_failed)
    assert [(one.update, one.error) for one in failed] == [("3", "ValueError 3"), ("1", "ValueError 1")]
    assert failed[0].handled_at - NOW == timedelta()
    assert len(database.run_now(inbox.list_failed, 1)) == 1


def test_that_a_desk_wrote_is_forgotten_after_a_time_what_people_wrote_goes_with_their_conversation(
    database: Database,
) -> None:
    database.run_now(_record, "web", "of the desk")
    with database.transaction() as transaction:
        person = conversations.lock(transaction, "telegram", "bob", NOW).recipient_id
        assert inbox.record(transaction, Message("telegram", "of a person", person, "bonjour", None, NOW), NOW)
    for days, left in ((29, ["of a person", "of the desk"]), (31, ["of a person"])):
        database.run_now(erasure.forget_desks_seen, NOW + timedelta(days=days))
        with database.transaction() as transaction:
            rows = transaction.connection.execute(select(table("inbox").c.update_id))
            assert sorted(rows.scalars()) == left
