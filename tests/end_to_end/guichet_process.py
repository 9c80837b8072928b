"""The whole program as a process, `guichet serve`, started and ended as an operator does, or killed."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import KEY, copy_new
from tests.fake_bot_api.server import TOKEN, FakeBotApi
from tests.forked import Forked

ROOT = Path(__file__).resolve().parent.parent.parent
#: The staff's group, and two of its members who may act.
STAFF_CHAT, ANNE, BRUNO = -100_500, 501, 502
#: Seconds that the program is given to start.
START_SECONDS = 120
#: The same, to end once it is told to: what is in hand is done, on a machine that has much else to do.
END_SECONDS = 60
#: For tests of what comes after an update is taken, by whichever way; those of the two ways do without.
ONE_INTAKE = pytest.mark.parametrize("intake", ["webhook"], scope="session")


class Guichet:
    """`guichet serve` as an operator runs it."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | Forked | None = None

    def start(self, today: str | None = None, *, is_typed: bool = False) -> None:
        """Start it; `is_typed`: by its command, not from a process that has its modules."""
        environment = {**self._environment, **({"GUICHET_TODAY": today} if today else {})}
        with self._log.open("ab") as log:
            if is_typed:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "bot", "serve"], env=environment, cwd=ROOT, stderr=log, stdout=log
                )
            else:
                streams = {"stdout": log.fileno(), "stderr": log.fileno()}
                self._process = Forked("bot.__main__:main", ["serve"], environment, **streams)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def end(self) -> int:
        """End it as an operator does, and return its exit code."""
        return self._end(signal.SIGTERM)

    async def ended(self) -> int:
        """Return the exit code with which it ends by itself."""
        assert self._process is not None
        return await asyncio.to_thread(self._process.wait, START_SECONDS)

    @property
    def database(self) -> Path:
        return Path(self._environment["GUICHET_DATA"]) / "guichet.sqlite3"

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(END_SECONDS)


def environment_of(api: FakeBotApi, intake: str, cache: Path, folder: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    data = folder / "data"
    data.mkdir(mode=0o700)
    copy_new(data / "guichet.sqlite3")
    told = {
        **inherited,
        "GUICHET_TODAY": "2020-10-15",
        "GUICHET_DATA": str(data),
        "GUICHET_CACHE": str(cache),
        "GUICHET_SECRET_KEY": KEY,
        "GUICHET_TELEGRAM_TOKEN": TOKEN,
        "GUICHET_TELEGRAM_API_URL": api.address,
        "GUICHET_TELEGRAM_PER_SECOND": "1000",
        "GUICHET_STAFF_CHAT": str(STAFF_CHAT),
        "GUICHET_LISTEN": "off",
        "GUICHET_STAFF_IDS": f"{ANNE},{BRUNO}",
        # It tells what is open whenever its pass comes, in between what a test waits for.
        "GUICHET_DIGEST_HOUR": "off",
        "OPENBLAS_NUM_THREADS": "1",
    }
    if intake == "webhook":
        address = f"127.0.0.1:{_free_port()}"
        told |= {"GUICHET_LISTEN": address, "GUICHET_PUBLIC_URL": f"http://{address}"}
    return told


async def until_ready(api: FakeBotApi, intake: str) -> None:
    await api.until_called("setWebhook" if intake == "webhook" else "deleteWebhook", seconds=START_SECONDS)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
