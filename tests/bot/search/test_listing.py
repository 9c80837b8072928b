"""The lists of every desk: found by what people type, narrowed, counted and paged; only what is shown is opened."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.base.shelf import Shelf
from bot.desk.desk import Desk
from bot.search.indexing import index_missing, keep_up
from bot.search.listing import Filter, Page, find_all, find_page
from bot.services.staff import make_member
from storage import recipients, threads
from storage.engine.changes import STALE
from storage.engine.database import Database, Transaction
from storage.search_index import Tab
from tests.bot.search.making import hand_over, make_dossier
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 9, tzinfo=UTC)
DOLE, SAINT_MALO, PAU = "39198", "35288", "64445"
#: Dole is of this intercommunalité.
GRAND_DOLE = "200010650"


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    """Three dossiers and a thread: Dole's is held by Anne and asked for more, Pau's is closed."""
    library = shipped()
    shelf = Shelf(library)
    desk = Desk(shelf)
    keep_up(database, shelf)

    def work(transaction: Transaction) -> None:
        anne = make_member(transaction, "Anne", NOW)
        for rank, (reference, code) in enumerate(
            (("AAA-AAA-AA3", DOLE), ("CCC-CCC-CC4", SAINT_MALO), ("EEE-EEE-EE7", PAU))
        ):
            at = NOW + timedelta(hours=rank)
            owner = recipients.register(transaction, "web", code, at)
            hand_over(
                transaction, make_dossier(library, reference, code, at, email=f"{code}@mairie.example"), owner, at
            )
        desk.take(transaction, "AAA-AAA-AA3", anne, NOW)
        desk.ask(transaction, "AAA-AAA-AA3", anne, "besoins", "Précisez les métiers, s'il vous plaît.", NOW)
        desk.note(transaction, "AAA-AAA-AA3", anne, "Appeler la sous-préfète", NOW)
        desk.take(transaction, "EEE-EEE-EE7", anne, NOW)
        desk.close(transaction, "EEE-EEE-EE7", anne, "Hors du périmètre", NOW + timedelta(hours=9), "sans-suite")
        person = recipients.register(transaction, "web", "someone", NOW)
        thread = threads.open_for(transaction, person, None, NOW + timedelta(hours=5))
        threads.write(transaction, thread, None, "Peut-on louer les locaux ?", NOW + timedelta(hours=5))

    database.run_now(work)
    return desk


def page(database: Database, desk: Desk, tab: Tab = Tab.ALL, number: int = 1, **wanted: str) -> Page:
    return database.run_now(lambda t: find_page(desk.library, t, Filter(**wanted), tab, number, NOW, member=1, rows=2))


def names(database: Database, desk: Desk, tab: Tab = Tab.ALL, **wanted: str) -> list[str]:
    rows = database.run_now(
        lambda t: find_all(desk.library, t, Filter(**wanted), tab, NOW + timedelta(days=30), member=1, at_most=100)
    )
    return sorted(row.about.name for row in rows)


#: What finds what.
TYPED = {
    "dole": ["AAA-AAA-AA3"],
    "DÔLE jura": ["AAA-AAA-AA3"],
    "Saint-Malo": ["CCC-CCC-CC4"],
    "bretagne": ["CCC-CCC-CC4"],
    "39": ["AAA-AAA-AA3"],
    "aaa aaa aa3": ["AAA-AAA-AA3"],
    "39198@mairie.example": ["AAA-AAA-AA3"],
    "0384797979": ["AAA-AAA-AA3", "CCC-CCC-CC4", "EEE-EEE-EE7"],
    "+33 3 84 79 79 79": ["AAA-AAA-AA3", "CCC-CCC-CC4", "EEE-EEE-EE7"],
    "claire martin": ["AAA-AAA-AA3", "CCC-CCC-CC4", "EEE-EEE-EE7"],
    "sous préfète": ["AAA-AAA-AA3"],
    "métier": ["AAA-AAA-AA3"],
    "périmètre": ["EEE-EEE-EE7"],
    "louer local": ["1"],
    "loc": [],
    "?": [],
    "dole rennes": [],
}
NARROWED: list[tuple[dict[str, str], list[str]]] = [
    ({"town": DOLE}, ["AAA-AAA-AA3"]),
    ({"town": GRAND_DOLE}, ["AAA-AAA-AA3"]),
    ({"departement": "35"}, ["CCC-CCC-CC4"]),
    ({"region": "Nouvelle-Aquitaine"}, ["EEE-EEE-EE7"]),
    ({"kind": "thread"}, ["1"]),
    ({"decision": "sans-suite"}, ["EEE-EEE-EE7"]),
    ({"decision": "retenu"}, []),
    ({"status": "asked"}, ["AAA-AAA-AA3"]),
    ({"holder": "1"}, ["AAA-AAA-AA3", "EEE-EEE-EE7"]),
    ({"matter": "press"}, []),
    ({"days": "0", "departement": "39"}, ["AAA-AAA-AA3"]),
    ({"days": "31"}, []),
    ({"holder": "me; DROP"}, []),
    ({"kind": "x"}, []),
]
TABS = {
    Tab.TO_TAKE: ["1", "CCC-CCC-CC4"],
    Tab.MINE: ["AAA-AAA-AA3"],
    Tab.AWAITED: ["AAA-AAA-AA3"],
    Tab.CLOSED: ["EEE-EEE-EE7"],
    Tab.OPEN: ["1", "AAA-AAA-AA3", "CCC-CCC-CC4"],
}


def test_a_subject_is_found_by_what_somebody_types(database: Database, desk: Desk) -> None:
    assert {typed: names(database, desk, words=typed) for typed in TYPED} == TYPED


def test_a_list_is_narrowed(database: Database, desk: Desk) -> None:
    assert [(wanted, names(database, desk, **wanted)) for wanted, _ in NARROWED] == NARROWED
    for wanted, _ in NARROWED:
        assert Filter.read(Filter(**wanted).as_parameters | {"other": "x"}) == Filter(**wanted)


def test_each_tab_holds_what_its_counter_says(database: Database, desk: Desk) -> None:
    assert {tab: names(database, desk, tab) for tab in TABS} == TABS
    assert {tab: page(database, desk, tab).counts[tab] for tab in TABS} == {tab: len(TABS[tab]) for tab in TABS}
    for tab, found in TABS.items():
        assert page(database, desk, tab, departement="39").counts[tab] == len(set(found) & {"AAA-AAA-AA3"})


def test_pages_are_cut_in_order_and_show_what_is_needed(database: Database, desk: Desk) -> None:
    first, last = page(database, desk), page(database, desk, number=99)
    assert (first.pages, last.number) == (2, 2)
    assert [row.about.name for row in (*first.rows, *last.rows)] == ["EEE-EEE-EE7", "1", "CCC-CCC-CC4", "AAA-AAA-AA3"]
    thread, dole = first.rows[1], last.rows[1]
    assert (thread.subject, thread.town, thread.holder) == ("Peut-on louer les locaux ?", None, None)
    assert (dole.town, dole.holder and dole.holder.name, dole.status) == ("Dole (Jura)", "Anne", "asked")
    assert dole.dossier is not None


def test_a_database_of_before_is_indexed_little_by_little(database: Database, desk: Desk) -> None:
    before = names(database, desk, words="claire")
    with database.transaction() as transaction:
        transaction.connection.execute(text("DELETE FROM search_words"))
        transaction.connection.execute(text("DELETE FROM search_subjects"))
    assert names(database, desk) == []
    assert not database.run_now(lambda t: index_missing(desk.shelf, t, NOW))
    assert names(database, desk, words="claire") == before


def test_nothing_in_the_index_is_in_plain(database: Database, desk: Desk) -> None:
    with database.transaction() as transaction:
        rows = transaction.connection.execute(text("SELECT * FROM search_words")).all()
        subjects = transaction.connection.execute(text("SELECT * FROM search_subjects")).all()
    assert len(rows) > 100
    assert all(isinstance(value, int) for row in rows for value in row)
    assert not any("dole" in str(row).lower() or "martin" in str(row).lower() for row in subjects)


def test_a_dossier_that_cannot_be_read_is_listed_by_its_number(database: Database, desk: Desk) -> None:
    with database.transaction() as transaction:
        transaction.connection.execute(text("UPDATE dossiers SET content = 'x' WHERE reference = 'CCC-CCC-CC4'"))
        transaction.connection.execute(text("UPDATE search_subjects SET version = :stale"), {"stale": STALE})
    assert not database.run_now(lambda t: index_missing(desk.shelf, t, NOW))
    assert names(database, desk, words="CCC-CCC-CC4") == ["CCC-CCC-CC4"]
    assert names(database, desk, words="Saint-Malo") == []
