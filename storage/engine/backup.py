"""Consistent copies, made while the program runs, and their return. A copy is an SQLite file, whatever the database.

What is personal stays encrypted in the copy. The key is NOT in it: it has to be kept apart, and without it the copy
tells nothing.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from storage.engine.database import Database, open_database, sqlite_url
from storage.engine.encryption import give_keys
from storage.engine.errors import DatabaseOlder, DatabaseUnavailable, RestoreRefused, StorageError, told_in_french
from storage.engine.private_files import FileNotWritten, folder_of, private_draft, told_as_unwritten
from storage.engine.sharing import SUFFIX
from storage.engine.tables import Kept, rows_at_once, without_encryption
from storage.migrations import HEAD, migrate, version

#: Rows copied at a time.
BATCH = 500
#: What SQLite says where it cannot write the copy (SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN).
_NOT_WRITTEN = {13: "file-disk-full", 10: "file-not-written", 14: "file-not-written"}


def backup(database: Database, path: Path) -> None:
    """Write a copy of the database to `path`, for its owner only. Until it is whole, `path` keeps what it held.

    One of an older version is copied as it is on SQLite. Errors: FileNotWritten, StorageError.
    """
    _refuse_own_files(database, path)
    with private_draft(path) as draft, _told_of_the_copy(path):
        if database.dialect == "sqlite":
            _copy_file(database, draft)
        else:
            _copy_to_file(database, draft)
        _close_to_one_file(draft)


def restore(database: Database, path: Path, *, replace: bool = False) -> None:
    """Put back what `backup` wrote, of whatever database, in one transaction: all of it or nothing.

    Raise RestoreRefused if the database holds anything and `replace` is not set, or if `path` is no backup; WrongKey if
    it was made under another key; DatabaseNewer if by a newer version. A copy of an older version is migrated.
    """
    _refuse_own_files(database, path)
    with tempfile.TemporaryDirectory(prefix="guichet-") as folder:
        copied = Path(folder) / "restored.sqlite3"
        _copy_backup(path, copied)
        source = open_database(sqlite_url(copied), database.keys)
        try:
            with source.engine.connect() as reading, database.transaction() as writing:
                if not replace and not _is_empty(writing.connection):
                    raise RestoreRefused("restore-not-empty")
                _empty(writing.connection)
                _copy_rows(reading, writing.connection)
                _count_on(reading, writing.connection)
        finally:
            source.close()
    database.reopen_vault()


def _refuse_own_files(database: Database, path: Path) -> None:
    """Raise StorageError if `path` is the database itself, or one of the files that belong to it."""
    file = database.engine.url.database
    if database.dialect != "sqlite" or file is None:
        return
    name = Path(file).resolve()
    own = (name, *(name.with_name(name.name + suffix) for suffix in ("-wal", "-shm", "-journal", SUFFIX)))
    if path.resolve() in own or any(each.exists() and path.exists() and path.samefile(each) for each in own):
        raise StorageError("backup-onto-itself", path=path)


@contextmanager
def _told_of_the_copy(path: Path) -> Iterator[None]:
    """Turn what SQLite says where it cannot write the copy into `FileNotWritten`: the database itself is only read."""
    try:
        yield
    except (sqlite3.OperationalError, DatabaseUnavailable) as error:
        cause = _sqlite_cause(error)
        fault = _NOT_WRITTEN.get(cause.sqlite_errorcode & 0xFF) if cause is not None else None
        if fault is None:
            raise
        raise FileNotWritten(fault, path=path, folder=folder_of(path), reason=cause) from error


def _sqlite_cause(error: Exception) -> sqlite3.OperationalError | None:
    """Return what SQLite said, as it is or as the storage told it."""
    told = error.__cause__.orig if isinstance(error.__cause__, DBAPIError) else error
    return told if isinstance(told, sqlite3.OperationalError) else None


def _copy_file(database: Database, draft: Path) -> None:
    """SQLite's own online copy: consistent, and it holds up no writer."""
    with told_in_french(), database.engine.connect() as connection, closing(sqlite3.connect(draft)) as copy:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(copy)


def _copy_to_file(database: Database, draft: Path) -> None:
    """The rows of another database, as they were at one instant."""
    with told_in_french(), database.engine.connect() as reading:
        found = version(reading)
    if found != HEAD:
        raise DatabaseOlder("database-older-no-copy", found=found, known=HEAD)
    engine = create_engine(sqlite_url(draft))
    give_keys(engine.dialect, database.keys)  # migrations rewrite what is encrypted
    try:
        with told_in_french():
            migrate(engine)
        with told_in_french(), database.engine.connect() as reading, engine.begin() as writing:
            reading = reading.execution_options(isolation_level="REPEATABLE READ")
            _copy_rows(reading, writing)
            _count_on(reading, writing)
    finally:
        engine.dispose()


def _close_to_one_file(draft: Path) -> None:
    """Leave no -wal beside the copy."""
    with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")


def _copy_backup(path: Path, copied: Path) -> None:
    """Copy the backup to where it may be migrated. Raise RestoreRefused if it is not whole."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RestoreRefused("backup-not-read", path=path, reason=error.strerror) from error
    with told_as_unwritten(copied):
        copied.touch(mode=0o600)
        copied.write_bytes(content)
    try:
        with closing(sqlite3.connect(copied)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError:
        sound, tables = False, set()
    if not sound or not {"alembic_version", "vault"} <= tables:
        raise RestoreRefused("backup-damaged", path=path)


def _is_empty(connection: Connection) -> bool:
    return not any(
        connection.execute(select(text("1")).select_from(kept).limit(1)).first()
        for kept in Kept.metadata.sorted_tables
        if kept.name != "vault"
    )


def _empty(connection: Connection) -> None:
    for kept in reversed(Kept.metadata.sorted_tables):
        connection.execute(delete(kept))


def _copy_rows(reading: Connection, writing: Connection) -> None:
    """Copy every row of every table as it lies: encrypted columns are neither opened nor closed."""
    for kept in Kept.metadata.sorted_tables:
        plain = without_encryption(kept)
        rows = reading.execute(select(plain), execution_options={"yield_per": rows_at_once(kept, BATCH)})
        for some in rows.mappings().partitions():
            writing.execute(insert(plain), [dict(row) for row in some])


def _count_on(reading: Connection, writing: Connection) -> None:
    """Let new rows be numbered after all that the copied database ever numbered, where ids must not come again."""
    for kept in Kept.metadata.sorted_tables:
        if kept.autoincrement_column is None or kept.name == "vault":
            continue
        given = _last_given(reading, kept.name) if kept.dialect_options["sqlite"]["autoincrement"] else 0
        if writing.dialect.name == "postgresql":
            writing.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{kept.name}', 'id'), "
                    f"(SELECT greatest(coalesce(max(id), 0), :given) + 1 FROM {kept.name}), false)"
                ),
                {"given": given},
            )
        elif given > _last_given(writing, kept.name):
            writing.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": kept.name})
            row = {"name": kept.name, "given": given}
            writing.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :given)"), row)


def _last_given(connection: Connection, name: str) -> int:
    """Return the highest id that was ever given in a table, also to a row that is erased."""
    if connection.dialect.name == "postgresql":
        wanted = "SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id'))"
    else:
        wanted = "SELECT seq FROM sqlite_sequence WHERE name = :name"
    return int(connection.execute(text(wanted), {"name": name}).scalar() or 0)
