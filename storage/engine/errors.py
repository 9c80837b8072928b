"""What can go wrong with the storage, in one small tree; `errors.yaml` words it for operators, with what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

WORDING = Path(__file__).with_name("errors.yaml")


@cache
def _wording() -> dict[str, str]:
    worded: dict[str, str] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return worded


def worded(name: str, **known: object) -> str:
    """Return a text of `errors.yaml`, filled in."""
    return _wording()[name].format(**known)


class StorageError(Exception):
    """The storage cannot do what was asked; its text, `fault` of `errors.yaml`, tells an operator what to do."""

    def __init__(self, fault: str, **known: object) -> None:
        super().__init__(worded(fault, **known))


class DatabaseNewer(StorageError):
    """The database was migrated by a newer version of the code."""


class WrongKey(StorageError):
    """What is stored was encrypted with a key that was not given."""


class UnsafeKeyFile(StorageError):
    """The key file can be read by others, or does not hold keys."""


class DatabaseOlder(StorageError):
    """The database was made by an older version of the code, and was opened only to be read."""


class RestoreRefused(StorageError):
    """A backup cannot be restored here without harm."""


class DatabaseUnavailable(StorageError):
    """The database did not take the transaction. Nothing of it is kept, unless the connection broke in its commit."""

    def __init__(
        self,
        fault: str,
        *,
        try_again_at_once: bool = False,
        may_have_happened: bool = False,
        is_locked: bool = False,
        **known: object,
    ) -> None:
        super().__init__(fault, **known)
        #: The transaction is known not to have happened, and a fresh connection may well succeed.
        self.try_again_at_once = try_again_at_once
        #: The connection broke in the commit: nobody knows whether the transaction happened.
        self.may_have_happened = may_have_happened
        #: Another transaction kept for too long what this one needs.
        self.is_locked = is_locked


class DatabaseInUse(DatabaseUnavailable):
    """Other processes have the database open where one has to be alone with it, or one is alone with it."""


class VaultChanged(DatabaseUnavailable):
    """Since this process opened the database, its key was renewed or another was put in its place: it has to end, for
    what it would write nobody could read."""


#: SQLite's primary result codes (https://www.sqlite.org/rescode.html) that tell of the outside world, not of a bug.
_SQLITE_FAULTS = {
    5: "sqlite-locked",
    6: "sqlite-locked",
    8: "sqlite-read-only",
    10: "sqlite-disk",
    11: "sqlite-damaged",
    13: "sqlite-full",
    14: "sqlite-not-opened",
    26: "sqlite-foreign",
}

#: Codes and classes of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html), precise ones first.
_POSTGRESQL_FAULTS = {
    "53100": "postgresql-full",
    "53300": "postgresql-connections",
    "25006": "postgresql-read-only",
    "42501": "postgresql-no-right",
    "28": "postgresql-refused",
    "3D": "postgresql-no-database",
    "40": "postgresql-conflict",
    "55P03": "postgresql-locked",
    "08": "postgresql-cut",
    "53": "postgresql-resources",
    "57": "postgresql-stopping",
    "58": "postgresql-disk",
}


#: What stands in every language before the words of a server that refuses a connection.
_FATAL = "FATAL:"

_LOCKED = {"sqlite-locked", "postgresql-locked"}


def _unavailable(error: DBAPIError) -> str | None:
    """Return the fault that `error` is if it comes from the outside world, None if it is a bug of ours."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE_FAULTS.get(code & 0xFF)
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate is not None:
        return next((fault for start, fault in _POSTGRESQL_FAULTS.items() if sqlstate.startswith(start)), None)
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    # Without a state nobody spoke, or the server did before there was a connection: libpq then gives its words alone.
    return "postgresql-turned-away" if _turned_away(error) else "postgresql-silent"


def _turned_away(error: DBAPIError) -> str:
    """Return why the server refused a connection, in its own words; nothing where it did not."""
    _, _, words = str(error.orig).partition(_FATAL)
    return words.strip().partition("\n")[0]


@contextmanager
def told_in_french(*, during_commit: bool = False) -> Iterator[None]:
    """Turn the database's complaints about the outside world into `DatabaseUnavailable`; bugs pass unchanged."""
    try:
        yield
    except DBAPIError as error:
        fault = _unavailable(error)
        if fault is None:
            raise
        conflict = str(getattr(error.orig, "sqlstate", None) or "").startswith("40")
        fresh = not during_commit and (error.connection_invalidated or conflict)
        # What SQLite does not commit it rolls back.
        unknown = during_commit and not conflict and not hasattr(error.orig, "sqlite_errorcode")
        raise DatabaseUnavailable(
            fault,
            try_again_at_once=fresh,
            may_have_happened=unknown,
            is_locked=fault in _LOCKED,
            reason=_turned_away(error),
        ) from error
