"""What is kept as years go by: each month the same number of people come, ask, begin dossiers and go.

python -m tests.benchmarks.years [--months 48] [--people 12]

The clock goes from day to day, and all that time brings is done on each. Told: the rows of each table, the size of the
database and the memory of this process at the end of each half-year. What has a term (24 months at most, as shipped)
stops growing; what goes on growing is named in the end.
"""

import argparse
import asyncio
import resource
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import inspect, text

from bot.app import Application
from bot.base.shelf import Shelf
from bot.conversation.talk.messages import Incoming
from bot.desk.desk import Desk
from bot.search.indexing import keep_up
from bot.services.assistant import Assistant
from bot.transport.delivery import Courier, Letter, Sent
from storage.engine.database import Database, open_database, sqlite_url
from storage.engine.encryption import KeyRing, new_key
from tests.shipped import shipped

BEGAN = datetime(2020, 8, 1, 9, tzinfo=UTC)
CHANNEL = "test"
#: Of what time brings and what it takes away, a little more or less is there by chance.
LEEWAY = 1.05
#: What each person says, on the days after they came.
SAID: Mapping[int, tuple[str, ...]] = {
    0: ("bonjour", "qui peut candidater ?", "et Dole ?", "zyx wvu tsr", "oui", "rappelez-moi la vague 3", "oui"),
    1: ("je veux préparer un dossier", "oui", "Dole", "Claire Martin, directrice", "c.martin@dole.org"),
    9: ("je voudrais parler à quelqu'un", "le calendrier", "mes dossiers"),
}


class Nowhere:
    """A channel that takes everything."""

    async def send(self, letter: Letter) -> Sent:
        return Sent(letter.key)


class Years:
    """A counter whose clock is moved by hand."""

    def __init__(self, database: Database, people: int) -> None:
        self.now = BEGAN
        self._database = database
        self._people = people
        self._known: list[tuple[str, datetime]] = []
        shelf = Shelf(shipped())
        keep_up(database, shelf)
        application = Application(database, shelf, lambda: self.now, Desk(shelf, (), ()))
        self._courier = Courier(database, {CHANNEL: Nowhere()}, lambda: self.now)
        self._assistant: Assistant = application.assistant_for(self._courier)
        self._updates = 0

    async def pass_month(self) -> None:
        """Let thirty days go by; people come on the first ones."""
        for day in range(30):
            if day < self._people:
                self._known.append((f"person {self.now:%Y-%m-%d}", self.now))
            for person, came in self._known:
                for said in SAID.get((self.now - came).days, ()):
                    self._updates += 1
                    await self._assistant.receive(Incoming(CHANNEL, str(self._updates), person, said, self.now))
                    await self._courier.drain()
            self._known = [each for each in self._known if self.now - each[1] < timedelta(days=max(SAID))]
            await self._assistant.tick(self.now)
            await self._courier.drain()
            self.now += timedelta(days=1)

    def rows(self) -> dict[str, int]:
        """Return the rows of each table."""
        with self._database.engine.connect() as connection:
            return {
                name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())
                for name in sorted(inspect(connection).get_table_names())
            }


async def watch(years: Years, months: int, size: "Size") -> list[dict[str, int]]:
    """Let the months go by, and return the rows after each half-year."""
    seen = []
    for month in range(1, months + 1):
        await years.pass_month()
        if month % 6 == 0:
            seen.append(years.rows())
            megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            rows = ", ".join(f"{name} {count}" for name, count in seen[-1].items() if count)
            print(
                f"month {month}: {size():.1f} MB on the disk, {megabytes:.0f} MB at most in memory; {rows}", flush=True
            )
    return seen


class Size:
    """Tells how many megabytes the files of an SQLite database take."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> float:
        return sum(each.stat().st_size for each in self._path.parent.glob(f"{self._path.name}*")) / 1e6


def growing(seen: list[dict[str, int]]) -> list[str]:
    """Return the tables that have plainly more rows at the end than a year before."""
    return [name for name, count in seen[-1].items() if count > LEEWAY * seen[-3][name]]


def main() -> None:
    """Run as a program."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--months", type=int, default=48)
    reader.add_argument("--people", type=int, default=12)
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "years.sqlite3"
        database = open_database(sqlite_url(path), KeyRing([new_key()]))
        seen = asyncio.run(watch(Years(database, given.people), given.months, Size(path)))
        database.close()
    print("goes on growing:", ", ".join(growing(seen)) or "nothing")


if __name__ == "__main__":
    main()
