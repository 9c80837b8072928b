"""The figures count what was sent and nothing else; the tiles hold every département once."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from bot.base.shelf import Shelf
from bot.desk.desk import Desk
from bot.desk.figures.drawing import draw, draw_map, shade_of
from bot.desk.figures.numbers import Series, count
from bot.desk.figures.tiles import TILES
from bot.search.indexing import keep_up
from bot.services.staff import make_member
from storage import entry_counts, recipients
from storage.engine.database import Database, Transaction
from storage.entry_counts import Counted
from tests.bot.search.making import hand_over, make_dossier
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 9, tzinfo=UTC)


def test_every_departement_has_one_tile_of_its_own() -> None:
    assert set(TILES) == set(shipped().towns.departements)
    assert len(set(TILES.values())) == len(TILES) == 101


def test_the_numbers_are_those_of_what_was_sent(database: Database) -> None:
    library = shipped()
    shelf = Shelf(library)
    keep_up(database, shelf)
    desk, second = Desk(shelf), library.call.facts.waves[1].id

    def work(transaction: Transaction) -> None:
        anne = make_member(transaction, "Anne", NOW)
        for rank, (code, wave) in enumerate((("39198", ""), ("25056", second), ("35288", second))):
            at = NOW - timedelta(days=rank)
            owner = recipients.register(transaction, "web", code, at)
            hand_over(transaction, make_dossier(library, f"AAA-AAA-AA{rank + 3}", code, at, wave=wave), owner, at)
        desk.take(transaction, "AAA-AAA-AA3", anne, NOW + timedelta(hours=2))
        desk.take(transaction, "AAA-AAA-AA4", anne, NOW + timedelta(days=1))
        entry_counts.count(transaction, library.call.entries[0].id, library.day(NOW), Counted.SHOWN)

    database.run_now(work)
    found = database.run_now(lambda t: count(library, t, NOW))
    series = {each.id: dict(each.rows) for each in found.series}
    assert (found.sent, found.unanswered) == (3, 1)
    assert list(series["vagues"].values())[:2] == [1, 2]
    assert series["regions"] == {"Bourgogne-Franche-Comté": 2, "Bretagne": 1}
    assert (found.departements["39"], found.departements["59"][1]) == (("Jura", 1), 0)
    assert [count for count in series["jours"].values() if count] == [1, 1, 1]
    assert {name: count for name, count in series["delais"].items() if count} == {
        "moins de 4 h": 1,
        "de 1 à 3 jours": 1,
        "pas encore": 1,
    }
    assert sum(series["sujets"].values()) == 1


@pytest.mark.parametrize("rows", [[], [("<script>&", 3)], [(str(day), day % 7) for day in range(30)], [("nul", 0)]])
def test_a_drawing_is_well_formed_whatever_it_holds(rows: list[tuple[str, int]]) -> None:
    drawn = draw(Series("a", "Titre & <b>", "Nom", rows))
    tree = ElementTree.fromstring(drawn)
    assert tree.attrib["role"] == "img"
    assert tree[0].text == "Titre & <b>"
    assert "style" not in drawn, "the page's policy lets no style through"


def test_a_tile_is_the_darker_the_more() -> None:
    assert [shade_of(each, 8) for each in (0, 1, 2, 3, 5, 8)] == [0, 1, 1, 2, 3, 4]
    drawn = draw_map("Carte", {"39": ("Jura", 8), "2A": ("Corse-du-Sud", 1)})
    ElementTree.fromstring(drawn)
    assert re.search(r'shade4"><title>Jura : 8<', drawn)
    assert drawn.count('class="tile') == 101
