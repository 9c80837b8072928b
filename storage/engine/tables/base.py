"""What every table is made of, how its rows are inserted, and the one row that opens all the others."""

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Field, SQLModel

from storage.engine.encryption import ENCRYPTED, EncryptedBytes, EncryptedText

#: SQLite numbers rows by itself only in a column that is exactly INTEGER.
Identifier = BigInteger().with_variant(Integer, "sqlite")


#: Of a table whose ids are also remembered elsewhere, in keys, notices and buttons, by pages that are open, by what has
#: a row in hand: SQLite must not give the id of an erased row again.
IDS_ONCE = {"sqlite_autoincrement": True}


#: Rows with a document in them that are copied or encrypted again at a time.
_HEAVY_ROWS = 2


_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Kept(SQLModel):
    """The base of every table. Dates are aware, UTC in and out; naive ones are refused."""

    metadata = MetaData(naming_convention=_NAMES)


class Vault(Kept, table=True):
    """One row: the pepper of the address hashes, encrypted. A key that does not open it is not this database's key."""

    __tablename__ = "vault"

    id: int = Field(default=1, primary_key=True)
    pepper: str = Field(sa_type=EncryptedText)


def table(name: str) -> Table:
    """Return the Core table: on the way of each message, rows are read and written without making objects."""
    return Kept.metadata.tables[name]


@cache
def without_encryption(kept: Table) -> Table:
    """Return the table as the database knows it: its encrypted columns read and written as they lie.

    The same table each time: statements on a new one would be worked out anew.
    """
    columns = [
        Column(column.name, column.type.impl if isinstance(column.type, ENCRYPTED) else column.type)
        for column in kept.columns
    ]
    return Table(kept.name, MetaData(), *columns)


def rows_at_once(kept: Table, usual: int) -> int:
    """Return how many rows of the table may be in memory together: few, where each may hold a whole document."""
    heavy = any(isinstance(column.type, EncryptedBytes) for column in kept.columns)
    return min(usual, _HEAVY_ROWS) if heavy else usual


@cache
def insert_new(name: str, dialect: str) -> Any:
    """Return the statement that inserts a row, or does nothing where a unique key is already taken."""
    make = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return make(table(name)).on_conflict_do_nothing()


@cache
def insert_new_returning_id(name: str, dialect: str) -> Any:
    """`insert_new`, with the id of what entered: none if nothing did. (The row count says nothing with psycopg.)"""
    return insert_new(name, dialect).returning(table(name).c.id)
