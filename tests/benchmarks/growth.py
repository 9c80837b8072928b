"""What a question costs once a million messages and a hundred thousand people lie in the database.

python -m tests.benchmarks.growth [--past 1000000] [--people 100000] [--only sqlite|postgresql]

Two databases, one empty but for those who ask now, one with the past laid in it, as the page's messages leave it; asked
in turn in the same rounds. Told: the processor's time of this process for a question in each, of the best round.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.channels.web import CHANNEL
from storage.engine.database import Database, open_database, sqlite_url
from storage.engine.encryption import KeyRing, new_key
from storage.engine.tables import InboxStatus, OutboxStatus, table
from tests.benchmarks.turns import NOW, Cost, assistant_of, cost
from tests.postgresql import running_server

#: Rows laid in one transaction.
AT_ONCE = 20_000
#: Above the ids of whoever asks now.
FIRST = 1_000_000
#: A past message is as old as this at least: nothing of it is due any more.
AGE = timedelta(days=3)


def fill(database: Database, past: int, people: int) -> None:
    """Lay down `people` with `past` messages between them, half of them theirs, all answered and seen."""
    then = NOW - AGE
    asked = past // 2
    for name, rows in (
        ("recipients", ({"id": FIRST + each, **_recipient(each), "created_at": then} for each in range(people))),
        ("conversations", ({"recipient_id": FIRST + each, **_conversation()} for each in range(people))),
        ("pages", ({"recipient_id": FIRST + each, **_page(each, past // people)} for each in range(people))),
        ("inbox", (_asked(each, FIRST + each % people) for each in range(asked))),
        ("outbox", (_answered(each, FIRST + each % people) for each in range(asked))),
        ("page_lines", (_line(each, FIRST + each % people, each // people + 1) for each in range(past))),
    ):
        for batch in _batches(rows):
            with database.transaction() as transaction:
                transaction.connection.execute(insert(table(name)), batch)
    with database.transaction() as transaction:
        transaction.connection.exec_driver_sql("ANALYZE")


def _recipient(each: int) -> dict[str, Any]:
    return {"channel": CHANNEL, "address_hash": b"%032d" % each, "address": f"past {each}"}


def _conversation() -> dict[str, Any]:
    then = NOW - AGE
    return {"state": '{"version": 1}', "updated_at": then, "active_at": then, "review_at": NOW + timedelta(days=90)}


def _page(each: int, lines: int) -> dict[str, Any]:
    shown = {"begun_at": NOW - AGE, "last_number": lines, "seen_number": lines}
    return {"start_hash": b"page %027d" % each, **shown}


def _asked(each: int, recipient_id: int) -> dict[str, Any]:
    then = NOW - AGE
    kept = {"received_at": then, "handled_at": then, "status": InboxStatus.HANDLED}
    return {"channel": CHANNEL, "update_id": f"past {each}", "recipient_id": recipient_id, "text": "bonjour", **kept}


def _answered(each: int, recipient_id: int) -> dict[str, Any]:
    then = NOW - AGE
    left = {"status": OutboxStatus.SENT, "attempts": 1, "created_at": then, "due_at": then, "finished_at": then}
    said = {"content": {"text": "Bonjour."}, "external_id": "2", "is_fleeting": False, "is_urgent": False}
    return {"key": f"past {each}", "channel": CHANNEL, "recipient_id": recipient_id, **left, **said}


def _line(each: int, recipient_id: int, number: int) -> dict[str, Any]:
    content = {"text": "Bonjour."}
    shown = {"is_own": bool(number % 2), "content": content, "laid_at": NOW - AGE, "is_fleeting": False}
    return {"recipient_id": recipient_id, "number": number, "place": number, "key": f"past {each}", **shown}


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def measure(urls: Sequence[str], past: int, people: int, rounds: int) -> None:
    empty, full = (open_database(url, KeyRing([new_key()])) for url in urls)
    fill(full, past, people)
    says = [(database, assistant_of(database)) for database in (empty, full)]
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for _ in range(rounds):
        for kept, (database, say) in zip(costs, says, strict=True):
            kept.append(asyncio.run(cost(database.engine, say, "question", 100)))
    little, much = (min(each.cpu_milliseconds for each in kept) for kept in costs)
    print(f"  empty {little:.2f} ms, with {past:,} messages of {people:,} people {much:.2f} ms: {much / little:.2f}")
    for database, _ in says:
        database.close()


def main() -> None:
    """Run as a program."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--past", type=int, default=1_000_000)
    reader.add_argument("--people", type=int, default=100_000)
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--only", choices=("sqlite", "postgresql"))
    given = reader.parse_args()
    if given.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            print("sqlite", flush=True)
            urls = [sqlite_url(Path(folder) / f"{name}.sqlite3") for name in ("empty", "full")]
            measure(urls, given.past, given.people, given.rounds)
    if given.only != "sqlite":
        with running_server() as server:
            print("postgresql", flush=True)
            measure([server.new_database(name) for name in ("empty", "full")], given.past, given.people, given.rounds)


if __name__ == "__main__":
    main()
