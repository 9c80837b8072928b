"""Messages per second and latency through Telegram, beside an echo bot on python-telegram-bot and one on aiogram.

python tests/benchmarks/telegram_speed.py [--burst 1500] [--rounds 2] [--aiogram PYTHON]: with the `benchmark` group.

aiogram holds back libraries that Guichet needs newer: `--aiogram` names the interpreter of an environment of its own
(`python -m venv peer && peer/bin/pip install aiogram`); without it, that bot is left out.

All speak to the same server of our own, in a process of its own. Guichet answers from the knowledge base and commits;
the echo bots keep nothing. Each message comes from another person and asks another of the questions of tests/questions.
CPU is the bot's alone: the rates are those of a machine that also runs the server. A unit of CPU is measured beside
each run, as it differs from minute to minute where others share the machine.
"""

import argparse
import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from storage.engine.encryption import new_key  # noqa: E402
from tests.fake_bot_api.server import TOKEN  # noqa: E402

BOTS = ("guichet", "ptb", "aiogram")
QUESTIONS = tuple(
    question
    for path in sorted((ROOT / "tests" / "questions").glob("[a-z]*.yaml"))
    for question in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
)
#: The steady load: messages a second, for so many seconds.
PER_SECOND, STEADY_SECONDS = 50, 10
PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Measure:
    bot: str
    intake: str
    per_second: float
    cpu_milliseconds: float
    #: CPU milliseconds of a thousand steps of an empty loop, at that moment.
    unit: float
    p50: float
    p99: float

    def __str__(self) -> str:
        return (
            f"{self.bot:8} {self.intake:8} {self.per_second:6.0f} messages/s, "
            f"CPU {self.cpu_milliseconds:.2f} ms/message ({self.cpu_milliseconds / self.unit:.0f} units); "
            f"at {PER_SECOND}/s: p50 {self.p50 * 1000:.1f} ms, p99 {self.p99 * 1000:.1f} ms"
        )


class Server:
    """The fake server's control side, from here."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self.address = address
        self._session = session
        self._last_person = 0

    async def write(self, messages: int) -> dict[int, float]:
        """Let so many people write one message each; return when each did."""
        people = range(self._last_person + 1, self._last_person + messages + 1)
        self._last_person += messages
        now = time.time()
        deeds = [{"chat_id": person, "text": QUESTIONS[person % len(QUESTIONS)]} for person in people]
        await self._session.post(f"{self.address}/_control/act", json={"deeds": deeds})
        return dict.fromkeys(people, now)

    async def until_answered(self, total: int, by: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + PATIENCE
        while await self.get("calls", method="sendMessage", count="1") != {"count": total}:
            if by.poll() is not None:
                raise RuntimeError("the bot has ended: it says above why")
            if time.monotonic() > end:
                raise TimeoutError("not all messages were answered")
            await asyncio.sleep(0.2)

    async def answered_at(self) -> dict[int, float]:
        calls = await self.get("calls", method="sendMessage")
        return {int(call["parameters"]["chat_id"]): call["at"] for call in calls}

    async def get(self, what: str, **asked: str) -> Any:
        async with self._session.get(f"{self.address}/_control/{what}", params=asked) as answer:
            return await answer.json()


@asynccontextmanager
async def running_server() -> AsyncIterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "tests.fake_bot_api", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        await asyncio.to_thread(process.stdout.readline)
        async with aiohttp.ClientSession() as session:
            yield Server(f"http://127.0.0.1:{port}", session)
    finally:
        process.kill()
        process.wait()


async def measure(bot: str, intake: str, burst: int, cache: Path, python: str) -> Measure:
    """`python`: the interpreter that runs the bot."""
    async with running_server() as server:
        with tempfile.TemporaryDirectory() as folder:
            process = start(bot, intake, server.address, Path(folder), cache, python)
            try:
                await server.write(5)
                await server.until_answered(5, process)
                await asyncio.sleep(1)
                cpu = cpu_seconds(process.pid)
                written = await server.write(burst)
                await server.until_answered(5 + burst, process)
                cpu = cpu_seconds(process.pid) - cpu
                unit = statistics.median(unit_of_cpu() for _ in range(9))
                answered = await server.answered_at()
                seconds = max(answered[person] for person in written) - min(written.values())
                delays = await steady(server, 5 + burst, process)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()
    per_cent = statistics.quantiles(delays, n=100)
    return Measure(bot, intake, burst / seconds, cpu / burst * 1000, unit, per_cent[49], per_cent[98])


async def steady(server: Server, before: int, bot: "subprocess.Popen[bytes]") -> list[float]:
    """Return the seconds from each message to its answer, at a steady load."""
    start, written = time.monotonic(), {}
    for number in range(PER_SECOND * STEADY_SECONDS):
        await asyncio.sleep(max(0.0, start + number / PER_SECOND - time.monotonic()))
        written.update(await server.write(1))
    await server.until_answered(before + len(written), bot)
    answered = await server.answered_at()
    return [answered[person] - at for person, at in written.items()]


def start(bot: str, intake: str, api: str, folder: Path, cache: Path, python: str) -> "subprocess.Popen[bytes]":
    port = free_port()
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    if bot != "guichet":
        echo = [python, "-m", "tests.benchmarks.telegram_echo", bot, intake, api, TOKEN, str(port)]
        return subprocess.Popen(echo, env=environment, cwd=ROOT)
    environment |= {
        "GUICHET_DATA": str(folder),
        "GUICHET_CACHE": str(cache),
        "GUICHET_SECRET_KEY": new_key(),
        "GUICHET_TODAY": "2020-10-15",
        "GUICHET_TELEGRAM_TOKEN": TOKEN,
        "GUICHET_TELEGRAM_API_URL": api,
        "GUICHET_TELEGRAM_PER_SECOND": "100000",  # Telegram's 30 a second are not what is measured
    }
    if intake == "webhook":
        environment |= {
            "GUICHET_LISTEN": f"127.0.0.1:{port}",
            "GUICHET_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
    return subprocess.Popen([python, "-m", "bot", "serve"], env=environment, cwd=ROOT)


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def unit_of_cpu() -> float:
    """Return the CPU milliseconds of a thousand steps of a loop."""
    start, number = time.thread_time(), 0
    for step in range(20_000):
        number += step
    return (time.thread_time() - start) / 20 * 1000


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--burst", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", choices=BOTS)
    parser.add_argument("--intake", choices=["polling", "webhook"])
    parser.add_argument("--aiogram", metavar="PYTHON")
    options = parser.parse_args()
    pythons = dict.fromkeys(BOTS, sys.executable) | {"aiogram": options.aiogram}
    with tempfile.TemporaryDirectory() as cache:
        for _ in range(options.rounds):
            for intake in [options.intake] if options.intake else ["polling", "webhook"]:
                for bot in [options.only] if options.only else BOTS:
                    if (python := pythons[bot]) is not None:
                        print(await measure(bot, intake, options.burst, Path(cache), python), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
