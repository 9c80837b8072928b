"""A closing day that moves: dossiers, cards, lists, PDF and exports say the new one; each concerned is told once."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.base.shelf import Shelf
from bot.base.wording import texts
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import KeptAnswer
from bot.desk.desk import Desk
from bot.desk.paper.record_sheet import make_sheet
from bot.desk.paper.records import WRITERS, Headings, rows_of
from bot.jobs import wave_moves
from bot.jobs.wave_moves import follow_moved_days
from bot.services.dossiers import keep_dossier
from bot.services.source import DeskAddress
from knowledge.library import Library
from storage import dossiers, recipients
from storage.engine.database import Database, Transaction
from storage.engine.tables import table
from tests.bot.jobs.test_reminding import PARIS, SHIPPED, START, World, with_waves

DESKS = (DeskAddress("test", "desk"),)
OLD_WORDS = "Vague 1, qui ferme le 6 novembre 2020"
MOVED = (("vague-1", "2020-11-13", ("2020-11-06",)), *SHIPPED[1:])
#: What a dossier is kept as by earlier versions: words beside the id.
ANSWERS = {
    "collectivite": KeptAnswer(value={"kind": "commune", "code": "39198", "name": "Dole"}, shown="Dole (Jura)"),
    "vague": KeptAnswer(value="vague-1", shown=OLD_WORDS),
}


class Counter(World):
    """A world whose people fill dossiers."""

    def sweep(self) -> None:
        sweep = partial(follow_moved_days, lambda: self.library, desks=DESKS)
        while self.database.run_now(sweep, self.now):
            pass

    def has_dossier(
        self, reference: str, *people: str, status: Status = Status.DRAFT, wave: str = "vague-1", words: str = OLD_WORDS
    ) -> None:
        def make(transaction: Transaction) -> None:
            ids = [recipients.register(transaction, "test", person, self.now) for person in people]
            dossier = Dossier(
                reference=reference,
                status=status,
                created_at=self.now,
                updated_at=self.now,
                consented_at=self.now,
                sent_at=None if status is Status.DRAFT else self.now,
                answers={**ANSWERS, "vague": KeptAnswer(value=wave, shown=words)},
            )
            keep_dossier(transaction, dossier, (), ids[0], self.now)
            kept = dossiers.find(transaction, reference)
            assert kept
            for each in ids[1:]:
                dossiers.add_member(transaction, kept.id, each, self.now)

        self.database.run_now(make)

    def moves(self, *waves: tuple[str, str, tuple[str, ...]]) -> None:
        self.library = with_waves(*waves)
        self.sweep()
        self.sweep()

    def news(self) -> dict[str, list[str]]:
        """Return what each was told of moved days."""
        found: dict[str, list[str]] = {}
        for person, _, text in self.told("moved:"):
            found.setdefault(person, []).append(text)
        return found

    @property
    def desk(self) -> Desk:
        return Desk(Shelf(self.library), DESKS)


@pytest.fixture
def counter(database: Database) -> Counter:
    counter = Counter(database, with_waves(*SHIPPED))
    counter.sweep()
    return counter


def test_all_who_fill_a_dossier_that_aims_at_the_wave_and_the_staff_are_told_once(counter: Counter) -> None:
    counter.has_dossier("K7R-M3W-X9A", "claire", "paul")
    counter.has_dossier("B2D-F4H-J6K", "anne", status=Status.SENT)
    counter.has_dossier("C2D-F4H-J6K", "luc", wave="vague-2")
    counter.has_dossier("D2D-F4H-J6K", "eve", status=Status.WITHDRAWN)
    counter.moves(*MOVED)
    told = counter.news()
    assert {person: len(each) for person, each in told.items()} == {"claire": 1, "paul": 1, "anne": 1, "desk": 1}
    for text, *_ in told.values():
        assert "6 novembre 2020" in text
        assert "13 novembre 2020" in text
    assert "brouillon, pas encore transmis : Dole (Jura)" in told["claire"][0]
    assert "déjà transmis : Dole (Jura)" in told["anne"][0]
    assert "B2D-F4H-J6K" in told["desk"][0]
    assert "K7R-M3W-X9A" not in told["desk"][0]  # a draft is its town's alone


async def test_who_asked_for_reminders_and_fills_dossiers_is_told_once(counter: Counter) -> None:
    await counter.writes("claire", "rappel vague 1 svp")
    counter.has_dossier("K7R-M3W-X9A", "claire")
    counter.has_dossier("B2D-F4H-J6K", "claire")
    counter.moves(*MOVED)
    (text,) = counter.news()["claire"]
    assert "Vos rappels suivent la nouvelle date" in text
    assert "Dole (Jura) et Dole (Jura)" in text


async def test_nothing_a_dossier_is_shown_in_keeps_the_old_day(counter: Counter, tmp_path: Path) -> None:
    counter.has_dossier("K7R-M3W-X9A", "claire", status=Status.SENT)
    counter.moves(*MOVED)
    await counter.writes("claire", "mon dossier", "modifier la vague visée", "récapitulatif", "modifier")
    shown = [text for person, _, text in counter.told("test:") if person == "claire"]
    choices = json.dumps(counter.database.run_now(_contents, "test:"), ensure_ascii=False)
    desk, library = counter.desk, counter.library
    (listed,) = counter.database.run_now(desk.list_dossiers)
    found = counter.database.run_now(desk.find, "K7R-M3W-X9A")
    assert found
    sheet = make_sheet(*found, desk, counter.now)
    rows = rows_of([listed], library, desk.form, Headings(**texts("columns")), texts("statuses"))
    for name, write in WRITERS.items():
        write(rows, list(rows[0]), tmp_path / name)
    everything = [
        *shown,
        choices,
        str(sheet),
        str(rows),
        (tmp_path / "csv").read_text(),
        (tmp_path / "json").read_text(),
    ]
    for text in everything:
        assert "6 novembre" not in text
    assert all("13 novembre 2020" in text for text in everything[len(shown) :])
    assert any("13 novembre 2020" in text for text in shown)


def _contents(transaction: Transaction, start: str) -> list[object]:
    outbox = table("outbox")
    rows = transaction.connection.execute(select(outbox.c.content).where(outbox.c.key.startswith(start)))
    return [row.content for row in rows]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_each_change_is_told_also_back_to_an_earlier_day_and_there_again(counter: Counter) -> None:
    counter.has_dossier("K7R-M3W-X9A", "claire")
    days = ("2020-11-06", "2020-11-13", "2020-11-06", "2020-11-13")
    for rank in range(1, len(days)):
        counter.moves(("vague-1", days[rank], days[:rank]), *SHIPPED[1:])
    told = counter.news()
    assert [len(told["claire"]), len(told["desk"])] == [3, 3]
    assert "désormais le **vendredi 6 novembre 2020**" in told["claire"][1]


def test_processes_with_other_knowledge_do_not_tell_for_ever(counter: Counter) -> None:
    counter.has_dossier("K7R-M3W-X9A", "claire")
    for _ in range(20):  # nothing tells which of the two is the newer: `earlier` was not written
        counter.moves(("vague-1", "2020-11-13", ()), *SHIPPED[1:])
        counter.moves(*SHIPPED)
    assert len(counter.news()["claire"]) <= 6


def test_a_process_with_older_knowledge_neither_tells_nor_keeps_the_others_from_it(counter: Counter) -> None:
    counter.has_dossier("K7R-M3W-X9A", "claire")
    old, counter.library = counter.library, with_waves(*MOVED)
    assert counter.database.run_now(partial(follow_moved_days, lambda: counter.library), counter.now)  # noticed, only
    assert not counter.database.run_now(partial(follow_moved_days, lambda: old), counter.now)
    assert counter.news() == {}
    counter.sweep()
    assert len(counter.news()["claire"]) == 1


def test_a_day_moved_into_the_past_closes_the_wave_and_another_is_offered(counter: Counter) -> None:
    counter.has_dossier("K7R-M3W-X9A", "claire")
    counter.has_dossier("B2D-F4H-J6K", "anne", status=Status.SENT)
    counter.now = datetime(2020, 10, 20, 12, tzinfo=PARIS)
    counter.moves(("vague-1", "2020-10-15", ("2020-11-06",)), *SHIPPED[1:])
    told = counter.news()
    assert "la vague est close" in told["claire"][0]
    assert "Choisissez une autre vague" in told["claire"][0]
    assert "parler à l'équipe" in told["anne"][0]
    (draft,) = [each for each in counter.database.run_now(_contents, "moved:") if "votre brouillon" in str(each)]
    assert [choice["id"] for choice in draft["choices"]] == ["d:K7R-M3W-X9A:e:vague"]  # type: ignore[index]


async def test_a_wave_taken_back_is_told_asked_again_and_told_when_it_is_back(counter: Counter) -> None:
    await counter.writes("bob", "rappel vague 1 svp")
    counter.has_dossier("K7R-M3W-X9A", "claire")
    counter.moves(*SHIPPED[1:])
    told = counter.news()
    assert sorted(told) == ["bob", "claire", "desk"]
    assert "ne figure plus" in told["claire"][0]
    assert "annulés" in told["bob"][0]
    await counter.writes("claire", "mon dossier", "transmettre")
    shown = [text for person, _, text in counter.told("test:") if person == "claire"]
    assert f"choix qui n'existe plus (c'était « {OLD_WORDS} »)" in shown[0]
    assert "Vague visée" in shown[1].split("Il manque")[-1]
    counter.moves(*SHIPPED)
    told = counter.news()
    assert "figure de nouveau" in told["claire"][1]
    assert "Vos rappels suivent" in told["bob"][1]
    await counter.writes("claire", "mon dossier")
    assert "n'existe plus" not in counter.told("test:")[-1][2]


async def test_a_wave_that_bears_another_id_is_the_same_wave(counter: Counter) -> None:
    await counter.writes("bob", "rappel vague 1 svp")
    counter.has_dossier("K7R-M3W-X9A", "claire")
    counter.library = _renamed(counter.library, "vague-1", "premiere")
    counter.sweep()
    assert counter.news() == {}
    await counter.writes("claire", "mon dossier")
    assert "Vague 1, qui ferme le 6 novembre 2020" in counter.told("test:")[-1][2]
    await counter.writes("bob", "mes rappels")
    assert "Vague 1" in counter.told("test:")[-1][2] or "vague 1" in counter.told("test:")[-1][2]


def _renamed(library: Library, old: str, new: str) -> Library:
    changed = with_waves(*((new if name == old else name, day, earlier) for name, day, earlier in SHIPPED))
    facts = changed.call.facts
    first = facts.waves[0].model_copy(update={"formerly": (old,)})
    facts = facts.model_copy(update={"waves": (first, *facts.waves[1:])})
    return replace(changed, call=changed.call.model_copy(update={"facts": facts}))


def test_what_is_over_before_and_after_is_told_nobody(counter: Counter) -> None:
    counter.has_dossier("K7R-M3W-X9A", "claire", status=Status.SENT)
    counter.now = datetime(2022, 1, 1, tzinfo=PARIS)
    counter.moves(("vague-1", "2020-11-07", ("2020-11-06",)), *SHIPPED[1:])
    counter.moves(*SHIPPED[1:])
    assert counter.news() == {}


def test_many_dossiers_are_told_in_several_transactions_each_once(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wave_moves, "AT_ONCE", 5)
    for number in range(5 + 3):
        counter.has_dossier(f"K7R-M3W-{number:03}", f"person {number}", "shared by all")
    counter.moves(*MOVED)
    told = counter.news()
    assert len(told) == 5 + 3 + 2
    assert {len(each) for each in told.values()} == {1}


def test_the_staff_are_told_once_also_when_their_row_is_gone(counter: Counter) -> None:
    counter.library = with_waves(*MOVED)
    while counter.database.run_now(partial(follow_moved_days, lambda: counter.library, desks=DESKS), counter.now):
        pass
    counter.database.run_now(lambda transaction: transaction.connection.execute(table("outbox").delete()))
    counter.sweep()
    assert counter.news() == {}


def test_a_call_that_reminds_nobody_tells_towns_all_the_same(counter: Counter) -> None:
    counter.has_dossier("K7R-M3W-X9A", "claire")
    changed = with_waves(*MOVED)
    facts = changed.call.facts.model_copy(update={"reminders": None})
    counter.library = replace(changed, call=changed.call.model_copy(update={"facts": facts}))
    counter.sweep()
    assert len(counter.news()["claire"]) == 1


def test_rows_left_by_an_outage_do_not_keep_a_change_from_being_told(counter: Counter) -> None:
    """A dossier that cannot be read is passed over; the others are told."""
    counter.has_dossier("K7R-M3W-X9A", "claire")

    def spoil(transaction: Transaction) -> None:
        row = {
            "reference": "A2A-A2A-A2A", "status": "sent", "revision": 1, "content": "{", "warnings": 0,
            "created_at": counter.now, "updated_at": counter.now,
        }  # fmt: skip
        transaction.connection.execute(insert(table("dossiers")).values(row))

    counter.database.run_now(spoil)
    counter.moves(*MOVED)
    assert len(counter.news()["claire"]) == 1
    left = counter.database.run_now(
        lambda transaction: transaction.connection.execute(
            select(func.count()).select_from(table("wave_changes")).where(table("wave_changes").c.told_at.is_(None))
        ).scalar_one()
    )
    assert left == 0
    assert counter.now - START < timedelta(days=1)
