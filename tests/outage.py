"""A database that is not to be had for a while, as operators know it."""

import sqlite3
from collections.abc import Callable

import pytest

from storage.engine.database import Database
from tests.postgresql import Server


def outage(database: Database, request: pytest.FixtureRequest) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return what makes the database unavailable, and what ends it: a restart, or another program's lock."""
    if database.dialect == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        return server.stop, server.start
    with database.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA busy_timeout=50")
    other = sqlite3.connect(database.engine.url.database, isolation_level=None, check_same_thread=False)

    def end() -> None:
        other.execute("ROLLBACK")
        other.close()

    return lambda: other.execute("BEGIN IMMEDIATE"), end
