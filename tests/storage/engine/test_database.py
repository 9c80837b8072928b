"""How a database is opened and refused, and what a transaction promises. On SQLite and PostgreSQL."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.pool import Pool

from storage import conversations, recipients
from storage.engine.database import Database, Transaction, open_database, sqlite_url
from storage.engine.encryption import KeyRing, new_key
from storage.engine.errors import DatabaseNewer, DatabaseUnavailable, StorageError, WrongKey, told_in_french
from storage.engine.private_files import FileNotWritten
from storage.engine.tables import table
from storage.migrations import HEAD, LOCK
from tests.databases import copy_unopened, copy_unopened_on
from tests.postgresql import Server

NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


def _register(transaction: Transaction, address: str) -> int:
    return recipients.register(transaction, "web", address, NOW)


def _count(transaction: Transaction) -> int:
    return len(transaction.connection.execute(select(table("recipients").c.id)).all())


def test_what_was_committed_is_there_after_reopening(database: Database, database_url: str, keys: KeyRing) -> None:
    known = database.run_now(_register, "alice")
    database.close()
    again = open_database(database_url, keys)
    assert again.run_now(_register, "alice") == known
    again.close()


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    def work(transaction: Transaction) -> None:
        _register(transaction, "alice")
        raise LookupError

    with pytest.raises(LookupError):
        database.run_now(work)
    assert database.run_now(_count) == 0


def test_a_wrong_key_is_refused_at_the_start(database: Database, database_url: str) -> None:
    with pytest.raises(WrongKey, match="clé d’origine"):
        open_database(database_url, KeyRing([new_key()]))


def test_a_newer_database_is_refused(database: Database, database_url: str, keys: KeyRing) -> None:
    with database.transaction() as transaction:
        transaction.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewer, match=f"9999.*{HEAD}"):
        open_database(database_url, keys)


async def test_processes_that_start_together_migrate_once(database_url: str, key: str) -> None:
    def start() -> Database:
        return open_database(database_url, KeyRing([key]))

    opened = await asyncio.gather(*(asyncio.to_thread(start) for _ in range(4)))
    assert len({database.run_now(_register, "alice") for database in opened}) == 1
    for database in opened:
        database.close()


async def test_who_comes_while_another_process_migrates_waits(postgresql: Server, keys: KeyRing) -> None:
    url = copy_unopened_on(postgresql, "migrating")
    database = open_database(url, keys)
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with database.transaction() as other, database.engine.connect() as beside:
        other.connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        opening = asyncio.create_task(asyncio.to_thread(open_database, url, keys))
        while not opening.done() and not beside.execute(waiting).scalar():
            await asyncio.sleep(0.005)
        waits = not opening.done()
    (await opening).close()
    database.close()
    assert waits


def test_naive_dates_are_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="timezone"), database.transaction() as transaction:
        recipients.register(transaction, "web", "alice", NOW.replace(tzinfo=None))


def test_an_error_does_not_tell_what_was_written(database: Database) -> None:
    with pytest.raises(StatementError) as caught, database.transaction() as transaction:
        recipients.register(transaction, "web", "alice", NOW.replace(tzinfo=None))
    assert "alice" not in str(caught.value)


def test_dates_come_back_aware_and_in_utc(database: Database) -> None:
    known = database.run_now(_register, "alice")
    with database.transaction() as transaction:
        column = table("recipients").c
        found = transaction.connection.execute(select(column.created_at).where(column.id == known)).scalar_one()
    assert found == NOW
    assert found.utcoffset() == NOW.utcoffset()


def test_no_address_lies_in_the_files_as_written(tmp_path: Path, keys: KeyRing) -> None:
    database = open_database(sqlite_url(tmp_path / "guichet.sqlite3"), keys)
    database.run_now(_register, "mairie@noyelles.example")
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    database.close()
    assert b"noyelles" not in content
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_sqlite_is_set_to_survive_a_power_cut(tmp_path: Path, keys: KeyRing) -> None:
    database = open_database(sqlite_url(tmp_path / "new folder" / "guichet.sqlite3"), keys)
    with database.transaction() as transaction:
        found = {
            name: transaction.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.fixture
def a_library_that_leaves_what_is_deleted() -> Iterator[None]:
    """What SQLite does unless it was compiled otherwise, as Debian's is."""

    def leave(connection: sqlite3.Connection, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA secure_delete=OFF")

    event.listen(Pool, "connect", leave)
    yield
    event.remove(Pool, "connect", leave)


@pytest.mark.usefixtures("a_library_that_leaves_what_is_deleted")
def test_what_is_erased_is_gone_from_the_file(tmp_path: Path, keys: KeyRing) -> None:
    path = tmp_path / "guichet.sqlite3"
    # A channel's name lies in plain: it can be looked for.
    words = [f"channel-of-noyelles-{number:04}" for number in range(400)]
    database = open_database(sqlite_url(path), keys)
    with database.transaction() as transaction:
        for word in words:
            recipients.register(transaction, word, "alice", NOW)
    database.close()  # what is in the -wal goes into the file
    assert words[0].encode() in path.read_bytes()
    database = open_database(sqlite_url(path), keys)
    with database.transaction() as transaction:
        transaction.connection.execute(table("recipients").delete())
    database.close()
    kept = path.read_bytes()
    assert [word for word in words if word.encode() in kept] == []


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://host/base", "sqlite://", "sqlite:///:memory:", "postgresql://a:b@host:port/base"]
)
def test_a_url_we_do_not_serve_is_refused_with_an_example(url: str, keys: KeyRing) -> None:
    with pytest.raises(StorageError, match="sqlite:////var/lib/guichet"):
        open_database(url, keys)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path, keys: KeyRing) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("ceci n'est pas une base de données" * 100)
    with pytest.raises(DatabaseUnavailable, match="pas une base de données de Guichet"):
        open_database(sqlite_url(path), keys)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, keys: KeyRing) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileNotWritten, match="n’est pas un dossier"):
        open_database(sqlite_url(tmp_path / "file" / "guichet.sqlite3"), keys)


def test_a_server_that_is_down_is_told(tmp_path: Path, keys: KeyRing) -> None:
    with pytest.raises(DatabaseUnavailable, match="ne répond pas"):
        open_database(f"postgresql://postgres@/base?host={tmp_path}&port=1", keys)


def test_a_base_that_is_not_there_is_told(postgresql: Server, keys: KeyRing) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"refuse la connexion : « .*nowhere"):
        open_database(postgresql.url("nowhere"), keys)


def test_all_jobs_that_wait_together_are_answered_and_a_raising_one_takes_no_other_along(tmp_path: Path) -> None:
    copy_unopened(tmp_path / "guichet.sqlite3")
    database = open_database(sqlite_url(tmp_path / "guichet.sqlite3"), KeyRing([new_key()]))

    def job(address: str) -> Callable[[Transaction], int]:
        def work(transaction: Transaction) -> int:
            known = _register(transaction, address)
            if address == "person 7":
                raise LookupError
            return known

        return work

    async def all_of_them() -> list[int | BaseException]:
        jobs = [database.run(job(f"person {number}")) for number in range(20)]
        return await asyncio.gather(*jobs, return_exceptions=True)

    found = asyncio.run(all_of_them())
    assert [number for number, result in enumerate(found) if isinstance(result, LookupError)] == [7]
    assert len({result for result in found if isinstance(result, int)}) == 19
    assert database.run_now(_count) == 19
    database.close()


async def test_a_transaction_on_a_restarted_server_is_done_on_a_new_connection(
    postgresql: Server, keys: KeyRing
) -> None:
    database = open_database(copy_unopened_on(postgresql, "restarted"), keys)
    known = await database.run(_register, "alice")
    await asyncio.to_thread(postgresql.stop)
    with pytest.raises(DatabaseUnavailable, match="PostgreSQL"):
        await database.run(_register, "bob")
    await asyncio.to_thread(postgresql.start)
    assert await database.run(_register, "alice") == known
    await asyncio.to_thread(postgresql.stop)
    await asyncio.to_thread(postgresql.start)
    assert await database.run(_register, "alice") == known  # every pooled connection is dead: nobody notices
    database.close()


class TestFaultsOfSqlite:
    """Each fault is told in French, and once it is over the same open database works."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        copy_unopened(tmp_path / "guichet.sqlite3")
        return tmp_path / "guichet.sqlite3"

    @pytest.fixture
    def opened(self, path: Path, keys: KeyRing, monkeypatch: pytest.MonkeyPatch) -> Database:
        monkeypatch.setattr("storage.engine.database.BUSY_MILLISECONDS", 100)
        return open_database(sqlite_url(path), keys)

    async def test_locked_by_another_program(self, opened: Database, path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DatabaseUnavailable, match="verrouillée"):
                await opened.run(_register, "alice")
            other.execute("ROLLBACK")
        await opened.run(_register, "alice")
        assert opened.run_now(_count) == 1
        opened.close()

    async def test_disk_full(self, opened: Database) -> None:
        kept = await opened.run(_register, "alice")
        with opened.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

        def fill(transaction: Transaction) -> None:
            _register(transaction, "x" * 10_000)

        with pytest.raises(DatabaseUnavailable, match="plein"):
            await opened.run(fill)
        with opened.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        await opened.run(fill)
        assert await opened.run(_register, "alice") == kept
        opened.close()

    async def test_read_only(self, opened: Database) -> None:
        with opened.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("PRAGMA query_only=ON")
            with pytest.raises(DatabaseUnavailable, match="lecture seule"), told_in_french():
                connection.begin()
            raw.execute("PRAGMA query_only=OFF")
        await opened.run(_register, "alice")
        opened.close()

    def test_a_file_that_may_only_be_read(self, path: Path, keys: KeyRing) -> None:
        open_database(sqlite_url(path), keys).close()
        path.chmod(0o400)
        if os.access(path, os.W_OK):
            pytest.skip("run as root, who may write every file")
        with pytest.raises(DatabaseUnavailable, match="lecture seule"):
            open_database(sqlite_url(path), keys)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_two_who_want_each_others_rows_are_both_done(
    database: Database, database_url: str, keys: KeyRing
) -> None:
    """What is committed together keeps rows for longer: of two processes in each other's way, one begins anew."""
    other, names = open_database(database_url, keys), ("alice", "bob")
    has_one = [Event(), Event()]
    for name in names:
        database.run_now(conversations.lock, "web", name, NOW)

    def work(transaction: Transaction, mine: int) -> int:
        conversations.lock(transaction, "web", names[mine], NOW)
        has_one[mine].set()
        assert has_one[1 - mine].wait(30)
        return conversations.lock(transaction, "web", names[1 - mine], NOW).recipient_id

    done = await asyncio.gather(database.run_together(work, 0), other.run_together(work, 1))
    assert set(done) == {database.run_now(_register, name) for name in names}
    other.close()


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_rows_that_others_keep_locked_hold_nobody_else_up(
    database: Database, database_url: str, keys: KeyRing
) -> None:
    other, names = open_database(database_url, keys), ("alice", "bob", "carole")
    for name in (*names, "dan"):
        database.run_now(conversations.lock, "web", name, NOW)

    def talk(transaction: Transaction, name: str) -> int:
        return conversations.lock(transaction, "web", name, NOW).recipient_id

    with other.transaction() as transaction:
        for name in names:
            conversations.lock(transaction, "web", name, NOW)
        held = [asyncio.create_task(database.run_together(talk, name)) for name in names]
        async with asyncio.timeout(30):
            assert await database.run_together(talk, "dan")
        assert not any(task.done() for task in held)
    assert await asyncio.gather(*held) == [database.run_now(_register, name) for name in names]
    other.close()


async def test_what_is_locked_for_too_long_on_postgresql_is_told(
    postgresql: Server, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.database.BUSY_MILLISECONDS", 150)
    url = copy_unopened_on(postgresql, "locked")
    database, other = open_database(url, keys), open_database(url, keys)
    database.run_now(conversations.lock, "web", "alice", NOW)
    with other.transaction() as transaction:
        conversations.lock(transaction, "web", "alice", NOW)
        for run in (database.run, database.run_together):
            with pytest.raises(DatabaseUnavailable, match="verrouillée"):
                await run(conversations.lock, "web", "alice", NOW)
    assert await database.run_together(conversations.lock, "web", "alice", NOW)
    database.close()
    other.close()
