"""The page under load: so many streams open, so many messages a second, beside a bare echo on the same machine.

python -m tests.benchmarks.web [--streams 500] [--rate 50] [--seconds 60]

Told: how long an answer takes from the press on « Envoyer » until it is on the page, and what it costs the server: its
processor's time for each message, which says the same on a busy machine, and its memory.
"""

import argparse
import asyncio
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.channels.http.server import allow_connections
from storage.engine.encryption import new_key
from tests.shipped import cache_folder

ROOT = Path(__file__).resolve().parent.parent.parent
ASKED = ("Qui peut candidater ?", "vague 2 c'est quand", "bonjour", "c'est quoi une antenne")
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass
class Reader:
    """One open page."""

    address: str
    client: aiohttp.ClientSession
    stream: str = "/flux"
    message: str = "/message"
    fields: dict[str, str] = field(default_factory=dict)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    async def begin(self) -> None:
        """Say something first: a page has no stream before."""
        await self._open()
        await self.say("bonjour", wait=False)
        await self._open()

    async def _open(self) -> None:
        async with self.client.get(self.address) as response:
            page = await response.text()
        form = page[page.index('id="dernier"') :]
        self.fields = dict(_FIELD.findall(form[: form.index("</form>")]))

    async def read(self) -> None:
        """Read the stream until it is cancelled."""
        event = ""
        async with self.client.get(self.address + self.stream) as stream:
            self.is_open.set()
            async for raw in stream.content:
                if raw.startswith(b"event:"):
                    event = raw.decode().removeprefix("event:").strip()
                elif raw.startswith(b"data:") and event == "ligne" and not json.loads(raw[5:])["own"]:
                    self.told.set()

    async def say(self, text: str, *, wait: bool = True) -> float:
        """Send a message; return after how many seconds its answer was on the page."""
        self.told.clear()
        began = time.perf_counter()
        fields = {**self.fields, "texte": text, "cle": f"{random.getrandbits(128):032x}"}
        headers = {"Accept": "application/json"}
        async with self.client.post(self.address + self.message, data=fields, headers=headers) as response:
            assert response.status == 200, await response.text()
        if wait:
            async with asyncio.timeout(60):
                await self.told.wait()
        return time.perf_counter() - began


async def measure(readers: list[Reader], rate: float, seconds: float, pid: int) -> str:
    """Let the readers ask, evenly in time, each only when it has its last answer."""
    tasks = [asyncio.create_task(reader.read()) for reader in readers]
    await asyncio.gather(*(reader.is_open.wait() for reader in readers))
    before, cpu_before, took, asking = _memory(pid), _cpu(pid), [], set()
    free = list(readers)
    chance = random.Random(20201015)

    async def ask(reader: Reader) -> None:
        took.append(await reader.say(chance.choice(ASKED)))
        free.append(reader)

    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        if free:
            task = asyncio.create_task(ask(free.pop(chance.randrange(len(free)))))
            asking.add(task)
            task.add_done_callback(asking.discard)
    await asyncio.gather(*asking)
    lasted, after, cpu = time.perf_counter() - began, _memory(pid), _cpu(pid) - cpu_before
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    took.sort()
    p50, p99 = statistics.median(took) * 1000, took[int(len(took) * 0.99) - 1] * 1000
    return (
        f"{len(readers)} streams, {len(took) / lasted:.1f} answers/s: p50 {p50:.0f} ms, p99 {p99:.0f} ms, "
        f"{cpu / len(took) * 1000:.1f} ms of processor each, memory {before} -> {after} MB"
    )


async def guichet(streams: int, rate: float, seconds: float) -> str:
    """Measure the page."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
        environment |= {
            "GUICHET_TODAY": "2020-10-15",
            "GUICHET_DATA": folder,
            "GUICHET_CACHE": str(cache_folder()),
            "GUICHET_SECRET_KEY": new_key(),
            "GUICHET_LISTEN": f"127.0.0.1:{port}",
            "GUICHET_WEB_PER_MINUTE": "100000",
            "OPENBLAS_NUM_THREADS": "1",
        }
        command = [sys.executable, "-m", "bot", "serve"]
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        return await _beside(process, port, streams, rate, seconds, begin=Reader.begin)


async def echo(streams: int, rate: float, seconds: float) -> str:
    """Measure the echo."""
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.web_echo", str(port)], cwd=ROOT)
    return await _beside(process, port, streams, rate, seconds, begin=None)


async def _beside(
    process: "subprocess.Popen[bytes]",
    port: int,
    streams: int,
    rate: float,
    seconds: float,
    *,
    begin: Callable[[Reader], Awaitable[None]] | None,
) -> str:
    address, sessions = f"http://127.0.0.1:{port}", []
    try:
        await _until_up(port)
        readers = []
        for number in range(streams):
            client = aiohttp.ClientSession(
                cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=None)
            )
            sessions.append(client)
            own = "" if begin else f"/{number}"
            readers.append(Reader(address, client, f"{own}/flux", f"{own}/message"))
            if begin:
                await begin(readers[-1])
        return await measure(readers, rate, seconds, process.pid)
    finally:
        for client in sessions:
            await client.close()
        process.kill()
        process.wait()


async def _until_up(port: int) -> None:
    async with asyncio.timeout(120):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


def _memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) // 1024 if found else 0


def _cpu(pid: int) -> float:
    """Return the seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def main() -> None:
    """Run as a program."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--streams", type=int, default=500)
    reader.add_argument("--rate", type=float, default=50.0)
    reader.add_argument("--seconds", type=float, default=60.0)
    given = reader.parse_args()
    allow_connections()
    for name, run in (("guichet", guichet), ("echo", echo)):
        print(f"{name}: {asyncio.run(run(given.streams, given.rate, given.seconds))}", flush=True)


if __name__ == "__main__":
    main()
