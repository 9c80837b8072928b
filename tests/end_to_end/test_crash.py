"""The program is killed while it works. The long run is a command: `python tests/end_to_end/crash.py --kills 200`."""

import os
from pathlib import Path

from storage.engine.database import sqlite_url
from storage.engine.encryption import new_key
from tests.end_to_end.crash import crash
from tests.postgresql import Server

#: Another one at each run; a failure tells which.
SEED = int.from_bytes(os.urandom(4))


async def test_nothing_is_lost_on_sqlite(tmp_path: Path) -> None:
    report = await crash(sqlite_url(tmp_path / "crash.sqlite3"), new_key(), kills=12, processes=1, seed=SEED)
    assert not report.faults, f"seed {SEED}: {report}"
    assert report.messages > 50


async def test_nothing_is_lost_on_postgresql_while_one_of_two_processes_is_killed(postgresql: Server) -> None:
    report = await crash(postgresql.new_database("crash"), new_key(), kills=12, processes=2, seed=SEED)
    assert not report.faults, f"seed {SEED}: {report}"
    assert report.messages > 50
