"""The state of a conversation, and whose it is while it is worked on."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from storage import conversations, recipients
from storage.engine.database import Database

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


def test_a_state_comes_back_to_its_sender_only(database: Database) -> None:
    with database.transaction() as transaction:
        alice = conversations.lock(transaction, "web", "alice", NOW)
        assert alice.state == ""
        conversations.save(transaction, alice.recipient_id, '{"town": "Lens"}', NOW)
    assert database.run_now(conversations.lock, "web", "alice", NOW).state == '{"town": "Lens"}'
    assert database.run_now(conversations.lock, "web", "bob", NOW).state == ""


def test_a_state_that_no_key_opens_is_told_and_kept_aside(database: Database) -> None:
    alice = database.run_now(conversations.lock, "web", "alice", NOW)
    with database.transaction() as transaction:
        transaction.connection.execute(text("UPDATE conversations SET state = 'broken'"))
    assert database.run_now(conversations.lock, "web", "alice", NOW).state is None
    with database.transaction() as transaction:
        conversations.set_aside(transaction, alice.recipient_id)
        conversations.save(transaction, alice.recipient_id, "{}", NOW)
    with database.transaction() as transaction:
        assert transaction.connection.execute(text("SELECT unreadable_state FROM conversations")).scalar() == "broken"
    assert database.run_now(conversations.lock, "web", "alice", NOW).state == "{}"


def test_who_writes_again_is_no_longer_blocked(database: Database) -> None:
    alice = database.run_now(conversations.lock, "web", "alice", NOW)
    database.run_now(recipients.mark_blocked, alice.recipient_id, "Forbidden", NOW)
    database.run_now(conversations.lock, "web", "alice", NOW)
    assert database.run_now(recipients.list_blocked) == []


@pytest.mark.parametrize("known", [True, False])
def test_two_at_once_count_both(database: Database, known: bool) -> None:
    """Each adds one to a number in the state: without the lock, one of the two additions would be lost."""
    if known:
        database.run_now(conversations.lock, "web", "alice", NOW)
    start = threading.Barrier(4)

    def add() -> None:
        start.wait()
        for _ in range(5):
            with database.transaction() as transaction:
                mine = conversations.lock(transaction, "web", "alice", NOW)
                conversations.save(transaction, mine.recipient_id, str(int(mine.state or 0) + 1), NOW)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.run_now(conversations.lock, "web", "alice", NOW).state == "20"


def test_another_conversation_does_not_wait(database: Database, dialect: str) -> None:
    if dialect == "sqlite":
        pytest.skip("SQLite has one writer")
    database.run_now(conversations.lock, "web", "alice", NOW)
    with database.transaction() as transaction:
        alice = conversations.lock(transaction, "web", "alice", NOW)
        assert database.run_now(conversations.lock, "web", "bob", NOW).recipient_id != alice.recipient_id
        # Nor does a message to the locked one, from the staff for instance.
        database.run_now(recipients.register, "web", "alice", NOW)
