"""How many messages a second the durable core handles, all committed, beside the bare commits of the same database.

python tests/benchmarks/core.py [--seconds 5] [--only sqlite|postgresql]

A bare commit is what one connection does with nothing else, one row of 400 bytes at a time. A message needs two such
commits at least: it is taken in; its reply has left. Messages go through receive and deliver, with a null channel. The
CPU is that of our processes, not of the database's.
"""

import argparse
import asyncio
import multiprocessing
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from bot.base.clock import system_clock  # noqa: E402
from bot.conversation.talk.context import Context  # noqa: E402
from bot.conversation.talk.effects import CountAnswer, Tally  # noqa: E402
from bot.conversation.talk.messages import Choice, Incoming, Reply  # noqa: E402
from bot.conversation.talk.state import State  # noqa: E402
from bot.conversation.talk.visit import Turn  # noqa: E402
from bot.services.assistant import Assistant, Received  # noqa: E402
from bot.transport.delivery import Courier, Letter, Sent  # noqa: E402
from storage.engine.database import open_database, sqlite_url  # noqa: E402
from storage.engine.encryption import KeyRing, new_key  # noqa: E402
from tests.postgresql import running_server  # noqa: E402

#: People who write, each one message at a time.
PEOPLE = 200
#: Those of them whose message is in hand at the same time, as a channel limits it.
AT_ONCE = 32
QUESTION = "Bonjour, notre commune de 4 000 habitants peut-elle candidater à la deuxième vague ?"
ANSWER = "Oui, si la commune est dans le programme. " * 8
DAY = date(2020, 10, 15)
CHOICES = (Choice("yes", "Oui"), Choice("no", "Non"))


class Nowhere:
    """The null channel."""

    def __init__(self) -> None:
        self.sent = 0

    async def send(self, letter: Letter) -> Sent:
        self.sent += 1
        return Sent(letter.key)


def answer(state: State, incoming: Incoming, _: Context) -> Turn:
    """The cheapest turn that changes the state; its answer is counted, as answers are."""
    state = state.model_copy(update={"unanswered": incoming.update})
    return Turn(state, (Reply(ANSWER, CHOICES),), (CountAnswer("qui-peut-candidater", DAY, Tally.SHOWN),))


def bare_sqlite(path: Path, seconds: float) -> float:
    """Return commits a second of one raw connection, with the settings that ours have."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, content TEXT)")
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        connection.execute("INSERT INTO bare (content) VALUES (?)", ("x" * 400,))
        count += 1
    return count / (time.perf_counter() - start)


def bare_postgresql(url: str, seconds: float) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, content text)")
        start, count = time.perf_counter(), 0
        while time.perf_counter() - start < seconds:
            connection.execute("INSERT INTO bare (content) VALUES (%s)", ("x" * 400,))
            count += 1
        return count / (time.perf_counter() - start)


async def handle(url: str, key: str, name: str, seconds: float) -> dict[str, Any]:
    """Let people write for `seconds`; return what was handled once every reply has left."""
    database = open_database(url, KeyRing([key]))
    channel, stop = Nowhere(), asyncio.Event()
    courier = Courier(database, {name: channel}, system_clock)
    assistant = Assistant(database, answer, system_clock, apology=Reply("pardon"), wake=courier.wake)
    delivering = asyncio.create_task(courier.run(stop))
    people: asyncio.Queue[int] = asyncio.Queue()
    for person in range(PEOPLE):
        people.put_nowait(person)
    waits: list[float] = []
    begin, cpu = time.perf_counter(), time.process_time()

    async def write() -> None:
        while time.perf_counter() - begin < seconds:
            person = await people.get()
            start = time.perf_counter()
            update = f"{person}-{start}"
            received = await assistant.receive(Incoming(name, update, f"person {person}", QUESTION, system_clock()))
            assert received is Received.HANDLED
            waits.append(time.perf_counter() - start)
            people.put_nowait(person)

    await asyncio.gather(*(write() for _ in range(AT_ONCE)))
    while channel.sent < len(waits):
        await asyncio.sleep(0.002)
    stop.set()
    await delivering
    spent = time.perf_counter() - begin, time.process_time() - cpu
    database.close()
    return {"messages": len(waits), "seconds": spent[0], "cpu": spent[1], "waits": waits}


def _process(url: str, key: str, name: str, seconds: float, results: Any) -> None:
    results.put(asyncio.run(handle(url, key, name, seconds)))


def measure(url: str, key: str, processes: int, seconds: float) -> tuple[float, str]:
    """Return messages a second of `processes` together, and a line about them."""
    open_database(url, KeyRing([key])).close()
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    started = [
        context.Process(target=_process, args=(url, key, f"null{number}", seconds, results))
        for number in range(processes)
    ]
    for process in started:
        process.start()
    found = [results.get() for _ in started]
    for process in started:
        process.join()
    rate = sum(one["messages"] / one["seconds"] for one in found)
    cpu = sum(one["cpu"] for one in found) / sum(one["messages"] for one in found)
    waits = sorted(wait for one in found for wait in one["waits"])
    quantiles = statistics.quantiles(waits, n=100)
    return rate, (
        f"{processes} process(es): {rate:6.0f} messages/s, CPU {cpu * 1000:.2f} ms/message, "
        f"acknowledged in {quantiles[49] * 1000:.0f} ms (p50), {quantiles[98] * 1000:.0f} ms (p99)"
    )


@contextmanager
def _databases(only: str | None) -> Iterator[list[tuple[str, str, Any, tuple[int, ...]]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "core.sqlite3"
        sqlite = ("sqlite", sqlite_url(path), lambda s: bare_sqlite(path.with_name("bare.sqlite3"), s), (1,))
        if only == "sqlite":
            yield [sqlite]
            return
        with running_server() as server:
            url = server.new_database("core")
            postgresql = ("postgresql", url, lambda s: bare_postgresql(url, s), (1, 2, 4))
            yield [postgresql] if only else [sqlite, postgresql]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    key = new_key()
    with _databases(options.only) as databases:
        for name, url, bare, numbers in databases:
            commits = bare(options.seconds / 2)
            print(f"{name}: {commits:.0f} bare commits/s, so {commits / 2:.0f} messages/s at two commits each")
            for processes in numbers:
                rate, line = measure(url, key, processes, options.seconds)
                print(f"  {line}: {rate / (commits / 2):.2f} of that")
    print(f"peak memory of one process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
