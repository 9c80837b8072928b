"""What goes on growing while people ask at a steady rate: memory, threads, open files, the database, rows.

python -m tests.benchmarks.soak [--minutes 1] [--rate 20] [--people 200] [--postgresql]

One process, the shipped call, all sweeps each second, a null channel. A sample is told every tenth of the time. In the
end: what grew from the middle on, when every person has come, for each message: one leaves a row of the inbox and one
or more of the outbox on purpose; other tables that grow with the messages are named.
"""

import argparse
import asyncio
import gc
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, text

from bot.app import Application
from bot.base.clock import system_clock
from bot.base.shelf import Shelf
from bot.conversation.talk.messages import Incoming
from bot.desk.desk import Desk
from bot.search.indexing import keep_up
from bot.services.assistant import Assistant, Received
from bot.transport.delivery import Courier
from storage.engine.database import Database, Transaction, open_database, sqlite_url
from storage.engine.encryption import KeyRing, new_key
from tests.benchmarks.years import Nowhere
from tests.postgresql import running_server
from tests.shipped import shipped

CHANNEL = "test"
SAMPLES = 10
#: What each message leaves on purpose, for as long as its conversation is kept (see `bot.jobs.expiring`).
KEPT = frozenset({"inbox", "outbox"})
#: Rows a message in any other table from which it is said to grow with the messages.
GROWS = 0.05
ASKED = ("qui peut candidater ?", "et Dole ?", "le calendrier", "quelles pièces faut-il ?", "zyx wvu tsr", "merci")


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process and its database are like at an instant."""

    seconds: float
    messages: int
    megabytes: float
    threads: int
    files: int
    database_megabytes: float
    rows: dict[str, int]

    def __str__(self) -> str:
        return (
            f"{self.seconds:5.0f} s: {self.messages} messages, {self.megabytes:.1f} MB, {self.threads} threads, "
            f"{self.files} files, database {self.database_megabytes:.1f} MB, {sum(self.rows.values())} rows"
        )


class Soak:
    """People who ask at a rate, for a time."""

    def __init__(self, database: Database, people: int) -> None:
        shelf = Shelf(shipped())
        keep_up(database, shelf)
        application = Application(database, shelf, system_clock, Desk(shelf, (), ()))
        self._database, self._people = database, people
        self._courier = Courier(database, {CHANNEL: Nowhere()}, system_clock)
        self._assistant: Assistant = application.assistant_for(self._courier)
        self.messages = 0
        self._began = time.monotonic()

    async def run(self, rate: float, seconds: float) -> list[Sample]:
        """Let them ask; return the samples."""
        stop, samples, asking = asyncio.Event(), [], set[asyncio.Task[None]]()
        delivering, ticking = asyncio.create_task(self._courier.run(stop)), asyncio.create_task(self._tick(stop))
        self._began = time.monotonic()
        for number in range(int(rate * seconds)):
            due = self._began + number / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            task = asyncio.create_task(self._ask(number))
            asking.add(task)
            task.add_done_callback(asking.discard)
            if number % max(1, int(rate * seconds / SAMPLES)) == 0:
                samples.append(await self.sample())
                print(samples[-1], flush=True)
        await asyncio.gather(*asking)
        stop.set()
        await asyncio.gather(delivering, ticking)
        samples.append(await self.sample())
        print(samples[-1], flush=True)
        return samples

    async def _ask(self, number: int) -> None:
        said, person = ASKED[number % len(ASKED)], f"person {number % self._people}"
        received = await self._assistant.receive(Incoming(CHANNEL, str(number), person, said, system_clock()))
        assert received is Received.HANDLED
        self.messages += 1

    async def _tick(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._assistant.tick(system_clock())
            await asyncio.sleep(1)

    async def sample(self) -> Sample:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        rows, size = await self._database.run(_kept)
        return Sample(
            time.monotonic() - self._began,
            self.messages,
            pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
            threading.active_count(),
            len(os.listdir("/proc/self/fd")),
            size,
            rows,
        )


def _kept(transaction: Transaction) -> tuple[dict[str, int], float]:
    """Return the rows of each table, and how many megabytes all take."""
    connection = transaction.connection
    names = sorted(inspect(connection).get_table_names())
    rows = {name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()) for name in names}
    if transaction.dialect == "postgresql":
        return rows, int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()) / 1e6
    path = Path(connection.engine.url.database or "")
    return rows, sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*")) / 1e6


def judge(samples: list[Sample]) -> str:
    """Return what grew between the middle and the end, and of what."""
    middle, end = samples[len(samples) // 2], samples[-1]
    messages = max(1, end.messages - middle.messages)
    kilobytes = (end.megabytes - middle.megabytes) * 1000 / messages
    grew = {name: (count - middle.rows.get(name, 0)) / messages for name, count in end.rows.items() if name not in KEPT}
    growing = ", ".join(f"{name} {more:.2f}" for name, more in grew.items() if more > GROWS)
    kept = sum(end.rows[name] - middle.rows[name] for name in KEPT) / messages
    return (
        f"from the middle on, a message: {kilobytes:+.2f} kB of memory, {kept:.2f} rows of inbox and outbox, "
        f"{(end.database_megabytes - middle.database_megabytes) * 1000 / messages:+.1f} kB on the disk; "
        f"threads {middle.threads} → {end.threads}, files {middle.files} → {end.files}; "
        f"other tables that grow with the messages: {growing or 'none'}"
    )


@contextmanager
def _url(*, is_postgresql: bool) -> Iterator[str]:
    if is_postgresql:
        with running_server() as server:
            yield server.new_database("soak")
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield sqlite_url(Path(folder) / "soak.sqlite3")


def main() -> None:
    """Run as a program."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--minutes", type=float, default=1)
    reader.add_argument("--rate", type=float, default=20)
    reader.add_argument("--people", type=int, default=200)
    reader.add_argument("--postgresql", action="store_true")
    given = reader.parse_args()
    with _url(is_postgresql=given.postgresql) as url:
        database = open_database(url, KeyRing([new_key()]))
        print(judge(asyncio.run(Soak(database, given.people).run(given.rate, given.minutes * 60))))
        database.close()


if __name__ == "__main__":
    main()
