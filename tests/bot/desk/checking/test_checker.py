"""The kept process: it tells what the check tells, and whatever becomes of it, the next check is made."""

import asyncio
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.talk.message_names import MESSAGES
from bot.conversation.talk.message_values import CHOICES
from bot.desk.checking.checker import PREPARING, Checker
from bot.settings import SHIPPED_CALL
from knowledge.call.check import check_folder

BASES = Path(__file__).parents[3] / "knowledge"
SOUND = BASES / "sound"
TODAY = date(2030, 2, 1)


@pytest.fixture
def checker() -> Iterator[Checker]:
    made = Checker()
    yield made
    made.end()


@pytest.fixture
async def was_idle() -> AsyncIterator[tuple[Checker, int]]:
    """A checker whose process, of this number, has ended for want of work."""
    made = Checker(idle=0.05)
    try:
        assert await made.told(SOUND, TODAY) is not None
        first = made.pid
        assert first is not None
        await _is_gone(made, first)
        yield made, first
    finally:
        made.end()


async def test_it_tells_what_the_check_tells_and_only_the_first_time_starts_a_process(
    checker: Checker, tmp_path: Path
) -> None:
    pids = set()
    for name in ("variante-deux-fois", "gabarit-accolade-seule", "source-inconnue", ""):
        base = tmp_path / (name or "sound")
        shutil.copytree(SOUND, base)
        if name:
            shutil.copytree(BASES / "faulty" / name, base, dirs_exist_ok=True)
        faults = check_folder(base, TODAY, MESSAGES, CHOICES)
        told = await checker.told(base, TODAY)
        assert told is not None
        assert [line.removesuffix(" (avertissement)") for line in told] == [str(fault) for fault in faults]
        assert [line.endswith(" (avertissement)") for line in told] == [fault.is_warning for fault in faults]
        pids.add(checker.pid)
    assert len(pids) == 1


async def test_what_hangs_is_killed_and_the_next_check_is_made(checker: Checker) -> None:
    assert await checker.told(SOUND, TODAY)
    hanging = checker.pid
    assert hanging is not None
    os.kill(hanging, signal.SIGSTOP)
    checker.patience = 0.2
    assert await checker.told(SOUND, TODAY) is None
    assert not Path(f"/proc/{hanging}").exists()
    checker.patience = 60
    assert await checker.told(SOUND, TODAY)
    assert checker.pid != hanging


async def test_what_dies_is_started_anew_and_what_nobody_waits_for_is_ended(checker: Checker) -> None:
    assert await checker.told(SOUND, TODAY)
    first = checker.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    waiting = asyncio.create_task(checker.told(SOUND, TODAY))
    while checker._made is None:  # one that is not begun yet ends nothing
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert checker.pid is None
    assert await checker.told(SOUND, TODAY)
    second = checker.pid
    assert second is not None
    assert second != first
    os.kill(second, signal.SIGKILL)
    assert await checker.told(SOUND, TODAY) is None or checker.pid != second
    assert await checker.told(SOUND, TODAY)


async def test_it_takes_no_more_memory_than_it_may(tmp_path: Path) -> None:
    checker = Checker(most_bytes=60_000_000)
    try:
        assert await checker.told(SOUND, TODAY) is None
    finally:
        checker.end()


def test_it_ends_with_the_program_even_when_that_is_killed() -> None:
    program = (
        "import asyncio, datetime, os, pathlib, signal, sys\n"
        "from bot.desk.checking.checker import Checker\n"
        "checker = Checker()\n"
        "asyncio.run(checker.told(pathlib.Path(sys.argv[1]), datetime.date(2030, 2, 1)))\n"
        "print(checker.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    words = (sys.executable, "-c", program, str(SOUND))
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        watched = os.pidfd_open(int(running.stdout.readline()))
        running.kill()
    try:
        ended, _, _ = select.select([watched], [], [], 30)
        assert ended
    finally:
        os.close(watched)


async def _is_gone(checker: Checker, pid: int) -> None:
    """Wait until nothing is left of a process, no zombie either, before its checker is asked anything."""
    async with asyncio.timeout(30):
        while Path(f"/proc/{pid}").exists() or checker.pid is not None:
            await asyncio.sleep(0.005)


def _preparations(before: set[threading.Thread]) -> list[threading.Thread]:
    return [each for each in set(threading.enumerate()) - before if each.name == PREPARING]


async def test_it_ends_when_nobody_asks_for_long_and_the_next_check_is_made(was_idle: tuple[Checker, int]) -> None:
    checker, first = was_idle
    assert await checker.told(SOUND, TODAY) is not None
    assert checker.pid != first


def test_it_ends_in_the_midst_of_a_check_when_its_orders_end() -> None:
    words = (sys.executable, "-m", "bot.desk.checking.worker", "1000000000", "900")
    short, long = (json.dumps({"folder": str(each), "today": TODAY.isoformat()}) for each in (SOUND, SHIPPED_CALL))
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(f"{short}\n" + f"{long}\n" * 200)  # minutes of work
        running.stdin.flush()
        running.stdout.readline()  # of the first: the next is begun
        running.stdin.close()
        assert running.wait(timeout=30) == 0


async def _held_in_a_check(checker: Checker) -> tuple[int, asyncio.Task[list[str] | None]]:
    """Return the process, stopped in the midst of a check, and that check."""
    assert await checker.told(SOUND, TODAY) is not None
    working = checker.pid
    assert working is not None
    os.kill(working, signal.SIGSTOP)
    first = asyncio.create_task(checker.told(SOUND, TODAY))
    while checker._made is None:
        await asyncio.sleep(0)
    return working, first


async def test_who_gives_up_while_waiting_ends_nobody_elses_check_and_starts_none(checker: Checker) -> None:
    working, first = await _held_in_a_check(checker)
    second = asyncio.create_task(checker.told(SOUND, TODAY))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    assert checker.pid == working
    os.kill(working, signal.SIGCONT)
    assert await first is not None
    assert checker.pid == working


async def test_who_waited_too_long_ends_nobody_elses_check(checker: Checker) -> None:
    working, first = await _held_in_a_check(checker)
    checker.patience = 0.05
    assert await checker.told(SOUND, TODAY) is None
    assert checker.pid == working
    os.kill(working, signal.SIGCONT)
    assert await first is not None


async def test_a_process_that_was_idle_for_too_long_is_prepared_anew(was_idle: tuple[Checker, int]) -> None:
    checker, first = was_idle
    before = set(threading.enumerate())
    checker.prepare(SOUND, TODAY)
    made = _preparations(before)
    assert made, "nothing was begun"
    made[0].join(timeout=30)
    assert checker.pid != first


def test_one_preparation_is_made_however_often_it_is_asked_for_and_it_ends(checker: Checker) -> None:
    before = set(threading.enumerate())
    checker.patience = 0.01  # its process takes longer to start
    for _ in range(20):
        checker.prepare(SOUND, TODAY)
    (made,) = _preparations(before)
    made.join(timeout=30)
    assert not made.is_alive()
    assert checker.pid is None
