"""Dossiers, members, history, codes and threads, on each database."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage import access_codes, dossiers, recipients, threads
from storage.attachments import list_of_dossiers
from storage.dossiers import SavedMeanwhile
from storage.engine.database import Database, Transaction
from storage.engine.tables import ThreadStatus

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
REFERENCE = "K7R-M3W-X9A"
SECRET = '{"courriel": "c.martin@dole.org"}'


def person(transaction: Transaction, name: str) -> int:
    return recipients.register(transaction, "web", name, NOW)


@pytest.fixture
def alice(database: Database) -> int:
    return database.run_now(person, "alice")


@pytest.fixture
def bob(database: Database) -> int:
    return database.run_now(person, "bob")


@pytest.fixture
def dossier(database: Database, alice: int) -> int:
    return database.run_now(dossiers.add, REFERENCE, "draft", SECRET, alice, NOW).id


def of(database: Database, recipient: int) -> list[tuple[str, int, str, bool | None]]:
    found = database.run_now(dossiers.lock_of_recipient, recipient)
    return [(each.reference, each.revision, each.content, each.is_owner) for each in found]


def test_a_dossier_is_its_owners_alone(database: Database, dossier: int, alice: int, bob: int) -> None:
    assert of(database, alice) == [(REFERENCE, 1, SECRET, True)]
    assert of(database, bob) == []


def test_what_it_says_is_encrypted(database: Database, dossier: int) -> None:
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT content FROM dossiers")).scalars().all()
    assert rows
    assert "dole" not in rows[0]


def test_a_number_is_given_once(database: Database, dossier: int, bob: int) -> None:
    with pytest.raises(IntegrityError):
        database.run_now(dossiers.add, REFERENCE, "draft", "{}", bob, NOW)


def test_a_save_of_what_was_read_before_another_save_changes_nothing(database: Database, dossier: int) -> None:
    saved = database.run_now(dossiers.save, REFERENCE, 1, "sent", "{}", NOW)
    assert saved.revision == 2
    with pytest.raises(SavedMeanwhile):
        database.run_now(dossiers.save, REFERENCE, 1, "draft", "late", NOW)
    kept = database.run_now(dossiers.lock, REFERENCE)
    assert kept
    assert (kept.revision, kept.content) == (2, "{}")


def test_lists_are_by_state_and_latest_first(database: Database, dossier: int, bob: int) -> None:
    database.run_now(dossiers.add, "AAA-AAA-AA3", "sent", "{}", bob, NOW + timedelta(seconds=1))
    assert [each.reference for each in database.run_now(dossiers.list_all)] == ["AAA-AAA-AA3", REFERENCE]
    assert [each.reference for each in database.run_now(dossiers.list_all, ["draft"])] == [REFERENCE]


def test_history_is_kept_in_order(database: Database, dossier: int, alice: int) -> None:
    for name in ("created", "answered"):
        database.run_now(dossiers.add_events, dossier, [{"kind": name}], alice, NOW)
    database.run_now(dossiers.add_events, dossier, [], None, NOW)
    events = database.run_now(dossiers.list_events, [dossier])[dossier]
    assert [(each.content["kind"], each.recipient_id, each.happened_at) for each in events] == [
        ("created", alice, NOW),
        ("answered", alice, NOW),
    ]
    assert database.run_now(dossiers.list_events, []) == {}


def test_a_member_joins_and_a_new_owner_takes_the_place_of_the_old(
    database: Database, dossier: int, alice: int, bob: int
) -> None:
    database.run_now(dossiers.add_member, dossier, bob, NOW)
    assert [(each.recipient_id, each.is_owner) for each in database.run_now(dossiers.list_members, dossier)] == [
        (alice, True),
        (bob, False),
    ]
    database.run_now(dossiers.replace_owner, dossier, bob, NOW)
    assert of(database, alice) == []
    assert [each[3] for each in of(database, bob)] == [True]


def test_a_dossier_is_erased_with_all_that_hangs_on_it(database: Database, dossier: int, alice: int) -> None:
    database.run_now(dossiers.add_events, dossier, [{"kind": "created"}], alice, NOW)
    database.run_now(access_codes.offer, dossier, "invite", "CODE", NOW + timedelta(days=7))
    database.run_now(threads.open_for, alice, dossier, NOW)
    database.run_now(dossiers.erase, dossier)
    assert of(database, alice) == []
    with database.engine.connect() as connection:
        for name in ("dossiers", "dossier_members", "dossier_events", "access_codes"):
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM threads")).scalar() == 1


def test_a_code_serves_once_for_a_time_and_is_kept_nowhere(database: Database, dossier: int) -> None:
    end = NOW + timedelta(days=7)
    database.run_now(access_codes.offer, dossier, "invite", "OLD", end)
    database.run_now(access_codes.offer, dossier, "invite", "CODE", end)
    database.run_now(access_codes.offer, dossier, "transfer", "OTHER", end)
    assert database.run_now(access_codes.find, "OLD", NOW) is None
    assert database.run_now(access_codes.find, "CODE", end) is None
    found = database.run_now(access_codes.find, "CODE", NOW)
    assert found
    assert (found.dossier_id, found.kind) == (dossier, "invite")
    assert database.run_now(access_codes.use, dossier, "invite")
    assert not database.run_now(access_codes.use, dossier, "invite")
    assert database.run_now(access_codes.find, "CODE", NOW) is None
    assert database.run_now(access_codes.find, "OTHER", NOW) is not None


def test_a_person_has_one_open_thread(database: Database, alice: int, bob: int) -> None:
    first = database.run_now(threads.open_for, alice, None, NOW)
    assert database.run_now(threads.open_for, alice, None, NOW) == first
    assert database.run_now(threads.open_for, bob, None, NOW) != first
    database.run_now(threads.change, first, ThreadStatus.CLOSED, None, NOW)
    assert database.run_now(threads.open_for, alice, None, NOW) != first


def test_who_holds_an_thread_and_what_was_written(database: Database, alice: int) -> None:
    thread = database.run_now(threads.open_for, alice, None, NOW)
    database.run_now(threads.write, thread, None, "Bonjour ?", NOW)
    assert database.run_now(threads.find_held, alice) is None
    database.run_now(threads.change, thread, ThreadStatus.HELD, 12, NOW)
    database.run_now(threads.write, thread, ("Anne", 12), "Bonjour.", NOW + timedelta(hours=1))
    assert database.run_now(threads.find_held, alice) == (thread, 12)
    assert [(each.staff, each.text) for each in database.run_now(threads.list_messages, thread)] == [
        (None, "Bonjour ?"),
        ("Anne", "Bonjour."),
    ]
    assert [each.id for each in database.run_now(threads.list_open)] == [thread]
    assert database.run_now(threads.list_silent, NOW + timedelta(minutes=30)) == []
    assert [each.id for each in database.run_now(threads.list_silent, NOW + timedelta(hours=2))] == [thread]


def test_two_who_change_a_dossier_at_once_do_so_one_after_the_other(database: Database, dossier: int) -> None:
    def append(transaction: Transaction, letter: str) -> None:
        kept = dossiers.lock(transaction, REFERENCE)
        assert kept
        dossiers.save(transaction, REFERENCE, kept.revision, "draft", kept.content + letter, NOW)

    writers = [
        threading.Thread(target=lambda letter=letter: [database.run_now(append, letter) for _ in range(10)])
        for letter in "ab"
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    kept = database.run_now(dossiers.lock, REFERENCE)
    assert kept
    assert kept.revision == 21
    assert sorted(kept.content.removeprefix(SECRET)) == ["a"] * 10 + ["b"] * 10


def test_as_many_as_an_export_takes_are_read_at_once(database: Database, dossier: int) -> None:
    """A database takes only so many values in one statement; the ids that nothing has are as many to it."""
    ids = range(dossier, dossier + 70_000)

    def read(transaction: Transaction) -> tuple[int, int, int]:
        found = dossiers.find_all_by_id(transaction, ids)
        return len(found), len(dossiers.list_events(transaction, ids)), len(list_of_dossiers(transaction, ids))

    assert database.run_now(read) == (1, 70_000, 70_000)
