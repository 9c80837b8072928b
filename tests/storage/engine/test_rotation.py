"""After a rotation, the newest key alone opens everything."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from storage import attachments, conversations, inbox, outbox, team_questions
from storage.attachments import Wanted, seal
from storage.engine.database import Database, Transaction, open_database
from storage.engine.encryption import KeyRing, new_key
from storage.engine.errors import WrongKey
from storage.engine.rotation import BATCH, rotate
from storage.engine.tables import Kept
from storage.inbox import Message
from storage.outbox import Departure

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
LINES = BATCH + 3
DOCUMENTS = 5


def _fill(transaction: Transaction) -> None:
    for number in range(LINES):
        alice = conversations.lock(transaction, "web", f"alice {number}", NOW)
        lane = alice.recipient_id
        conversations.save(transaction, lane, f"state {number}", NOW)
        inbox.record(transaction, Message("web", str(number), lane, "bonjour", "yes" if number % 2 else None, NOW), NOW)
        outbox.put(transaction, [Departure(f"{number}", "web", lane, {"text": "réponse"})], NOW)
        team_questions.ask(transaction, str(number), lane, "Et la TVA ?", ("a",), NOW)
    for number in range(DOCUMENTS):
        attachments.want(transaction, Wanted(f"d{number}", 1, "web", "f", "a.pdf", "", 3, "légende"), NOW)
        attachments.keep(transaction, number + 1, seal(transaction.keys, b"%PDF"), 4, NOW)


def _everything(transaction: Transaction) -> dict[str, list[tuple[object, ...]]]:
    return {
        kept.name: [tuple(row) for row in transaction.connection.execute(kept.select())]
        for kept in Kept.metadata.sorted_tables
    }


def test_the_newest_key_alone_opens_everything_afterwards(database: Database, database_url: str, key: str) -> None:
    database.run_now(_fill)
    before = database.run_now(_everything)
    newer = new_key()
    with_both = open_database(database_url, KeyRing([newer, key]))
    with pytest.raises(WrongKey):
        open_database(database_url, KeyRing([newer]))
    rotation = rotate(with_both)
    with_both.close()
    # address, state, text, content, question and guesses of each line, every other choice, the pepper, and the
    # reference, name, caption and bytes of each document
    assert (rotation.renewed, rotation.unreadable) == (6 * LINES + LINES // 2 + 1 + 4 * DOCUMENTS, 0)
    alone = open_database(database_url, KeyRing([newer]))
    found = alone.run_now(_everything)
    assert {name: sorted(rows, key=str) for name, rows in found.items()} == {
        name: sorted(rows, key=str) for name, rows in before.items()
    }
    assert alone.run_now(conversations.lock, "web", "alice 7", NOW).state == "state 7"
    alone.close()


def test_what_no_key_opens_stays_as_it_lies(database: Database) -> None:
    database.run_now(conversations.lock, "web", "alice", NOW)
    with database.transaction() as transaction:
        transaction.connection.execute(text("UPDATE conversations SET state = 'broken'"))
    assert rotate(database).unreadable == 1
    with database.transaction() as transaction:
        assert transaction.connection.execute(text("SELECT state FROM conversations")).scalar() == "broken"
