"""Who has a database open: any number of processes together, or one alone, for what bears no other beside it.

The locks are the system's: they go with their process, however it ends. On SQLite, one of a file beside the database;
on PostgreSQL, one that every connection holds for as long as it lives. Nothing is read or written here.
"""

import fcntl
import os
from pathlib import Path
from typing import Any

from storage.engine.errors import DatabaseInUse, DatabaseUnavailable

#: Any number but `storage.migrations.LOCK`, always the same.
LOCK = 7_283_646
#: What the name of the file to lock ends with, beside an SQLite database.
SUFFIX = ".lock"


class FileLock:
    """The lock of an SQLite database, held until `release` or the end of the process."""

    def __init__(self, database: Path, *, alone: bool) -> None:
        """Errors: DatabaseInUse; DatabaseUnavailable where the file cannot be made."""
        # The database itself must not be opened for this: closing it would let go of SQLite's own locks on it.
        path = database.resolve()
        path = path.with_name(path.name + SUFFIX)
        try:
            self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb+", buffering=0)
        except OSError as error:
            raise DatabaseUnavailable("file-not-made", path=path, reason=error.strerror) from error
        try:
            fcntl.flock(self._file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise DatabaseInUse("in-use" if alone else "held-alone") from error

    def release(self) -> None:
        self._file.close()


def hold_connection(connection: Any, *, alone: bool) -> None:
    """Take the lock for as long as this connection to PostgreSQL lives. Errors: DatabaseInUse; the connection is then
    closed."""
    wanted = "pg_try_advisory_lock" if alone else "pg_try_advisory_lock_shared"
    (is_ours,) = connection.execute(f"SELECT {wanted}({LOCK})").fetchone()
    connection.rollback()  # the lock is of the session, and outlives this
    if not is_ours:
        connection.close()
        raise DatabaseInUse("in-use" if alone else "held-alone")
