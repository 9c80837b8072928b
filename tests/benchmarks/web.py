"""The page under load: so many streams open, so many messages a second, beside a bare echo on the same machine.

python -m tests.benchmarks.web [--streams 500] [--rate 50] [--seconds 60] [--seen] [--postgresql] [--processes 2]

Told: how long an answer takes from the press on « Envoyer » until it is on the page, and what it costs: the processor's
time for each message, of the server and apart from it of the pages that we pretend to be, for both have the same cores,
and the server's memory. Every message is another question. `--seen`: pages say that they showed the answer, as
browsers do a third of a second later. Processes share one port, and a database of PostgreSQL.
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
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from bot.channels.http.server import allow_connections
from storage.engine.encryption import new_key
from tests.benchmarks.asked import QUESTIONS
from tests.postgresql import running_server
from tests.shipped import cache_folder

ROOT = Path(__file__).resolve().parent.parent.parent
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
    last: int = 0
    #: Whether its stream begins with what was said before.
    shows_past: bool = False

    async def begin(self) -> None:
        """Say something first: a page has no stream before."""
        await self._open()
        await self.say("bonjour", wait=False)
        await self._open()
        self.shows_past = True

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
                elif raw.startswith(b"data:") and event == "ligne":
                    line = json.loads(raw[5:])
                    self.last = line.get("number", 0)
                    if not line["own"]:
                        self.told.set()

    async def note_seen(self) -> None:
        """Say that the answer was shown."""
        fields = {"number": str(self.last), "jeton": self.fields["jeton"]}
        async with self.client.post(self.address + "/vu", data=fields) as response:
            assert response.status == 200, await response.text()

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


async def measure(readers: list[Reader], load: "Load", pids: list[int]) -> str:
    """Let the readers ask, evenly in time, each only when it has its last answer."""
    tasks = [asyncio.create_task(reader.read()) for reader in readers]
    for reader in readers:  # each shows what was said before: opening so many at once is not what is measured
        await reader.is_open.wait()
        if reader.shows_past:
            await reader.told.wait()
    free, chance, took, asking = list(readers), random.Random(20201015), [], set()
    faults: Counter[str] = Counter()

    async def ask(reader: Reader) -> None:
        try:
            took.append(await reader.say(chance.choice(QUESTIONS)))
            if load.seen:
                await reader.note_seen()
        except (aiohttp.ClientError, TimeoutError) as error:
            faults[type(error).__name__] += 1
        free.append(reader)

    before, cpu_before, own_before = _memory(pids), _cpu(pids), time.process_time()
    began = time.perf_counter()
    for number in range(int(load.rate * load.seconds)):
        await asyncio.sleep(max(0.0, began + number / load.rate - time.perf_counter()))
        if free:
            task = asyncio.create_task(ask(free.pop(chance.randrange(len(free)))))
            asking.add(task)
            task.add_done_callback(asking.discard)
    await asyncio.gather(*asking)
    lasted, after = time.perf_counter() - began, _memory(pids)
    cpu, own = _cpu(pids) - cpu_before, time.process_time() - own_before
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    took.sort()
    p50, p99 = statistics.median(took) * 1000, took[int(len(took) * 0.99) - 1] * 1000
    return (
        f"{len(readers)} streams, {len(took) / lasted:.1f} answers/s: p50 {p50:.0f} ms, p99 {p99:.0f} ms, "
        f"{cpu / len(took) * 1000:.1f} ms of processor each (the pages' own: {own / len(took) * 1000:.1f} ms), "
        f"memory {before} -> {after} MB, {dict(faults) or 'no fault'}"
    )


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked for."""

    streams: int
    rate: float
    seconds: float
    seen: bool = False


async def guichet(load: Load, processes: int, database: str | None) -> str:
    """Measure the page. `database`: the address of one of PostgreSQL; None: SQLite."""
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
        if database is not None:
            environment["GUICHET_DATABASE_URL"] = database
        command = [sys.executable, "-m", "bot", "serve"]
        started = []
        for _ in range(processes):
            started.append(subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL))
            await _until_up(port)
        if processes > 1:
            await asyncio.sleep(15)  # the port answers once the first does: the others take as long to start
        return await _beside(started, port, load, begin=Reader.begin)


async def echo(load: Load) -> str:
    """Measure the echo."""
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.web_echo", str(port)], cwd=ROOT)
    return await _beside([process], port, replace(load, seen=False), begin=None)


async def _beside(
    processes: "list[subprocess.Popen[bytes]]",
    port: int,
    load: Load,
    *,
    begin: Callable[[Reader], Awaitable[None]] | None,
) -> str:
    address, sessions = f"http://127.0.0.1:{port}", []
    try:
        await _until_up(port)
        readers = []
        for number in range(load.streams):
            client = aiohttp.ClientSession(
                cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=None)
            )
            sessions.append(client)
            own = "" if begin else f"/{number}"
            readers.append(Reader(address, client, f"{own}/flux", f"{own}/message"))
            if begin:
                await begin(readers[-1])
        return await measure(readers, load, [process.pid for process in processes])
    finally:
        for client in sessions:
            await client.close()
        for process in processes:
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


def _memory(pids: list[int]) -> int:
    texts = [Path(f"/proc/{pid}/status").read_text(encoding="ascii") for pid in pids]
    return sum(int(found[1]) for text in texts if (found := re.search(r"VmRSS:\s+(\d+)", text))) // 1024


def _cpu(pids: list[int]) -> float:
    """Return the seconds of processor that processes have used."""
    texts = [Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split() for pid in pids]
    return sum(int(fields[11]) + int(fields[12]) for fields in texts) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def main() -> None:
    """Run as a program."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--streams", type=int, default=500)
    reader.add_argument("--rate", type=float, default=50.0)
    reader.add_argument("--seconds", type=float, default=60.0)
    reader.add_argument("--seen", action="store_true")
    reader.add_argument("--postgresql", action="store_true")
    reader.add_argument("--processes", type=int, default=1)
    given = reader.parse_args()
    allow_connections()
    load = Load(given.streams, given.rate, given.seconds, given.seen)
    with ExitStack() as stack:
        server = stack.enter_context(running_server()) if given.postgresql or given.processes > 1 else None
        database = server.new_database("web") if server else None
        print(f"guichet: {asyncio.run(guichet(load, given.processes, database))}", flush=True)
    print(f"echo: {asyncio.run(echo(load))}", flush=True)


if __name__ == "__main__":
    main()
