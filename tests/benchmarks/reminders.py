"""How fast due reminders are swept into the outbox, and what a sweep costs when none is due.

python tests/benchmarks/reminders.py [--due 100000] [--planned 1000000] [--postgresql]

Beside it, in the same database: bare inserts of as many rows of the size of an outbox's, in transactions as large as
the sweep's. They do nothing else: no reading of dossiers, no text made, no encryption.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, text  # noqa: E402

from bot.conversation.talk.state import State  # noqa: E402
from bot.jobs.reminding import PEOPLE_AT_ONCE, send_due  # noqa: E402
from bot.settings import SHIPPED_CALL  # noqa: E402
from knowledge.library import open_library  # noqa: E402
from storage.engine.database import Database, Transaction, open_database, sqlite_url  # noqa: E402
from storage.engine.encryption import KeyRing, new_key  # noqa: E402
from storage.engine.tables import table  # noqa: E402
from tests.postgresql import running_server  # noqa: E402

NOW = datetime(2021, 2, 5, 9, tzinfo=UTC)
BATCH = 10_000
#: Sweeps of which the fastest is told.
SWEEPS = 30


def fill(database: Database, first: int, count: int, due_at: datetime) -> None:
    """Make `count` people who converse, each with one reminder."""
    state = State().model_dump_json()
    for start in range(first, first + count, BATCH):
        ids = range(start, min(start + BATCH, first + count))
        database.run_now(_fill, ids, state, due_at)


def _fill(transaction: Transaction, ids: Sequence[int], state: str, due_at: datetime) -> None:
    execute = transaction.connection.execute
    people = [
        {"id": n, "channel": "b", "address_hash": n.to_bytes(8, "big"), "address": str(n), "created_at": NOW}
        for n in ids
    ]
    execute(insert(table("recipients")), people)
    execute(insert(table("conversations")), [{"recipient_id": n, "state": state, "updated_at": NOW} for n in ids])
    rows = [
        {
            "recipient_id": n,
            "wave": "vague-2",
            "closes_on": datetime(2021, 2, 12, tzinfo=UTC).date(),
            "days_before": 7,
            "zone": "Europe/Paris",
            "status": "planned",
            "asked_at": NOW - timedelta(days=60),
            "due_at": due_at,
        }
        for n in ids
    ]
    execute(insert(table("reminders")), rows)


def bare(database: Database, count: int) -> float:
    """Return rows a second of bare inserts."""
    database.run_now(lambda t: t.connection.execute(text("CREATE TABLE bare (id INTEGER, content TEXT)")))
    start = time.perf_counter()
    for first in range(0, count, PEOPLE_AT_ONCE):
        rows = [{"id": n, "content": "x" * 900} for n in range(first, first + PEOPLE_AT_ONCE)]
        insertion = text("INSERT INTO bare VALUES (:id, :content)")
        database.run_now(lambda t, rows=rows, do=insertion: t.connection.execute(do, rows))
    return count / (time.perf_counter() - start)


@contextmanager
def opened(is_postgresql: bool) -> Iterator[Database]:
    keys = KeyRing([new_key()])
    if is_postgresql:
        with running_server() as server:
            database = open_database(server.new_database("reminders"), keys)
            yield database
            database.close()
    else:
        with tempfile.TemporaryDirectory() as folder:
            database = open_database(sqlite_url(Path(folder) / "guichet.sqlite3"), keys)
            yield database
            database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--due", type=int, default=100_000)
    parser.add_argument("--planned", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        library = open_library(SHIPPED_CALL, Path(cache))
    with opened(given.postgresql) as database:
        sweep = partial(database.run_now, partial(send_due, lambda: library), NOW)
        fill(database, 1, 1_000, NOW + timedelta(days=5))
        few = min(_time(sweep) for _ in range(SWEEPS))
        fill(database, 1_001, given.planned, NOW + timedelta(days=5))
        many = min(_time(sweep) for _ in range(SWEEPS))
        print(f"none due: {few * 1000:.2f} ms with 1,000 planned, {many * 1000:.2f} ms with {given.planned + 1_000:,}")
        fill(database, given.planned + 1_001, given.due, NOW - timedelta(minutes=1))
        start, cpu = time.perf_counter(), time.process_time()
        longest = 0.0
        while True:
            begun = time.perf_counter()
            if not sweep():
                break
            longest = max(longest, time.perf_counter() - begun)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        swept = given.due / seconds
        beside = bare(database, given.due)
        print(
            f"{given.due:,} due: {swept:,.0f} rows/s, CPU {cpu / given.due * 1000:.2f} ms each, longest transaction "
            f"{longest * 1000:.0f} ms; bare inserts: {beside:,.0f} rows/s, ratio {swept / beside:.3f}"
        )


def _time(work: "partial[object]") -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
