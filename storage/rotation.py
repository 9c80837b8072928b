"""Changing the key: everything encrypted is encrypted again with the newest one.

The way to do it: stop the program, put the new key before the old one (`encryption.add_key`, or GUICHET_SECRET_KEY),
start it, run `rotate`, and take the old key away. Stopped halfway, it is simply run again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, bindparam, select, update

from storage.database import Database, Transaction
from storage.encryption import ENCRYPTED, KeyRing
from storage.errors import WrongKey
from storage.tables import Kept, rows_at_once, without_encryption

#: Rows of one transaction: between two of them, the program goes on with its messages.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many values were encrypted again, and how many no key opens: these stay as they lie."""

    renewed: int
    unreadable: int


def rotate(database: Database) -> Rotation:
    """Encrypt again, with the newest key, everything that the database keeps encrypted."""
    renewed = unreadable = 0
    for kept in Kept.metadata.sorted_tables:
        names = [column.name for column in kept.columns if isinstance(column.type, ENCRYPTED)]
        last: Any = -1
        while names and last is not None:
            last, done, left = database.run_now(_rotate_some, kept, names, last)
            renewed, unreadable = renewed + done, unreadable + left
    return Rotation(renewed, unreadable)


def _rotate_some(transaction: Transaction, kept: Table, names: Sequence[str], after: Any) -> tuple[Any, int, int]:
    """Rotate the rows that follow the key `after`; return the last one's, None at the end, and the two counts."""
    plain = without_encryption(kept)
    (key,) = (plain.c[column.name] for column in kept.primary_key.columns)
    columns: list[Column[Any]] = [plain.c[name] for name in names]
    wanted = select(key.label("row_key"), *columns).where(key > after).order_by(key)
    rows = transaction.connection.execute(wanted.limit(rows_at_once(kept, BATCH)).with_for_update()).all()
    unreadable, changes = 0, []
    for row in rows:
        tokens = [_renewed(transaction.keys, row._mapping[name]) for name in names]
        unreadable += sum(old is not None and new is None for old, new in zip(row[1:], tokens, strict=True))
        kept_tokens = {name: new or old for name, old, new in zip(names, row[1:], tokens, strict=True)}
        changes.append({"row_key": row.row_key, **{f"new_{name}": token for name, token in kept_tokens.items()}})
    if changes:
        statement = update(plain).where(key == bindparam("row_key"))
        transaction.connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), changes)
    total = sum(value is not None for row in rows for value in row[1:])
    return (rows[-1].row_key if rows else None), total - unreadable, unreadable


def _renewed(keys: KeyRing, token: str | bytes | None) -> str | bytes | None:
    """Return the token under the newest key, None if there is none or no key opens it."""
    try:
        if isinstance(token, bytes):
            return keys.renew(token.decode("ascii")).encode("ascii")
        return None if token is None else keys.renew(token)
    except WrongKey:
        return None
