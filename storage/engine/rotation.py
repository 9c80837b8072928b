"""Changing the key: everything encrypted is encrypted again with the newest one.

Who does it has the database for themselves (`open_database(…, alone=True)`). The vault comes first: from then on, no
process starts whose keys do not hold the newest one. Stopped halfway, it is simply run again. The older keys are given
up only when `list_older` finds nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, bindparam, select, update

from storage.engine.database import Database, Transaction
from storage.engine.encryption import ENCRYPTED, KeyRing, as_token
from storage.engine.errors import WrongKey
from storage.engine.tables import Kept, rows_at_once, table, without_encryption

#: Rows of one transaction.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many values were encrypted again, and how many no key opens: these stay as they lie."""

    renewed: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands."""

    table: str
    row: Any
    column: str

    def __str__(self) -> str:
        return f"{self.table} {self.row} ({self.column})"


def rotate(database: Database) -> Rotation:
    """Encrypt again, with the newest key, everything that the database keeps encrypted."""
    renewed = unreadable = 0
    for kept, names in _encrypted():
        last: Any = None
        while True:
            last, done, left = database.run_now(_rotate_some, kept, names, last)
            renewed, unreadable = renewed + done, unreadable + left
            if kept is table("vault"):
                database.reopen_vault()
            if last is None:
                break
    return Rotation(renewed, unreadable)


def list_older(database: Database) -> list[Place]:
    """Return what the newest key alone does not open: encrypted with another key, or damaged."""
    found: list[Place] = []
    for kept, names in _encrypted():
        last: Any = None
        while True:
            last, places = database.run_now(_check_some, kept, names, last)
            found += places
            if last is None:
                break
    return found


def list_unreadable(transaction: Transaction) -> list[Place]:
    """Return what no key opens. The bytes of documents are left out: opening them all would take long."""
    found: list[Place] = []
    for kept, names in _encrypted():
        if rows_at_once(kept, BATCH) < BATCH:
            continue
        plain = without_encryption(kept)
        key = _key_of(plain, kept)
        wanted = select(key.label("row_key"), *(plain.c[name] for name in names)).order_by(key)
        for row in transaction.connection.execute(wanted, execution_options={"yield_per": BATCH}):
            tokens = ((name, row._mapping[name]) for name in names)
            found += [
                Place(kept.name, row.row_key, name)
                for name, token in tokens
                if token is not None and not transaction.keys.opens(as_token(token))
            ]
    return found


def _encrypted() -> Iterator[tuple[Table, list[str]]]:
    """Yield each table with encrypted columns, and their names: the vault first."""
    for kept in sorted(Kept.metadata.sorted_tables, key=lambda each: each is not table("vault")):
        names = [column.name for column in kept.columns if isinstance(column.type, ENCRYPTED)]
        if names:
            yield kept, names


def _read_some(transaction: Transaction, kept: Table, names: Sequence[str], after: Any) -> Sequence[Any]:
    """Return the keys and the tokens of the rows that follow the key `after`, None for the first ones."""
    plain = without_encryption(kept)
    key = _key_of(plain, kept)
    wanted = select(key.label("row_key"), *(plain.c[name] for name in names)).order_by(key)
    if after is not None:
        wanted = wanted.where(key > after)
    return transaction.connection.execute(wanted.limit(rows_at_once(kept, BATCH)).with_for_update()).all()


def _rotate_some(transaction: Transaction, kept: Table, names: Sequence[str], after: Any) -> tuple[Any, int, int]:
    """Rotate the rows that follow the key `after`; return the last one's, None at the end, and the two counts."""
    rows = _read_some(transaction, kept, names, after)
    unreadable, changes = 0, []
    for row in rows:
        tokens = [_renewed(transaction.keys, row._mapping[name]) for name in names]
        unreadable += sum(old is not None and new is None for old, new in zip(row[1:], tokens, strict=True))
        kept_tokens = {name: new or old for name, old, new in zip(names, row[1:], tokens, strict=True)}
        changes.append({"row_key": row.row_key, **{f"new_{name}": token for name, token in kept_tokens.items()}})
    if changes:
        plain = without_encryption(kept)
        statement = update(plain).where(_key_of(plain, kept) == bindparam("row_key"))
        transaction.connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), changes)
    total = sum(value is not None for row in rows for value in row[1:])
    return (rows[-1].row_key if rows else None), total - unreadable, unreadable


def _check_some(transaction: Transaction, kept: Table, names: Sequence[str], after: Any) -> tuple[Any, list[Place]]:
    rows = _read_some(transaction, kept, names, after)
    places = [
        Place(kept.name, row.row_key, name)
        for row in rows
        for name in names
        if row._mapping[name] is not None and not transaction.keys.is_newest(as_token(row._mapping[name]))
    ]
    return (rows[-1].row_key if rows else None), places


def _key_of(plain: Table, kept: Table) -> Column[Any]:
    (key,) = kept.primary_key.columns
    return plain.c[key.name]


def _renewed(keys: KeyRing, token: str | bytes | None) -> str | bytes | None:
    """Return the token under the newest key, None if there is none or no key opens it."""
    if token is None:
        return None
    try:
        renewed = keys.renew(as_token(token))
    except WrongKey:
        return None
    return renewed.encode("ascii") if isinstance(token, bytes) else renewed
