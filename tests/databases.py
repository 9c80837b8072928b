"""New databases as a first start leaves them, copied from one: to migrate each took longer than most tests."""

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

from storage.engine.database import Database, open_database, sqlite_url
from storage.engine.encryption import KEY_FILE, KeyRing, new_key
from tests.compiled import share_compiled
from tests.postgresql import Server

#: The key of the databases that are copied: they are bound to it. One a process.
KEY = new_key()


def open_new(path: Path, keys: KeyRing) -> Database:
    """Open the SQLite database at `path`, made if it is not there: a copy, where KEY is the newest of `keys`."""
    if not path.exists() and is_ours(keys):
        copy_new(path)
    return _opened(sqlite_url(path), keys)


def copy_new(path: Path) -> None:
    """Lay a SQLite database at `path` as a first start with KEY leaves it."""
    shutil.copyfile(_made(), path)
    path.chmod(0o600)


def copy_unopened(path: Path) -> None:
    """Lay a SQLite database at `path` with all its tables, in which nothing was ever encrypted.

    Any keys open it, and its pepper is its own.
    """
    shutil.copyfile(_unopened(), path)
    path.chmod(0o600)


def copy_unopened_on(server: Server, name: str) -> str:
    """The same on PostgreSQL, in place of what is there of that name. Return its URL."""
    _made_on(server)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "made"'.encode())
    with psycopg.connect(server.url(name), autocommit=True) as connection:
        connection.execute("DELETE FROM vault")
    return server.url(name)


def lay_home(folder: Path) -> None:
    """Make the folder of the program's data, as a first start leaves it."""
    folder.mkdir(mode=0o700)
    copy_new(folder / "guichet.sqlite3")
    (folder / KEY_FILE).write_text(f"{KEY}\n", encoding="ascii")
    (folder / KEY_FILE).chmod(0o600)


def open_new_postgresql(server: Server, keys: KeyRing) -> Database:
    """Open the database "test" of `server`, as a first start leaves it. Who still has it open is cut off."""
    assert is_ours(keys)
    made = _made_on(server)
    with psycopg.connect(server.url("test"), autocommit=True) as connection:
        connection.execute(_CUT_OFF)
        if is_whole := connection.execute(_SHAPE).fetchone() == made.shape:
            made.put_back(connection)
    if not is_whole:  # a test changed its tables
        _copy_on(server)
    return _opened(server.url("test"), keys)


def _opened(url: str, keys: KeyRing) -> Database:
    database = open_database(url, keys)
    share_compiled(database)
    return database


#: Whoever else is connected, until they are gone.
_CUT_OFF = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
#: Which tables, columns and rules there are, in numbers.
_SHAPE = """SELECT count(*), sum(relnatts), (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace"""


@dataclass(frozen=True)
class _AsMade:
    """What a database holds as a first start leaves it: to put it back takes a tenth of what a copy takes."""

    shape: tuple[object, ...]
    #: Empties each table, and has each number begin anew.
    emptying: str
    #: The rows of each table that has some, as COPY writes them.
    rows: Mapping[str, bytes]

    def put_back(self, connection: psycopg.Connection) -> None:
        with connection.transaction():
            connection.execute(self.emptying.encode())
            for name, rows in self.rows.items():
                with connection.cursor().copy(f'COPY "{name}" FROM STDIN'.encode()) as copying:
                    copying.write(rows)


def is_ours(keys: KeyRing) -> bool:
    return keys.is_newest(_token())


@cache
def _token() -> str:
    return KeyRing([KEY]).encrypt(b"")


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="guichet-made-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "made.sqlite3"
    open_database(sqlite_url(path), KeyRing([KEY])).close()  # the last connection to go leaves one file
    return path


@cache
def _unopened() -> Path:
    path = _made().with_name("unopened.sqlite3")
    shutil.copyfile(_made(), path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM vault")
    return path


@cache
def _made_on(server: Server) -> _AsMade:
    open_database(server.new_database("made"), KeyRing([KEY])).close()
    _copy_on(server)
    with psycopg.connect(server.url("test"), autocommit=True) as connection:
        shape = connection.execute(_SHAPE).fetchone()
        assert shape is not None
        tables = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        numbers = connection.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        emptying = [
            "SET LOCAL session_replication_role = replica",  # in no order, and what may not be deleted too
            *(f'DELETE FROM "{name}"' for name in tables),
            *(f"SELECT setval('\"{name}\"', {last or 1}, {last is not None})" for name, last in numbers),
        ]
        rows = {}
        for name in tables:
            with connection.cursor().copy(f'COPY "{name}" TO STDOUT'.encode()) as copying:
                if held := b"".join(copying):
                    rows[name] = held
    return _AsMade(shape, ";".join(emptying), rows)


def _copy_on(server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute('DROP DATABASE IF EXISTS "test" WITH (FORCE)')
        connection.execute('CREATE DATABASE "test" TEMPLATE "made"')
