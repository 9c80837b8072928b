"""A message enters once."""

from datetime import UTC, datetime, timedelta

from storage import inbox, recipients
from storage.engine.database import Database, Transaction
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
