"""New databases as a first start leaves them, copied from one: to migrate each took longer than most tests."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import psycopg

from storage.engine.database import Database, open_database, sqlite_url
from storage.engine.encryption import KeyRing, new_key
from tests.postgresql import Server

#: The key of the databases that are copied: they are bound to it. One a process.
KEY = new_key()


def open_new(path: Path, keys: KeyRing) -> Database:
    """Open the SQLite database at `path`, made if it is not there: a copy, where KEY is the newest of `keys`."""
    if not path.exists() and _is_ours(keys):
        copy_new(path)
    return open_database(sqlite_url(path), keys)


def copy_new(path: Path) -> None:
    """Lay a SQLite database at `path` as a first start with KEY leaves it."""
    shutil.copyfile(_made(), path)
    path.chmod(0o600)


def open_new_postgresql(server: Server, keys: KeyRing) -> Database:
    """Open the database "test" of `server`, as a first start leaves it. Nobody may have it open."""
    assert _is_ours(keys)
    _make_on(server)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute('DROP DATABASE IF EXISTS "test" WITH (FORCE)')
        connection.execute('CREATE DATABASE "test" TEMPLATE "made"')
    return open_database(server.url("test"), keys)


def _is_ours(keys: KeyRing) -> bool:
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
def _make_on(server: Server) -> None:
    open_database(server.new_database("made"), KeyRing([KEY])).close()
