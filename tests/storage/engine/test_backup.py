"""Copies and their return, from and to either database."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import attachments, conversations, inbox, outbox, recipients, team_questions
from storage.attachments import Wanted, seal
from storage.engine.backup import backup, restore
from storage.engine.database import Database, Transaction, open_database, sqlite_url
from storage.engine.encryption import KeyRing, new_key
from storage.engine.errors import DatabaseNewer, RestoreRefused, StorageError, WrongKey
from storage.engine.private_files import FileNotWritten
from storage.engine.tables import Kept
from storage.inbox import Message
from storage.outbox import Departure
from tests.databases import copy_unopened, copy_unopened_on
from tests.postgresql import Server
from tests.storage.engine.test_private_files import files_of_at_most

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)

#: Makes an empty database of the kind that it is given, each with a pepper of its own.
Make = Callable[[str], Database]


@pytest.fixture
def make(tmp_path: Path, keys: KeyRing, postgresql: Server) -> Iterator[Make]:
    opened: list[Database] = []

    def make_one(kind: str) -> Database:
        number = len(opened)
        if kind == "postgresql":
            url = copy_unopened_on(postgresql, f"backup_{number}")
        else:
            path = tmp_path / f"{number}.sqlite3"
            copy_unopened(path)
            url = sqlite_url(path)
        opened.append(open_database(url, keys))
        return opened[-1]

    yield make_one
    for database in opened:
        database.close()


def _live(transaction: Transaction, number: int) -> None:
    """One message and what follows from it."""
    alice = conversations.lock(transaction, "web", f"alice {number}", NOW)
    update = str(number)
    inbox.record(transaction, Message("web", update, alice.recipient_id, "bonjour é", None, NOW), NOW)
    conversations.save(transaction, alice.recipient_id, '{"town": "Lens"}', NOW)
    outbox.put(transaction, [Departure(f"web:{update}:0", "web", alice.recipient_id, {"text": "réponse"})], NOW)
    team_questions.ask(transaction, update, alice.recipient_id, "Et la TVA ?", ("a",), NOW)
    attachments.want(transaction, Wanted(update, alice.recipient_id, "web", "f", "a.pdf", "", 3, ""), NOW)
    for document in attachments.claim(transaction, ["web"], NOW, timedelta(), 1):
        attachments.keep(transaction, document.id, seal(transaction.keys, b"%PDF \x00\xff"), 7, NOW)


def _everything(transaction: Transaction) -> dict[str, list[tuple[object, ...]]]:
    """Return all that is kept, decrypted."""
    return {
        kept.name: sorted(tuple(row) for row in transaction.connection.execute(kept.select()))
        for kept in Kept.metadata.sorted_tables
    }


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_what_is_restored_is_what_was_backed_up(make: Make, tmp_path: Path, source: str, target: str) -> None:
    before, after = make(source), make(target)
    for number in range(3):
        before.run_now(_live, number)
    before.run_now(recipients.mark_blocked, 1, "Forbidden", NOW)
    backup(before, tmp_path / "copy")
    restore(after, tmp_path / "copy")
    assert after.run_now(_everything) == before.run_now(_everything)
    after.run_now(_live, 1)  # seen before: the sender is found again, and nothing enters twice
    assert len(after.run_now(_everything)["inbox"]) == 3
    assert len(after.run_now(_everything)["recipients"]) == 3
    after.run_now(_live, 4)  # new rows are numbered after the restored ones
    assert len(after.run_now(_everything)["outbox"]) == 4


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_the_id_of_an_erased_row_is_not_given_again_after_a_restore(
    make: Make, tmp_path: Path, source: str, target: str
) -> None:
    before, after = make(source), make(target)
    for name in ("alice", "bob", "claire"):
        before.run_now(recipients.register, "web", name, NOW)
    for erased in (3, 2):
        before.run_now(recipients.forget_if_unused, erased)
    backup(before, tmp_path / "copy")
    restore(after, tmp_path / "copy")
    assert after.run_now(recipients.register, "web", "david", NOW) == 4


def test_the_copy_is_one_file_for_its_owner_and_tells_nothing(make: Make, tmp_path: Path) -> None:
    database = make("sqlite")
    database.run_now(_live, 1)
    folder = tmp_path / "copies"
    folder.mkdir()
    backup(database, folder / "copy")
    assert [path.name for path in folder.iterdir()] == ["copy"]
    assert (folder / "copy").stat().st_mode & 0o777 == 0o600
    content = (folder / "copy").read_bytes()
    assert content[18:20] == b"\x01\x01"  # no longer a WAL file: it can be read where nothing can be written
    assert b"bonjour" not in content
    assert b"alice" not in content


def test_a_copy_made_while_messages_come_in_is_consistent(database: Database, tmp_path: Path, keys: KeyRing) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            database.run_now(_live, number := number + 1)

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for number in range(3):
            backup(database, tmp_path / f"copy {number}")
    finally:
        stop.set()
        writing.join()
    for number in range(3):
        copy = open_database(sqlite_url(tmp_path / f"copy {number}"), keys)
        everything = copy.run_now(_everything)
        counts = {name: len(everything[name]) for name in ("recipients", "conversations", "inbox", "outbox")}
        copy.close()
        assert len(set(counts.values())) == 1, counts


def test_a_database_that_holds_messages_is_replaced_on_demand_only(make: Make, tmp_path: Path) -> None:
    source, target = make("sqlite"), make("sqlite")
    source.run_now(_live, 1)
    target.run_now(_live, 2)
    backup(source, tmp_path / "copy")
    before = target.run_now(_everything)
    with pytest.raises(RestoreRefused, match="contient déjà"):
        restore(target, tmp_path / "copy")
    assert target.run_now(_everything) == before
    restore(target, tmp_path / "copy", replace=True)
    assert target.run_now(_everything) == source.run_now(_everything)


def _truncate(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _empty_of_tables(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE a (b)")


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (_truncate, RestoreRefused),
        (lambda path: path.write_bytes(b"x" * 10_000), RestoreRefused),
        (lambda path: path.write_bytes(b""), RestoreRefused),
        (lambda path: path.unlink(), RestoreRefused),
        (_empty_of_tables, RestoreRefused),
        (_make_newer, DatabaseNewer),
    ],
)
def test_a_bad_copy_is_refused_and_changes_nothing(
    make: Make, tmp_path: Path, harm: Callable[[Path], None], error: type[StorageError]
) -> None:
    database = make("sqlite")
    database.run_now(_live, 1)
    before = database.run_now(_everything)
    backup(database, tmp_path / "copy")
    harm(tmp_path / "copy")
    with pytest.raises(error):
        restore(database, tmp_path / "copy", replace=True)
    assert database.run_now(_everything) == before


def test_a_copy_made_under_another_key_is_refused(make: Make, tmp_path: Path) -> None:
    other = open_database(sqlite_url(tmp_path / "other.sqlite3"), KeyRing([new_key()]))
    backup(other, tmp_path / "copy")
    other.close()
    with pytest.raises(WrongKey):
        restore(make("sqlite"), tmp_path / "copy")


def test_a_restore_that_breaks_in_the_middle_changes_nothing(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = make("sqlite"), make("sqlite")
    source.run_now(_live, 1)
    target.run_now(_live, 2)
    backup(source, tmp_path / "copy")
    before = target.run_now(_everything)
    with target.transaction() as transaction:
        # The last of the tables that are filled refuses its rows.
        transaction.connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON team_questions BEGIN SELECT raise(ABORT, 'no'); END")
        )
    with pytest.raises(Exception, match="no"):
        restore(target, tmp_path / "copy", replace=True)
    assert target.run_now(_everything) == before


def test_a_copy_that_cannot_be_written_is_told(make: Make, tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match="n’existe pas"):
        backup(make("sqlite"), tmp_path / "nowhere" / "copy")


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_a_copy_that_the_disk_does_not_take_is_told_and_leaves_what_was_there(
    make: Make, tmp_path: Path, source: str
) -> None:
    before, folder = make(source), tmp_path / "copies"
    before.run_now(_live, 1)
    folder.mkdir()
    (folder / "copy").write_bytes(b"an older one")
    with files_of_at_most(20_000), pytest.raises(FileNotWritten, match="ne peut pas être écrit"):
        backup(before, folder / "copy")
    assert [path.read_bytes() for path in folder.iterdir()] == [b"an older one"]
