"""What several tests are given: keys, and an empty database of each kind."""

import gc
import logging
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from itertools import islice
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
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have each worker begin with its share of what mostly waits, file by file; it works through the rest behind it.

    Each is given as many tests as the others, in this order. In the order of their names, or all on one worker, one
    still waited for programs and browsers when nothing was left for the others.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    files: dict[Path, list[pytest.Item]] = {}
    rest: list[pytest.Item] = []
    for item in items:
        (files.setdefault(item.path, []) if "end_to_end" in item.path.parts else rest).append(item)
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for file in sorted(files.values(), key=len, reverse=True):
        min(shares, key=len).extend(file)
    others = iter(rest)
    each = len(items) // workers
    items[:] = [item for share in shares for item in (*share, *islice(others, max(0, each - len(share))))]
    items.extend(others)


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
