"""An open database goes back to what it was: for tests of many cases, each of which is to begin from the same rows."""

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.engine.database import Database


def rewind(database: Database, path: Path) -> None:
    """Put back what is in `path`, a copy that `backup` made of this SQLite database; nobody may be in a transaction."""
    with closing(sqlite3.connect(path)) as copied, database.engine.connect() as connection:
        copied.backup(connection.connection.driver_connection)


def unhurried(connection: sqlite3.Connection, *_: object) -> None:
    """Have a connection wait for no disk, where what survives a power cut is not the point. For SQLAlchemy's events."""
    connection.execute("PRAGMA synchronous=OFF")
