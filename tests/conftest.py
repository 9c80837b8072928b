"""What several tests are given: keys, and an empty database of each kind."""

import gc
import logging
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from knowledge.cache.staying import staying
from storage.engine.database import Database, sqlite_url
from storage.engine.encryption import KeyRing
from tests.databases import KEY, open_new, open_new_postgresql
from tests.postgresql import NEEDED, NoPostgreSQL, Server, running_server

# Where a machine sets this, each program that a test starts would compile its modules again, and each run the tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A database waits for the disk at each commit: in memory the suite takes two thirds of the time. A killed program loses
# nothing there either; only a power cut would. A small /dev/shm (64 MB in a container) could not hold the tests.
MEMORY, NEEDED_BYTES = Path("/dev/shm"), 4 * 1024**3
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > NEEDED_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))  # pytest's own name for where `tmp_path` is


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: many tests wait for a program, a browser or a moment to pass."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server of our own. Without one: a failure where it is needed, else a skip that says so."""
    try:
        with running_server(durable=False) as server:
            yield server
    except NoPostgreSQL as error:
        if os.environ.get(NEEDED):
            pytest.fail(f"these tests need PostgreSQL: {error}")
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {error}")


@pytest.fixture
def key() -> str:
    """The key of the databases that are open; one a process."""
    return KEY


@pytest.fixture
def keys(key: str) -> KeyRing:
    return KeyRing([key])


@pytest.fixture
def database_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of an empty database of the `dialect`, or of the test's `database`."""
    if dialect == "sqlite":
        return sqlite_url(tmp_path / "guichet.sqlite3")
    server: Server = request.getfixturevalue("postgresql")
    return server.url("test") if "database" in request.fixturenames else server.new_database("empty")


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(
    dialect: str, database_url: str, keys: KeyRing, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """An open database at `database_url`, as a first start leaves it."""
    if dialect == "sqlite":
        opened = open_new(tmp_path / "guichet.sqlite3", keys)
    else:
        opened = open_new_postgresql(request.getfixturevalue("postgresql"), keys)
    yield opened
    opened.close()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays, and is not looked through for garbage meanwhile."""
    with staying():
        return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First what mostly waits, on one worker, while the others have enough to do.

    In the order of their names one worker still waited for programs and browsers when the others had nothing left.
    """
    items.sort(key=lambda item: "end_to_end" not in item.path.parts)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look for garbage in it again and again is a part of what the tests cost."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """Take back what a command that runs in this process sets of the log: the next test reads what it sets itself."""
    loggers = [logging.getLogger(room) for room in ("bot", "storage", "knowledge")]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
