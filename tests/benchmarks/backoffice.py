"""How fast the pages of the staff's desk come, over HTTP from the real server, beside the same questions asked bare.

python -m tests.benchmarks.backoffice [--dossiers 10000] [--messages 50000] [--postgresql]
"""

import argparse
import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import text

from bot.base.shelf import Shelf
from bot.desk.office.roles import Role
from bot.search.indexing import index_missing
from storage.engine.database import Database
from tests.benchmarks.desk import BARE, NOW, fill, opened
from tests.bot.channels.backoffice.staff import Staff, hire
from tests.bot.channels.web.served import serving
from tests.shipped import shipped

#: Times that each page is opened.
TIMES = 20
PAGES = {
    "inbox": "/bureau",
    "inbox, page 200": "/bureau?page=200",
    "inbox, a département": "/bureau?onglet=en-cours&departement=39",
    "search, a town": "/bureau?onglet=en-cours&mots=Dole",
    "search, three words": "/bureau?onglet=en-cours&mots=antenne+gare+soudeurs",
    "search, an e-mail address": "/bureau?onglet=en-cours&mots=p17@mairie.example",
    "a thread": "/bureau/echanges/17",
}


async def measure(work: Callable[[], Awaitable[object]]) -> str:
    """Return the median and the 95th percentile, in milliseconds."""
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        await work()
        taken.append(1000 * (time.perf_counter() - start))
    return f"median {statistics.median(taken):6.1f} ms, p95 {sorted(taken)[int(TIMES * 0.95)]:6.1f} ms"


async def run(database: Database) -> None:
    async with serving(database) as served:
        browser = served.browser()
        staff: Staff = await hire(served, browser, "Anne", Role.ADMIN)
        for name, path in PAGES.items():
            told = await measure(lambda path=path: staff.open(path))  # type: ignore[misc]
            print(f"{name:28} {told}  (status {staff.status})")
        bare = await measure(lambda: database.run(lambda t: t.connection.execute(text(BARE)).all()))
        print(f"{'bare: what is to be taken':28} {bare}")
        await browser.client.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), postgresql=given.postgresql) as database:
        fill(database, given.dossiers, given.messages)
        while database.run_now(lambda t: index_missing(Shelf(shipped()), t, NOW)):
            pass
        asyncio.run(run(database))
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")


if __name__ == "__main__":
    main()
