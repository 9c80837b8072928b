"""The database fails under the running program: nothing acknowledged is lost, and the program recovers by itself."""

import asyncio
import contextlib
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine.database import open_database, sqlite_url
from storage.engine.encryption import KeyRing, new_key
from tests.end_to_end import counting_program
from tests.end_to_end.crash import ROOT, Bridge, disturb
from tests.postgresql import Server


def _bridge(url: str, key: str) -> Bridge:
    return Bridge(url, key, processes=1, chance=random.Random(1), window=1)


async def _acknowledged(bridge: Bridge, more: int) -> None:
    """Wait until so many more messages are acknowledged."""
    goal = bridge.acknowledged + more
    await bridge.until(lambda: bridge.acknowledged >= goal)


async def test_postgresql_restarted_in_the_middle(postgresql: Server) -> None:
    key, url = new_key(), postgresql.new_database("faults")

    async def restart(bridge: Bridge) -> None:
        for mode in ("fast", "immediate"):
            await _acknowledged(bridge, 50)
            await asyncio.to_thread(postgresql.stop, mode)
            refused = bridge.outages
            await bridge.until(lambda refused=refused: bridge.outages > refused)
            await asyncio.to_thread(postgresql.start)
        await _acknowledged(bridge, 50)

    report = await disturb(_bridge(url, key), restart, url, key)
    assert not report.faults, report


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here; tests/storage/engine/test_database.py fills a database instead")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def _fill(filler: Path) -> None:
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


async def test_the_disk_full_and_then_not(small_disk: Path) -> None:
    key, url = new_key(), sqlite_url(small_disk / "guichet.sqlite3")
    filler = small_disk / "filler"

    async def fill(bridge: Bridge) -> None:
        for _ in range(2):
            await _acknowledged(bridge, 20)
            _fill(filler)
            refused = bridge.outages
            await bridge.until(lambda refused=refused: bridge.outages > refused)
            filler.unlink()
        await _acknowledged(bridge, 20)

    report = await disturb(_bridge(url, key), fill, url, key)
    assert not report.faults, report


@pytest.mark.parametrize("reason", ["wrong key", "newer", "no server", "no folder"])
def test_what_cannot_be_mended_while_running_ends_the_program_with_a_clear_message(tmp_path: Path, reason: str) -> None:
    url, key = sqlite_url(tmp_path / "guichet.sqlite3"), new_key()
    database = open_database(url, KeyRing([key]))
    if reason == "newer":
        with database.transaction() as transaction:
            transaction.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    match reason:
        case "wrong key":
            key = new_key()
        case "no server":
            url = f"postgresql://postgres@/base?host={tmp_path}&port=1"
        case "no folder":
            url = sqlite_url(tmp_path / "guichet.sqlite3" / "guichet.sqlite3")
    ended = subprocess.run(
        [sys.executable, counting_program.__file__, url],
        env={"GUICHET_SECRET_KEY": key, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    told = {
        "wrong key": "clé d’origine",
        "newer": "plus récente",
        "no server": "ne répond pas",
        "no folder": "n’est pas un dossier",
    }
    assert told.get(reason, "n’est pas un dossier") in ended.stderr
