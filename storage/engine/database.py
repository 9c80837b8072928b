"""The database: how it is opened, and the one way to do something in it, a transaction. No table but the vault."""

import asyncio
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Text,
    bindparam,
    create_engine,
    event,
    func,
    make_url,
    select,
    type_coerce,
)
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from storage.engine.changes import Kind, Subject, mark_stale
from storage.engine.encryption import KeyRing, give_keys, keyed_hash
from storage.engine.errors import DatabaseUnavailable, StorageError, VaultChanged, told_in_french
from storage.engine.private_files import make_private_folder
from storage.engine.sharing import FileLock, hold_connection
from storage.engine.tables import table
from storage.engine.waiting import Waiting
from storage.engine.writer import Writer
from storage.migrations import Older, migrate, version

P = ParamSpec("P")
T = TypeVar("T")

#: How long a transaction waits for what another one has locked, in milliseconds.
BUSY_MILLISECONDS = 5_000
#: The same on PostgreSQL, where several wait for it to be done together: each is then run alone, beside the others.
TOGETHER_BUSY_MILLISECONDS = 100
#: Threads, each with its connection; more only compete for the interpreter.
POSTGRESQL_THREADS = 4
#: Threads beside them that commit together what waits together: while one waits for the server, another works.
POSTGRESQL_WRITERS = 2
#: Seconds that PostgreSQL's server is given to answer a connection.
CONNECT_SECONDS = 5
#: A transaction that is known not to have happened (broken connection, conflict) is tried so many times in all.
ATTEMPTS = 3
#: What libraries, tools and people write for PostgreSQL.
_POSTGRESQL_NAMES = {"postgresql", "postgres", "postgresql+psycopg"}

_HASTY = select(func.set_config("lock_timeout", bindparam("milliseconds"), True))  # in this transaction only

#: The pepper as it lies.
_TOKEN = type_coerce(table("vault").c.pepper, Text)

#: What a connection carries while its transaction erases personal data.
_ERASES = "guichet_erases"
#: The same, while its transaction changes dossiers and threads: which ones.
_CHANGED = "guichet_changed"
#: Milliseconds that emptying SQLite's journal waits for others, and seconds until it is tried again.
_JOURNAL_MILLISECONDS, JOURNAL_SECONDS = 100, 1.0


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction in progress: what the functions of the storage are given."""

    connection: Connection
    #: "sqlite" or "postgresql".
    dialect: str
    keys: KeyRing
    pepper: bytes
    #: What was put into tables that somebody takes from once this is committed: who ran it wakes them.
    put_into: set[str] = field(default_factory=set)

    def leave_no_trace(self) -> None:
        """What this transaction erases must not be left in the freed space of the database either."""
        self.connection.info[_ERASES] = True

    def changes_dossier(self, dossier_id: int) -> None:
        """Note that what the staff's lists say of a dossier may be another now."""
        self._changed.add(Subject(Kind.DOSSIER, dossier_id))

    def changes_thread(self, thread_id: int) -> None:
        """`changes_dossier`, of a thread."""
        self._changed.add(Subject(Kind.THREAD, thread_id))

    @property
    def _changed(self) -> set[Subject]:
        changed: set[Subject] = self.connection.info.setdefault(_CHANGED, set())
        return changed

    def session(self) -> Session:
        """Return a SQLModel session in this transaction, for what is not on the way of each message."""
        return Session(bind=self.connection)

    def hash_address(self, channel: str, address: str) -> bytes:
        return keyed_hash(self.pepper, channel, address)


#: Brings what is derived from these dossiers and threads up to date, in the transaction that changed them.
FollowChanges = Callable[[Transaction, Collection[Subject]], None]


class Database:
    """An open database. `run` from async code, `transaction` from synchronous code."""

    def __init__(self, engine: Engine, keys: KeyRing, vault: "_Vault", lock: FileLock | None) -> None:
        self.engine = engine
        self.keys = keys
        #: Called before each commit that changes dossiers or threads.
        self.follow_changes: FollowChanges = follow_later
        self._vault = vault
        self._lock = lock
        if lock is None:  # PostgreSQL: a connection that breaks lets go of the lock, and the next one has to look anew
            event.listen(engine, "connect", lambda connection, _: self._check_vault(connection))
        # What a process that was killed had erased may still lie in the journal.
        self._has_traces = engine.dialect.name == "sqlite"
        self._cut_after = 0.0
        self._waiting = Waiting()
        # PostgreSQL has many writers: threads, each with its transaction.
        many = engine.dialect.name == "postgresql"
        writers = POSTGRESQL_WRITERS if many else 1
        self._threads = ThreadPoolExecutor(POSTGRESQL_THREADS, thread_name_prefix="storage") if many else None
        self._writer = Writer(
            self._hasty_transaction if many else self.transaction,
            self.run_now,
            self._waiting.tell,
            writers,
            aside=self._threads,
        )

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    async def run(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in one transaction, in a thread; when this returns, it is committed and on the disk.

        Raise DatabaseUnavailable if the database did not take it. If the connection broke during the very commit,
        nobody knows whether it happened: `work` has to be such that the caller can do it again. It may run more than
        once before one run is kept: its effects are in the transaction only.
        """
        if self._threads is None:
            return await self.run_together(work, *args, **kwargs)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self.run_now(work, *args, **kwargs))

    async def run_together(
        self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`run`, in one transaction with what else waits to be run so: many short ones cost one commit.

        On PostgreSQL, for short work alone: the rows of all stay locked until the last is done. Of two processes that
        want each other's rows the server stops one, whose work then runs again, each in a transaction of its own.
        """
        awaited, future = self._waiting.begin()
        self._writer.submit(lambda transaction: work(transaction, *args, **kwargs), future)
        return cast(T, await awaited)

    def run_now(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`run`, from synchronous code."""
        for _ in range(ATTEMPTS - 1):
            try:
                with self.transaction() as transaction:
                    return work(transaction, *args, **kwargs)
            except DatabaseUnavailable as error:
                if not error.try_again_at_once:
                    raise
        with self.transaction() as transaction:
            return work(transaction, *args, **kwargs)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commit at the end of the block, roll back if it raises."""
        with told_in_french(), self.engine.connect() as connection:
            connection.begin()
            connection.info.pop(_CHANGED, None)  # of a transaction that was rolled back
            if self._lock is not None:
                self._check_vault(connection.connection.driver_connection)
            transaction = Transaction(connection, self.engine.dialect.name, self.keys, self._vault.pepper)
            yield transaction
            if changed := connection.info.pop(_CHANGED, None):
                self.follow_changes(transaction, changed)
            with told_in_french(during_commit=True):
                connection.commit()
            self._has_traces |= connection.info.pop(_ERASES, False)
            if self._has_traces and time.monotonic() >= self._cut_after:
                self._has_traces = not _empty_journal(connection)
                self._cut_after = time.monotonic() + JOURNAL_SECONDS

    @contextmanager
    def _hasty_transaction(self) -> Iterator[Transaction]:
        """`transaction` on PostgreSQL, given up as soon as another's lock keeps it from going on."""
        with self.transaction() as transaction:
            transaction.connection.execute(_HASTY, {"milliseconds": str(TOGETHER_BUSY_MILLISECONDS)})
            yield transaction

    def _check_vault(self, connection: Any) -> None:
        """Raise VaultChanged if what is there now is not what this process opened: it must not write with its keys."""
        (token,) = connection.execute("SELECT pepper FROM vault").fetchone() or (None,)
        if self.dialect == "postgresql":
            connection.rollback()
        if token != self._vault.token:
            raise VaultChanged("vault-changed")

    def reopen_vault(self, keys: KeyRing | None = None) -> None:
        """Take what this process itself has just put there, under these keys, by default those it has."""
        self.keys = keys or self.keys
        give_keys(self.engine.dialect, self.keys)
        with told_in_french():
            self._vault = _open_vault(self.engine, self.keys)

    def close(self) -> None:
        """Wait for the transactions in hand and let go of the connections."""
        self._writer.close()
        if self._threads is not None:
            self._threads.shutdown(wait=True)
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()


def follow_later(transaction: Transaction, changed: Collection[Subject]) -> None:
    """Leave it to a process that knows how: see `storage.search_index.list_missing`."""
    mark_stale(transaction.connection, changed)


#: Gives the keys, made if the database `is_new`.
LoadKeys = Callable[[bool], KeyRing]


def open_database(
    url: str, keys: KeyRing | LoadKeys, *, alone: bool = False, older: Older = Older.MIGRATED
) -> Database:
    """Open the database of `url` (SQLite or PostgreSQL), made if it is new; one of an older version as `older` says.

    `alone`: while no other process has it open.
    Raise DatabaseInUse, DatabaseNewer, DatabaseOlder, WrongKey, FileNotWritten or DatabaseUnavailable, each with what
    to do.
    """
    engine, lock = _engine(_checked(url), alone=alone)
    try:
        with told_in_french():
            # The keys are read once nobody can change them any more, and before anything is made.
            loaded = keys if isinstance(keys, KeyRing) else keys(_is_new(engine))
            give_keys(engine.dialect, loaded)
            migrate(engine, older)
            vault = _open_vault(engine, loaded)
    except BaseException:
        engine.dispose()
        if lock is not None:
            lock.release()
        raise
    return Database(engine, loaded, vault, lock)


def sqlite_url(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string()


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        parsed = None
    if parsed is not None and parsed.drivername in _POSTGRESQL_NAMES:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed is not None and parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    raise StorageError("bad-url")


def _engine(url: URL, *, alone: bool) -> tuple[Engine, FileLock | None]:
    """Return the engine, and on SQLite the lock that goes with it; PostgreSQL's goes with each connection."""
    if url.drivername == "sqlite":
        assert url.database is not None
        path = Path(url.database)
        _make_private_file(path)
        lock = FileLock(path, alone=alone)
        engine = create_engine(
            url,
            connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False},
            hide_parameters=True,  # an error must not carry into a log what a person wrote
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine, lock
    engine = create_engine(
        url,
        pool_size=1 if alone else POSTGRESQL_THREADS + POSTGRESQL_WRITERS,
        max_overflow=0 if alone else 10,  # who is alone is so on one connection
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "guichet"},
    )
    event.listen(engine, "connect", lambda connection, _: hold_connection(connection, alone=alone))
    event.listen(engine, "connect", _prepare_postgresql)
    return engine, None


def _make_private_file(path: Path) -> None:
    """Make the file for its owner only, before SQLite makes it for all; its -wal and -shm take the same mode."""
    make_private_folder(path.parent)
    try:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise DatabaseUnavailable("file-not-made", path=path, reason=error.strerror) from error


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, below
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",  # first: the next one already needs the file
        "journal_mode=WAL",
        "synchronous=FULL",  # what is acknowledged survives a power cut
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is gone from the file
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, _: Any) -> None:
    connection.execute(f"SET lock_timeout = {BUSY_MILLISECONDS}")
    connection.commit()  # else a rollback takes it back


def _empty_journal(connection: Connection) -> bool:
    """Take what the -wal holds into the file, where it is overwritten, and cut the -wal. False: others kept us from it.

    On PostgreSQL, erased rows are the server's to clear away: its VACUUM, which runs by itself.
    """
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        return True
    raw.execute(f"PRAGMA busy_timeout={_JOURNAL_MILLISECONDS}")
    try:
        is_busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    return not is_busy


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail at once, without waiting, if another wrote between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@dataclass(frozen=True, slots=True)
class _Vault:
    """What the vault's row held when it was opened. A renewal of the key, or a restore, writes another token there."""

    token: str
    pepper: bytes


def _is_new(engine: Engine) -> bool:
    """Whether nothing was ever encrypted here."""
    with engine.connect() as connection:
        return version(connection) is None or connection.execute(select(_TOKEN)).first() is None


def _open_vault(engine: Engine, keys: KeyRing) -> _Vault:
    """Open the vault, its pepper drawn on first start. Raise WrongKey if the keys do not open it."""
    vault = table("vault")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE vault IN EXCLUSIVE MODE")
        token = connection.execute(select(_TOKEN)).scalar()
        if token is None:
            connection.execute(vault.insert().values(id=1, pepper=secrets.token_hex(32)))
            token = connection.execute(select(_TOKEN)).scalar_one()
        return _Vault(str(token), bytes.fromhex(keys.decrypt_text(token)))
