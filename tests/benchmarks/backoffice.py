"""How fast the pages of the staff's desk come, over HTTP from the real server, beside the same questions asked bare.

python -m tests.benchmarks.backoffice [--dossiers 10000] [--messages 50000] [--postgresql] [--kept FOLDER]

`--kept`: the SQLite database is made in this folder, or found there, filled, and stays. Each page: wall clock, then the
processor time of the process, which others on the machine do not change; the browser's part is in it.
"""

import argparse
import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from bot.desk.office.roles import Role
from storage.engine.database import Database, open_database, sqlite_url
from storage.engine.encryption import KeyRing, new_key
from tests.benchmarks.desk import fill_much, opened
from tests.bot.channels.backoffice.staff import Staff, hire
from tests.bot.channels.web.served import serving

#: Times that each page is opened, after once that is not counted.
TIMES = 20
OPEN = "/bureau?onglet=en-cours"
PAGES = {
    "inbox": "/bureau",
    "inbox, page 200": "/bureau?page=200",
    "inbox, the last page": "/bureau?page=9999",
    "closed, page 50": "/bureau?onglet=clos&page=50",
    "a wave": f"{OPEN}&vague=vague-1",
    "a wave, page 100": f"{OPEN}&vague=vague-1&page=100",
    "a state": f"{OPEN}&etat=asked",
    "no move for 30 days": f"{OPEN}&jours=30",
    "of a holder": f"{OPEN}&charge=1",
    "a région": f"{OPEN}&region=Bretagne",
    "a département": f"{OPEN}&departement=39",
    "an intercommunalité's town": f"{OPEN}&ville=35288",
    "search, a town": f"{OPEN}&mots=Dole",
    "search, a person": f"{OPEN}&mots=Claire+Martin",
    "search, a number": f"{OPEN}&mots=03+84+79+79+79",
    "search, an e-mail address": f"{OPEN}&mots=p17@mairie.example",
    "search, a frequent word": f"{OPEN}&mots=soudeurs",
    "search, three words": f"{OPEN}&mots=antenne+gare+soudeurs",
    "a thread": "/bureau/echanges/17",
    "a dossier": "/bureau/dossiers/{reference}",
    "the log": "/bureau/journal",
    "the log, as a file": "/bureau/journal/fichier",
    "figures": "/bureau/chiffres",
    "export of a département, CSV": "/bureau/exports/fichier?departement=39&format=csv",
}
#: What is asked in bare SQL for a page of the list, without a row being opened.
BARE = {
    "bare: what is to be taken": "NOT is_over AND holder_id IS NULL ORDER BY updated_at, id LIMIT 25",
    "bare: page 200 of it": "NOT is_over AND holder_id IS NULL ORDER BY updated_at, id LIMIT 25 OFFSET 4975",
    "bare: a frequent word": "NOT is_over AND id IN (SELECT subject_id FROM search_words WHERE word ="
    " (SELECT word FROM search_words GROUP BY word ORDER BY count(*) DESC LIMIT 1)) ORDER BY updated_at, id LIMIT 25",
}


async def measure(name: str, work: Callable[[], Awaitable[object]]) -> None:
    """Print the median and the 95th percentile of the wall clock, and the median of the processor time."""
    await work()
    wall, busy = [], []
    for _ in range(TIMES):
        start, cpu = time.perf_counter(), time.process_time()
        await work()
        wall.append(1000 * (time.perf_counter() - start))
        busy.append(1000 * (time.process_time() - cpu))
    told = f"median {statistics.median(wall):6.1f} ms, p95 {sorted(wall)[int(TIMES * 0.95)]:6.1f} ms"
    print(f"{name:30} {told}; processor {statistics.median(busy):6.1f} ms", flush=True)


async def run(database: Database) -> None:
    async with serving(database) as served:
        browser = served.browser()
        staff: Staff = await hire(served, browser, "Anne", Role.ADMIN)
        one = text("SELECT reference FROM dossiers WHERE id = 17")
        reference = str(database.run_now(lambda t: t.connection.execute(one).scalar()))
        for name, page in PAGES.items():
            path = page.format(reference=reference)
            await measure(name, lambda path=path: staff.open(path))  # type: ignore[misc]
            assert staff.status == 200, (path, staff.status)
        print(f"memory after one round: {_memory()} MB")
        for path in PAGES.values():
            await staff.open(path)
        print(f"memory after another: {_memory()} MB")
        for name, which in BARE.items():
            wanted = text(f"SELECT of_dossier, of_thread, updated_at FROM search_subjects WHERE {which}")
            await measure(
                name,
                lambda wanted=wanted: database.run(lambda t: t.connection.execute(wanted).all()),  # type: ignore[misc]
            )
        await browser.client.close()


def _memory() -> int:
    """Return the most that the process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@contextmanager
def filled(given: argparse.Namespace) -> Iterator[Database]:
    if given.kept is not None:
        given.kept.mkdir(parents=True, exist_ok=True)
        key, file = given.kept / "key", given.kept / "guichet.sqlite3"
        is_new = not key.exists()
        if is_new:
            key.write_text(new_key(), encoding="utf-8")
        database = open_database(sqlite_url(file), KeyRing([key.read_text(encoding="utf-8")]))
        if is_new:
            fill_much(database, given.dossiers, given.messages)
        yield database
        database.close()
        return
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), postgresql=given.postgresql) as database:
        fill_much(database, given.dossiers, given.messages)
        yield database


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--kept", type=Path)
    given = parser.parse_args()
    with filled(given) as database:
        asyncio.run(run(database))


if __name__ == "__main__":
    main()
