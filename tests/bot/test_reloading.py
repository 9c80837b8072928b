"""The knowledge loaded anew: what is sound takes the old one's place, what is faulty does not; the staff are told."""

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from shutil import copytree

import pytest

from bot.app import load_anew
from bot.dossier_keeping import DeskAddress
from bot.reloading import Reloading, ask_to_reload
from bot.settings import SHIPPED_CALL, read_settings
from bot.shelf import Shelf
from storage import outbox
from storage.database import Database, Transaction
from tests.shipped import cache_folder, shipped

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)
DESKS = (DeskAddress("test", "desk"),)


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return Path(copytree(SHIPPED_CALL, tmp_path / "call"))


def reloading(database: Database, shelf: Shelf, call: Path) -> Reloading:
    settings = read_settings({"GUICHET_CALL": str(call), "GUICHET_CACHE": str(cache_folder())})
    return Reloading(database, shelf, partial(load_anew, settings, lambda: NOW), lambda: NOW, DESKS)


def told(transaction: Transaction) -> list[str]:
    claimed = outbox.claim(transaction, ["test"], NOW, NOW - datetime(2020, 10, 14, tzinfo=UTC), 10)
    return [row.content or "" for row in claimed]


def move_the_last_day(call: Path) -> None:
    facts = call / "call.yaml"
    facts.write_text(
        facts.read_text(encoding="utf-8").replace("closes_on: 2021-06-25", "closes_on: 2021-07-02"), "utf-8"
    )


async def test_each_process_serves_the_new_version_and_the_desks_are_told_once(database: Database, call: Path) -> None:
    shelves = [Shelf(shipped()), Shelf(shipped())]
    processes = [reloading(database, shelf, call) for shelf in shelves]
    for process in processes:
        await process.look()
    move_the_last_day(call)
    for process in processes:
        await process.look()
    assert [shelf.library.call.facts.closes_on for shelf in shelves] == [date(2021, 6, 25)] * 2, "nobody asked for it"
    await database.run(ask_to_reload)
    for process in processes:
        await process.look()
        await process.look()
    assert [shelf.library.call.facts.closes_on for shelf in shelves] == [date(2021, 7, 2)] * 2
    (text,) = await database.run(told)
    assert "en service" in text


async def test_a_faulty_version_is_refused_with_its_faults_and_the_old_one_keeps_serving(
    database: Database, call: Path
) -> None:
    shelf = Shelf(shipped())
    process = reloading(database, shelf, call)
    await process.look()
    (call / "answers" / "calendrier.yaml").write_text("id: calendrier\nqestion: ?\n", encoding="utf-8")
    await database.run(ask_to_reload)
    await process.look()
    assert shelf.library is shipped()
    (text,) = await database.run(told)
    assert "calendrier.yaml:2" in text
    assert "Les réponses d'avant restent en service" in text
