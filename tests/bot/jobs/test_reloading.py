"""The knowledge loaded anew: what is sound takes the old one's place, what is faulty does not; the staff are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from shutil import copytree

import pytest

from bot.app import load_anew
from bot.base.shelf import Shelf
from bot.jobs.reloading import Reloading
from bot.services.reload_signal import ask_to_reload, count_asked
from bot.services.source import DeskAddress
from bot.settings import SHIPPED_CALL, Settings, read_settings
from bot.transport.delivery import Courier, Letter, Outcome, Sent
from knowledge.library import Library
from storage import outbox
from storage.engine.database import Database, Transaction
from storage.engine.errors import DatabaseUnavailable
from tests.outage import outage
from tests.shipped import cache_folder, shipped

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)
DESKS = (DeskAddress("test", "desk"),)
#: For tests that read files for seconds; what is kept and told is tried on both in the others.
ONE_DATABASE = pytest.mark.parametrize("dialect", ["sqlite"])


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often memory was settled: in a program it takes a sixth of a second, in all that the tests hold one."""
    times: list[str] = []
    monkeypatch.setattr("bot.base.memory.settle", lambda: times.append("settled"))
    return times


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return Path(copytree(SHIPPED_CALL, tmp_path / "call"))


def reloading(database: Database, shelf: Shelf, load: Callable[[], Library]) -> Reloading:
    return Reloading(database, shelf, load, lambda: NOW, DESKS, database.run_now(count_asked))


def loading(call: Path) -> Callable[[], Library]:
    """Load what is in the folder when it is first asked for; of several processes, only the first takes the seconds."""
    return cache(partial(load_anew, settings_of(call), lambda: NOW))


def settings_of(call: Path) -> Settings:
    return read_settings({"GUICHET_CALL": str(call), "GUICHET_CACHE": str(cache_folder())})


def told(transaction: Transaction) -> list[str]:
    claimed = outbox.claim(transaction, ["test"], NOW, NOW - datetime(2020, 10, 14, tzinfo=UTC), 10)
    return [row.content or "" for row in claimed]


def move_the_last_day(call: Path) -> None:
    facts = call / "call.yaml"
    facts.write_text(
        facts.read_text(encoding="utf-8").replace("closes_on: 2021-06-25", "closes_on: 2021-07-02"), "utf-8"
    )


@ONE_DATABASE
async def test_each_process_serves_the_new_version_and_the_desks_are_told_once(
    database: Database, call: Path, settled: list[str]
) -> None:
    shelves = [Shelf(shipped()), Shelf(shipped())]
    load = loading(call)
    processes = [reloading(database, shelf, load) for shelf in shelves]
    for process in processes:
        await process.look()
    move_the_last_day(call)
    for process in processes:
        await process.look()
    assert [shelf.library.call.facts.closes_on for shelf in shelves] == [date(2021, 6, 25)] * 2, "nobody asked for it"
    await database.run(ask_to_reload)
    settled.clear()
    for process in processes:
        await process.look()
        await process.look()
    assert len(settled) == 3, "once by what is rehearsed, once for each process"
    assert [shelf.library.call.facts.closes_on for shelf in shelves] == [date(2021, 7, 2)] * 2
    (text,) = await database.run(told)
    assert "en service" in text


@ONE_DATABASE
async def test_a_faulty_version_is_refused_with_its_faults_and_the_old_one_keeps_serving(
    database: Database, call: Path
) -> None:
    shelf = Shelf(shipped())
    process = reloading(database, shelf, loading(call))
    await process.look()
    (call / "answers" / "calendrier.yaml").write_text("id: calendrier\nqestion: ?\n", encoding="utf-8")
    await database.run(ask_to_reload)
    await process.look()
    assert shelf.library is shipped()
    (text,) = await database.run(told)
    assert "calendrier.yaml:2" in text
    assert "Les réponses d'avant restent en service" in text


class Desk:
    """A channel that remembers what the desk was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def send(self, letter: Letter) -> Outcome:
        self.told.append(letter.reply.text)
        return Sent("1")


def ready(database: Database, load: Callable[[], Library], shelf: Shelf | None = None) -> Reloading:
    """Return a process that has just started."""
    return Reloading(database, shelf or Shelf(shipped()), load, lambda: NOW, DESKS, database.run_now(count_asked))


async def test_what_one_process_said_and_sent_is_not_said_again_by_the_next(database: Database) -> None:
    desk = Desk()
    courier = Courier(database, {"test": desk}, lambda: NOW)
    processes = [ready(database, shipped) for _ in range(2)]
    for count in (1, 2):
        await database.run(ask_to_reload)
        for process in processes:
            await process.look()
            await courier.drain()
        assert len(desk.told) == count, "once each time it is asked for"


async def test_a_process_that_fares_otherwise_says_so(database: Database, tmp_path: Path) -> None:
    desk = Desk()
    courier = Courier(database, {"test": desk}, lambda: NOW)
    missing = partial(load_anew, settings_of(tmp_path / "missing"), lambda: NOW)
    processes = [ready(database, load) for load in (shipped, missing)]
    await database.run(ask_to_reload)
    for process in processes:
        await process.look()
        await courier.drain()
    assert ["les réponses d'avant restent en service" in text.lower() for text in desk.told] == [False, True]


async def test_what_is_asked_for_before_the_first_look_is_done(database: Database) -> None:
    shelf, newer = Shelf(shipped()), replace(shipped())
    process = ready(database, lambda: newer, shelf)
    await database.run(ask_to_reload)
    await process.look()
    assert shelf.library is newer
    assert len(await database.run(told)) == 1


async def test_what_an_outage_kept_from_being_told_is_told_afterwards(
    database: Database, request: pytest.FixtureRequest
) -> None:
    begin, end = outage(database, request)

    def load_and_lose_the_database() -> Library:
        begin()
        return shipped()

    process = ready(database, load_and_lose_the_database)
    await database.run(ask_to_reload)
    with pytest.raises(DatabaseUnavailable):
        await process.look()
    end()
    await process.look()
    await process.look()
    assert len(await database.run(told)) == 1
