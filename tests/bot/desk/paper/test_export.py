"""What is taken away: real days and numbers, where the town is, what was asked and noted, narrowed as it was seen."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.base.shelf import Shelf
from bot.desk.desk import Desk
from bot.desk.paper.export import Export, Taker, make_file, take_away
from bot.search.indexing import keep_up
from bot.search.listing import Filter
from bot.services.staff import make_member
from storage import audit, recipients
from storage.engine.database import Database, Transaction
from storage.search_index import Tab
from tests.bot.search.making import hand_over, make_dossier
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 7, 30, tzinfo=UTC)


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    shelf = Shelf(shipped())
    keep_up(database, shelf)
    desk = Desk(shelf)

    def work(transaction: Transaction) -> None:
        anne = make_member(transaction, "Anne", NOW)
        for reference, code in (("AAA-AAA-AA3", "39198"), ("CCC-CCC-CC4", "35288")):
            owner = recipients.register(transaction, "web", code, NOW)
            hand_over(transaction, make_dossier(desk.library, reference, code, NOW), owner, NOW)
        desk.take(transaction, "AAA-AAA-AA3", anne, NOW)
        desk.ask(transaction, "AAA-AAA-AA3", anne, "courriel", "Lequel ?", NOW)
        desk.note(transaction, "AAA-AAA-AA3", anne, "=1+1 à vérifier", NOW)
        desk.close(transaction, "AAA-AAA-AA3", anne, "Complet.", NOW + timedelta(hours=1), "retenu")

    database.run_now(work)
    return desk


def _export(database: Database, desk: Desk, tab: Tab = Tab.ALL, **wanted: str) -> Export:
    return database.run_now(lambda t: take_away(desk, t, Filter(**wanted), tab, Taker(1, "xlsx"), NOW))


def test_a_row_says_where_when_and_what(database: Database, desk: Desk) -> None:
    (row,) = _export(database, desk, words="Dole").rows
    wave = desk.library.call.facts.waves[0]
    told = {
        "Numéro": "AAA-AAA-AA3",
        "État": "clos",
        "En charge": "Anne",
        "Code INSEE ou SIREN": "39198",
        "Département": "39",
        "Région": "Bourgogne-Franche-Comté",
        "Décision": "retenu",
        "Clôture de la vague": wave.closes_on,
        "Compléments demandés": "Anne : Courriel : Lequel ?",
        "Notes internes": "Anne : =1+1 à vérifier",
        "Transmis le": datetime(2020, 10, 15, 9, 30),  # noqa: DTZ001 (as a spreadsheet has it)
    }
    assert {name: row[name] for name in told} == told


def test_a_workbook_has_days_that_can_be_counted_with(database: Database, desk: Desk) -> None:
    file = make_file(_export(database, desk), "xlsx", desk, NOW)
    assert file.name == "dossiers-2020-10-15.xlsx"
    with zipfile.ZipFile(io.BytesIO(file.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    days = re.findall(r'<c r="[A-Z]+\d+" s="\d+"><v>([\d.]+)</v>', sheet)
    assert any(43_000 < float(day) < 45_000 for day in days)
    assert "dd/mm/yyyy hh:mm" in styles


def test_a_csv_runs_nothing_and_can_be_sorted_by_day(database: Database, desk: Desk) -> None:
    content = make_file(_export(database, desk), "csv", desk, NOW).content.decode("utf-8-sig")
    rows = {row["Numéro"]: row for row in csv.DictReader(io.StringIO(content), delimiter=";")}
    assert rows["AAA-AAA-AA3"]["Transmis le"] == "2020-10-15 09:30"
    assert not [cell for row in rows.values() for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]


@pytest.mark.parametrize(
    ("tab", "wanted", "found"),
    [
        (Tab.ALL, {}, 2),
        (Tab.CLOSED, {}, 1),
        (Tab.ALL, {"region": "Bretagne"}, 1),
        (Tab.ALL, {"decision": "retenu"}, 1),
        (Tab.ALL, {"kind": "thread"}, 2),
        (Tab.ALL, {"words": "?"}, 0),
    ],
)
def test_it_is_narrowed_and_written_down(
    database: Database, desk: Desk, tab: Tab, wanted: dict[str, str], found: int
) -> None:
    assert len(_export(database, desk, tab, **wanted).rows) == found
    logged = database.run_now(lambda t: [(each.member, each.action, each.subject) for each in audit.read(t)])
    assert logged[-1] == ("Anne", "export", "export:xlsx")
