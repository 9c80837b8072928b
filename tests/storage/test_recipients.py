"""Who is at the other end of a channel."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from storage import recipients
from storage.database import Database
from storage.recipients import BlockedRecipient

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


def test_the_same_address_is_the_same_recipient_on_its_channel_only(database: Database) -> None:
    found = [
        database.run_now(recipients.register, channel, address, NOW)
        for channel, address in [("web", "a"), ("web", "b"), ("web", "a"), ("email", "a")]
    ]
    assert found[0] == found[2]
    assert len(set(found)) == 3


def test_who_blocked_us_is_listed_until_reachable_again(database: Database) -> None:
    alice, bob = (database.run_now(recipients.register, "telegram", name, NOW) for name in ("alice", "bob"))
    database.run_now(recipients.mark_blocked, alice, "Forbidden", NOW)
    database.run_now(recipients.mark_blocked, bob, "Forbidden", NOW + timedelta(days=1))
    assert database.run_now(recipients.list_blocked) == [
        BlockedRecipient("telegram", "bob", NOW + timedelta(days=1), "Forbidden"),
        BlockedRecipient("telegram", "alice", NOW, "Forbidden"),
    ]
    database.run_now(recipients.mark_reachable, bob)
    assert [one.address for one in database.run_now(recipients.list_blocked)] == ["alice"]


def test_the_address_is_kept_encrypted(database: Database) -> None:
    database.run_now(recipients.register, "email", "mairie@noyelles.example", NOW)
    with database.transaction() as transaction:
        kept = transaction.connection.execute(text("SELECT address, address_hash FROM recipients")).one()
    assert "noyelles" not in str(kept)
    assert len(kept.address_hash) == 32
