"""Who is alone with a database is so whatever happens to the others; and who lost their place cannot write."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.engine import Engine

from bot.__main__ import main
from storage import recipients
from storage.engine.database import Database, Transaction, open_database, sqlite_url
from storage.engine.encryption import KEY_FILE, KeyRing, load_keys, new_key
from storage.engine.errors import DatabaseInUse, VaultChanged, WrongKey
from storage.engine.rotation import list_older, rotate
from storage.engine.sharing import SUFFIX
from storage.engine.tables import table
from tests.forked import Forked

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
#: Opens the database of its arguments, says so, and waits to be killed.
HOLD = """
import sys
from storage.engine.database import open_database
from storage.engine.encryption import KeyRing
database = open_database(sys.argv[1], KeyRing([sys.argv[2]]), alone=sys.argv[3] == "alone")
print("open", flush=True)
sys.stdin.read()
"""
#: Seconds that PostgreSQL is given to notice that a process is gone.
PATIENCE = 30.0


def _register(transaction: Transaction, address: str) -> int:
    return recipients.register(transaction, "web", address, NOW)


def _addresses(transaction: Transaction) -> list[str]:
    return list(transaction.connection.execute(select(table("recipients").c.address)).scalars())


def test_who_is_to_be_alone_is_refused_beside_another(database: Database, database_url: str, keys: KeyRing) -> None:
    database.run_now(_register, "alice")
    with pytest.raises(DatabaseInUse, match="Arrêtez-les"):
        open_database(database_url, keys, alone=True)
    database.close()
    open_database(database_url, keys, alone=True).close()


def test_nobody_comes_beside_who_is_alone(database: Database, database_url: str, keys: KeyRing) -> None:
    database.close()
    alone = open_database(database_url, keys, alone=True)
    for is_alone in (False, True):
        with pytest.raises(DatabaseInUse):
            open_database(database_url, keys, alone=is_alone)
    alone.run_now(_register, "alice")
    alone.close()
    open_database(database_url, keys).close()


@pytest.mark.parametrize("place", ["shared", "alone"])
def test_who_is_killed_keeps_nobody_away(database_url: str, key: str, place: str) -> None:
    command = [sys.executable, "-c", HOLD, database_url, key, place]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(DatabaseInUse):
            open_database(database_url, KeyRing([key]), alone=True)
        process.send_signal(signal.SIGKILL)
        process.wait()
    _until_free(lambda: open_database(database_url, KeyRing([key]), alone=True).close())


def _until_free(work: Callable[[], None]) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except DatabaseInUse:
            if time.monotonic() > end:
                raise


def _lose_the_lock(database: Database) -> None:
    """What an operator who tidies up, or a server that restarts, does to a process that runs."""
    if database.dialect == "sqlite":
        Path(f"{database.engine.url.database}{SUFFIX}").unlink()
        return
    with database.engine.connect() as connection:
        ours = text("SELECT pid FROM pg_stat_activity WHERE application_name = 'guichet' AND pid <> pg_backend_pid()")
        for pid in [*connection.execute(ours).scalars(), connection.execute(text("SELECT pg_backend_pid()")).scalar()]:
            try:
                connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            except Exception:  # its own end is told to it as an error
                connection.invalidate()


def test_a_process_with_a_key_of_before_cannot_write(database: Database, database_url: str, key: str) -> None:
    database.run_now(_register, "alice")
    _lose_the_lock(database)
    newer = new_key()

    def renew() -> None:
        alone = open_database(database_url, KeyRing([newer, key]), alone=True)
        rotate(alone)
        assert list_older(alone) == []
        alone.close()

    _until_free(renew)
    with pytest.raises(VaultChanged, match="Relancez"):
        database.run_now(_register, "bob")
    now = open_database(database_url, KeyRing([newer]))
    assert now.run_now(_addresses) == ["alice"]
    now.close()


def test_a_renewal_that_has_begun_keeps_out_who_has_only_the_old_key(
    database: Database, database_url: str, key: str
) -> None:
    newer = new_key()
    database.run_now(_register, "alice")
    database.close()
    alone = open_database(database_url, KeyRing([newer, key]), alone=True)
    with alone.transaction() as transaction:  # the first of its transactions, and no other
        alone_vault = table("vault")
        pepper = transaction.connection.execute(select(alone_vault.c.pepper)).scalar_one()
        transaction.connection.execute(alone_vault.update().values(pepper=pepper))
    alone.close()
    with pytest.raises(WrongKey):
        open_database(database_url, KeyRing([key]))


def renew() -> None:
    """Renew the key as the command does, and die at the KILL_AT-th commit, or change of the key file."""
    left = itertools.count(int(os.environ["KILL_AT"]), -1)

    def step(*_: object) -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(name: str, arguments: object) -> None:
        if name == "os.rename" and "guichet.key" in str(arguments):
            step()

    event.listen(Engine, "commit", step)
    sys.addaudithook(hear)
    main(["renew-key"])


#: Steps after which the renewal is killed: close together where the key file and the vault change; then to the end.
KILLS = (0, 1, 2, 4, 12, 10_000)


def test_a_renewal_killed_at_any_step_loses_nothing_and_is_taken_up(tmp_path: Path) -> None:
    url, file = sqlite_url(tmp_path / "guichet.sqlite3"), tmp_path / KEY_FILE
    database = open_database(url, load_keys(None, tmp_path))
    database.run_now(_register, "alice")
    database.close()
    known = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    for step in KILLS:
        environment = {**known, "GUICHET_DATA": str(tmp_path), "KILL_AT": str(step)}
        done = Forked(f"{__name__}:renew", [], environment)
        assert done.wait(PATIENCE) == (0 if step == KILLS[-1] else -signal.SIGKILL)
        again = open_database(url, load_keys(None, tmp_path, is_new=False))
        again.run_now(_register, f"after {step}")  # the program goes on between a kill and the next attempt
        assert again.run_now(_addresses) == ["alice", *(f"after {each}" for each in KILLS if each <= step)]
        again.close()
    assert len(file.read_text("ascii").split()) == 1
