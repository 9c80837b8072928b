"""Documents that are wanted, kept and erased, on each database."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from storage import attachments, dossiers, recipients, threads
from storage.attachments import Wanted, seal, unseal
from storage.engine.database import Database, Transaction
from storage.engine.tables import AttachmentStatus, ThreadStatus, table

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)
CONTENT = b"%PDF-1.7 Une lettre de Claire Martin" * 100


@pytest.fixture
def dossier(database: Database) -> int:
    def make(transaction: Transaction) -> int:
        alice = recipients.register(transaction, "web", "alice", NOW)
        return dossiers.add(transaction, "K7R-M3W-X9A", "draft", "{}", alice, NOW).id

    return database.run_now(make)


@pytest.fixture
def thread(database: Database, dossier: int) -> int:
    return database.run_now(threads.open_for, 1, None, NOW)


def want(database: Database, key: str, **belongs: int) -> None:
    wanted = Wanted(key, 1, "web", f"ref {key}", f"{key}.pdf", "application/pdf", 3, "La lettre", **belongs)
    database.run_now(attachments.want, wanted, NOW)


def claim(database: Database, now: datetime = NOW, at_most: int = 10) -> list[tuple[str, int]]:
    claimed = database.run_now(attachments.claim, ["web"], now, LEASE, at_most)
    return [(each.name, each.attempts) for each in claimed]


def keep(database: Database, number: int) -> None:
    database.run_now(attachments.keep, number, seal(database.keys, CONTENT), len(CONTENT), NOW)


def count(database: Database, name: str) -> int:
    with database.transaction() as transaction:
        return transaction.connection.execute(select(func.count()).select_from(table(name))).scalar_one()


def test_what_is_wanted_is_claimed_once_for_a_lease(database: Database, dossier: int) -> None:
    want(database, "a", dossier_id=dossier)
    want(database, "a", dossier_id=dossier)  # the same update, delivered again
    want(database, "b", dossier_id=dossier)
    assert claim(database, at_most=1) == [("a.pdf", 1)]
    assert claim(database) == [("b.pdf", 1)]
    assert claim(database, NOW + LEASE - timedelta(seconds=1)) == []
    assert claim(database, NOW + LEASE) == [("a.pdf", 2), ("b.pdf", 2)], "who had them died"


def test_another_channels_documents_are_left_alone(database: Database, dossier: int) -> None:
    want(database, "a", dossier_id=dossier)
    assert database.run_now(attachments.claim, ["telegram"], NOW, LEASE, 10) == []


def test_what_is_kept_is_encrypted_and_read_again(database: Database, dossier: int) -> None:
    want(database, "a", dossier_id=dossier)
    keep(database, 1)
    assert claim(database, NOW + LEASE) == []
    found = database.run_now(attachments.read_sealed, 1)
    assert found is not None
    assert (found[0].size, found[0].is_here) == (len(CONTENT), True)
    assert unseal(database.keys, found[1]) == CONTENT
    with database.engine.connect() as connection:
        (row,) = connection.execute(text("SELECT * FROM attachments")).all()
        (content,) = connection.execute(text("SELECT content FROM attachment_contents")).one()
    assert "a.pdf" not in str(row)
    assert "lettre" not in str(row)
    assert b"Martin" not in bytes(content)


def test_a_document_put_off_comes_back_when_it_is_due(database: Database, dossier: int) -> None:
    want(database, "a", dossier_id=dossier)
    claim(database)
    database.run_now(attachments.put_off, 1, NOW + timedelta(hours=1), "timeout")
    assert claim(database, NOW + timedelta(minutes=59)) == []
    assert claim(database, NOW + timedelta(hours=1)) == [("a.pdf", 2)]


def test_a_dossier_lists_what_is_here_or_to_come(database: Database, dossier: int) -> None:
    for key in ("a", "b", "c", "d"):
        want(database, key, dossier_id=dossier)
    keep(database, 1)
    database.run_now(attachments.give_up, 2, AttachmentStatus.REFUSED, "content", NOW)
    database.run_now(attachments.give_up, 3, AttachmentStatus.LOST, "timeout", NOW)
    listed = database.run_now(attachments.list_of_dossiers, [dossier, 99])
    assert [(each.name, each.is_here) for each in listed[dossier]] == [("a.pdf", True), ("d.pdf", False)]
    assert listed[99] == []


def test_what_is_told_is_not_told_again(database: Database, dossier: int, thread: int) -> None:
    for key in ("a", "b"):
        want(database, key, dossier_id=dossier)
    want(database, "elsewhere", thread_id=thread)
    keep(database, 1)
    first = database.run_now(attachments.find, 1)
    assert first is not None
    assert [each.id for each in database.run_now(attachments.list_beside, first)] == [1, 2]
    database.run_now(attachments.mark_told, [1], NOW)
    assert [each.id for each in database.run_now(attachments.list_beside, first)] == [2]


def test_a_dossier_is_erased_with_its_documents(database: Database, dossier: int, thread: int) -> None:
    want(database, "a", dossier_id=dossier)
    want(database, "b", thread_id=thread)
    keep(database, 1)
    keep(database, 2)
    database.run_now(dossiers.erase, dossier)
    assert (count(database, "attachments"), count(database, "attachment_contents")) == (1, 1)
    database.run_now(attachments.erase_of_thread, thread)
    assert (count(database, "attachments"), count(database, "attachment_contents")) == (0, 0)


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_two_fetchers_never_have_the_same_document_in_hand(database: Database, dossier: int) -> None:
    """One holds its claim open while the other claims: it takes others, and does not wait."""
    for key in ("a", "b", "c"):
        want(database, key, dossier_id=dossier)
    taken: list[str] = []
    with database.transaction() as first:
        mine = attachments.claim(first, ["web"], NOW, LEASE, 2)
        other = threading.Thread(target=lambda: taken.extend(name for name, _ in claim(database)))
        other.start()
        other.join(10)
        assert not other.is_alive(), "it waits for who has the others"
    assert ([each.name for each in mine], taken) == (["a.pdf", "b.pdf"], ["c.pdf"])


def test_what_a_person_sent_is_counted_where_it_is_not_over(database: Database, dossier: int, thread: int) -> None:
    def tally() -> dict[int | None, tuple[int, int]]:
        return database.run_now(attachments.tally, 1, ["draft"])

    assert tally() == {}
    want(database, "a", dossier_id=dossier)
    want(database, "b", dossier_id=dossier)
    want(database, "c", thread_id=thread)
    keep(database, 1)
    assert tally() == {None: (2, len(CONTENT) + 3), thread: (1, 3)}
    with database.transaction() as transaction:
        attachments.give_up(transaction, 2, AttachmentStatus.LOST, "gone", NOW)
        threads.change(transaction, thread, ThreadStatus.CLOSED, None, NOW)
    assert tally() == {None: (1, len(CONTENT))}
    with database.transaction() as transaction:
        transaction.connection.execute(text("UPDATE dossiers SET status = 'sent'"))
    assert tally() == {}
