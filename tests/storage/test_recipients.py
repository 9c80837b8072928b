"""Who is at the other end of a channel."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from storage import conversations, recipients
from storage.engine.database import Database
from storage.engine.tables import table
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


def test_of_who_is_banned_only_what_recognises_them_is_kept(database: Database) -> None:
    alice = database.run_now(recipients.register, "web", "alice", NOW)
    database.run_now(recipients.ban, alice, NOW)
    database.run_now(recipients.mark_blocked, alice, "Forbidden", NOW)
    database.run_now(recipients.forget_if_unused, alice)
    with database.transaction() as transaction:
        kept = transaction.connection.execute(select(table("recipients"))).one()
    assert (kept.address, kept.blocked_at, kept.blocked_reason) == ("", None, None)
    again = database.run_now(conversations.lock, "web", "alice", NOW)
    assert (again.recipient_id, again.is_banned) == (alice, True)
    with database.transaction() as transaction:  # written to again, should the ban be lifted
        assert transaction.connection.execute(select(table("recipients").c.address)).scalar_one() == "alice"
    database.run_now(recipients.lift_ban, alice)
    database.run_now(conversations.forget, alice)
    assert database.run_now(recipients.find, "web", "alice") is None
