"""Each reminder once and at its hour: over a year, across clock changes, outages, moved days, oceans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.conversation.talk.messages import Incoming, Reply
from bot.conversation.turn import take_turn
from bot.jobs import reminding
from bot.jobs.reminding import send_due
from bot.jobs.wave_moves import follow_moved_days
from bot.services.assistant import Assistant, Received
from bot.services.source import DeskAddress
from knowledge.call.model import Wave
from knowledge.call.rendering import Renderer
from knowledge.library import Library
from storage import recipients
from storage.engine.database import Database, Transaction
from storage.engine.tables import table
from tests.shipped import shipped

PARIS = ZoneInfo("Europe/Paris")
HOUR, HOURS_BETWEEN = timedelta(hours=1), timedelta(hours=7)
START = datetime(2020, 7, 21, 12, tzinfo=PARIS)
#: Towns: four hours east of Greenwich, three west, and in between.
TAMPON, CAYENNE, DOLE = "Le Tampon", "Cayenne", "Dole (Jura)"


@cache  # to read all phrases anew takes longer than most tests; nothing changes a library
def with_waves(*waves: tuple[str, str, tuple[str, ...]]) -> Library:
    """Return the shipped knowledge with other waves: (id, closing day, earlier days)."""
    library = shipped()
    facts = library.call.facts
    made = tuple(
        Wave(
            id=name,
            number=number,
            closes_on=date.fromisoformat(day),
            source=facts.waves[0].source,
            earlier=tuple(map(date.fromisoformat, earlier)),
        )
        for number, (name, day, earlier) in enumerate(waves, start=1)
    )
    changed = facts.model_copy(update={"waves": made, "closes_on": made[-1].closes_on})
    call = library.call.model_copy(update={"facts": changed})
    return replace(library, call=call, renderer=Renderer(changed, call.phrases))


SHIPPED = (
    ("vague-1", "2020-11-06", ()),
    ("vague-2", "2021-02-12", ()),
    ("vague-3", "2021-06-25", ()),
)


@dataclass
class World:
    """A database, a clock, and people who ask to be reminded."""

    database: Database
    library: Library
    now: datetime = START
    updates: int = 0
    said: dict[str, str] = field(default_factory=dict)

    async def writes(self, person: str, *texts: str) -> None:
        library = self.library
        assistant = Assistant(
            self.database,
            lambda state, incoming, context: take_turn(state, incoming, library, context),
            lambda: self.now,
            apology=Reply("INCIDENT"),
            desks=(DeskAddress("test", "desk"),),
        )
        for text in texts:
            self.updates += 1
            incoming = Incoming("test", str(self.updates), person, text, self.now)
            assert await assistant.receive(incoming) is Received.HANDLED

    def sweep(self) -> None:
        """Do what the assistant's tick does with the reminders."""
        for sweep in (follow_moved_days, send_due):
            while self.database.run_now(partial(sweep, lambda: self.library), self.now):
                pass

    def until(self, end: datetime, step: timedelta = HOUR) -> None:
        while self.now < end:
            self.now += step
            self.sweep()

    def around(self, days: Iterable[date], end: datetime) -> None:
        """Hour by hour on these days and those beside; in between in steps by which each hour of the day comes up."""
        near = {day + timedelta(days=beside) for day in days for beside in (-1, 0, 1)}
        while self.now < end:
            self.now += HOUR if self.now.astimezone(PARIS).date() in near else HOURS_BETWEEN
            self.sweep()

    def told(self, start: str = "reminder:") -> list[tuple[str, datetime, str]]:
        """Return what was put in the outbox: to whom, when (of Paris), the text."""
        return self.database.run_now(_departures, start)


def _departures(transaction: Transaction, start: str) -> list[tuple[str, datetime, str]]:
    outbox, people = table("outbox"), table("recipients")
    rows = transaction.connection.execute(
        select(people.c.address, outbox.c.created_at, outbox.c.content)
        .join(people, people.c.id == outbox.c.recipient_id)
        .where(outbox.c.key.startswith(start))
        .order_by(outbox.c.id)
    )
    return [(row.address, row.created_at.astimezone(PARIS), row.content["text"]) for row in rows]


def days(expected: Iterable[str]) -> list[date]:
    return [date.fromisoformat(each.partition(" ")[0]) for each in expected]


def hours(told: Sequence[tuple[str, datetime, str]]) -> list[str]:
    return [f"{at:%Y-%m-%d %H:%M}" for _, at, _ in told]


@pytest.fixture
def world(database: Database) -> World:
    world = World(database, with_waves(*SHIPPED))
    world.sweep()
    return world


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_year_each_once_at_its_hour(world: World) -> None:
    # A Monday just after the clocks go back, the Sunday on which they go forward, a Monday.
    world.library = with_waves(("a", "2020-10-26", ()), ("b", "2021-03-28", ()), ("c", "2021-05-31", ()))
    await world.writes("claire", "mettez-moi un rappel pour toutes les vagues svp")
    expected = [
        "2020-09-26 09:00", "2020-10-19 09:00", "2020-10-25 09:00",
        "2021-02-26 09:00", "2021-03-21 09:00", "2021-03-27 09:00",
        "2021-05-01 09:00", "2021-05-24 09:00", "2021-05-30 09:00",
    ]  # fmt: skip
    world.around(days(expected), START + timedelta(days=365))
    assert hours(world.told()) == expected


async def test_nobody_is_reminded_who_did_not_ask(world: World) -> None:
    await world.writes("claire", "vague 2 c'est quand", "quelles sont les dates ?")
    world.until(START + timedelta(days=300), timedelta(days=1))
    assert world.told() == []


@pytest.mark.parametrize(
    ("town", "expected"),
    [
        (DOLE, ["2021-01-13 09:00", "2021-02-05 09:00", "2021-02-11 09:00"]),
        # 9:00 in Paris is noon there.
        (TAMPON, ["2021-01-13 09:00", "2021-02-05 09:00", "2021-02-11 09:00"]),
        # 9:00 in Paris is 5:00 there: in the night, which ends at 8:00, noon in Paris.
        (CAYENNE, ["2021-01-13 12:00", "2021-02-05 12:00", "2021-02-11 12:00"]),
    ],
)
async def test_overseas_nobody_is_woken_up(world: World, town: str, expected: list[str]) -> None:
    await world.writes("claire", town, "rappel vague 2 svp")
    world.now = datetime(2021, 1, 12, tzinfo=PARIS)
    world.around(days(expected), datetime(2021, 2, 13, tzinfo=PARIS))
    assert hours(world.told()) == expected


async def test_overseas_the_persons_hour_stands_beside_that_of_paris(world: World) -> None:
    await world.writes("claire", TAMPON, "rappel vague 2 svp")
    ((_, _, text),) = world.told("test:2:0")
    assert "à 9 h, heure de Paris (12 h chez vous)" in text.replace("\N{NO-BREAK SPACE}", " ")


async def test_after_a_week_of_outage_one_late_reminder_says_so(world: World) -> None:
    await world.writes("claire", "rappel vague 2 svp")
    world.until(datetime(2021, 2, 4, 8, tzinfo=PARIS), timedelta(days=1))
    world.now = datetime(2021, 2, 11, 10, tzinfo=PARIS)  # the reminders of the 5th and of this morning are due
    world.sweep()
    world.sweep()
    text = world.told()[-1][2]
    assert hours(world.told())[1:] == ["2021-02-11 10:00"]
    assert "ferme demain" in text
    assert "panne" not in text  # this morning's is not late


async def test_a_late_reminder_says_so(world: World) -> None:
    await world.writes("claire", "rappel vague 2 svp")
    world.until(datetime(2021, 2, 4, 8, tzinfo=PARIS), timedelta(days=1))
    world.now = datetime(2021, 2, 8, 10, tzinfo=PARIS)
    world.sweep()
    assert "devait vous parvenir le vendredi 5 février 2021" in world.told()[-1][2]
    assert "dans 4 jours" in world.told()[-1][2].replace("\N{NO-BREAK SPACE}", " ")


async def test_a_day_missed_altogether_is_told_once_with_what_is_still_possible(world: World) -> None:
    await world.writes("claire", "rappel vague 1 svp", "rappel vague 2 svp")
    world.now = datetime(2021, 2, 20, 10, tzinfo=PARIS)  # seven months of outage
    for _ in range(3):
        world.sweep()
    assert [text.split(",")[0] for _, _, text in world.told()] == [
        "Je devais vous rappeler la clôture de la vague 1",
        "Je devais vous rappeler la clôture de la vague 2",
    ]
    assert "25 juin 2021" in world.told()[1][2]


async def test_a_day_that_is_over_is_not_recalled_to_those_who_were(world: World) -> None:
    await world.writes("claire", "rappel vague 2 svp")
    world.until(datetime(2021, 2, 6, tzinfo=PARIS), timedelta(days=1))
    world.now = datetime(2021, 2, 20, 10, tzinfo=PARIS)
    world.sweep()
    assert len(world.told()) == 2


async def test_a_moved_day_is_told_once_and_planned_again(world: World) -> None:
    await world.writes("claire", "rappel vague 2 svp")
    await world.writes("bob", "rappel vague 3 svp")
    world.until(datetime(2021, 1, 20, tzinfo=PARIS), timedelta(days=1))
    later = ("vague-2", "2021-03-12", ("2021-02-12",))
    world.library = with_waves(SHIPPED[0], later, SHIPPED[2])
    expected = ["2021-01-13 12:00", "2021-02-10 09:00", "2021-03-05 09:00", "2021-03-11 09:00"]
    world.around(days(expected), datetime(2021, 3, 13, tzinfo=PARIS))
    ((person, _, text),) = world.told("moved:")
    assert person == "claire"
    assert "12 février 2021" in text
    assert "12 mars 2021" in text
    assert hours(world.told()) == expected
    assert all("12 mars 2021" in text for _, _, text in world.told()[1:])


async def test_a_process_with_older_knowledge_does_not_move_the_day_back(world: World) -> None:
    await world.writes("claire", "rappel vague 2 svp")
    old = world.library
    world.library = with_waves(SHIPPED[0], ("vague-2", "2021-03-12", ("2021-02-12",)), SHIPPED[2])
    world.sweep()
    world.library = old
    world.sweep()
    assert len(world.told("moved:")) == 1


async def test_a_day_moved_into_the_past_and_a_wave_taken_back_are_told(world: World) -> None:
    await world.writes("claire", "rappel vague 2 svp", "rappel vague 3 svp")
    world.now = datetime(2020, 12, 1, 12, tzinfo=PARIS)
    world.library = with_waves(SHIPPED[0], ("vague-2", "2020-11-30", ("2021-02-12",)))
    world.sweep()
    world.until(datetime(2021, 7, 1, tzinfo=PARIS), timedelta(days=1))
    told = [text for _, _, text in world.told("moved:")]
    assert len(told) == 2
    assert "Cette date est passée" in told[0]
    assert "ne figure plus" in told[1]
    assert world.told() == []


async def test_who_blocked_us_is_not_written_to(world: World) -> None:
    await world.writes("claire", "rappel vague 2 svp")
    world.database.run_now(lambda transaction: recipients.mark_blocked(transaction, 1, "blocked", world.now))
    world.until(datetime(2021, 2, 13, tzinfo=PARIS), timedelta(days=1))
    assert world.told() == []


async def test_many_are_reminded_in_several_transactions_each_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminding, "PEOPLE_AT_ONCE", 5)
    people = [f"person {number}" for number in range(5 + 3)]
    for person in people:
        await world.writes(person, "rappel vague 2 svp")
    world.now = datetime(2021, 1, 13, 9, tzinfo=PARIS)
    world.sweep()
    assert sorted(person for person, _, _ in world.told()) == sorted(people)


async def test_asking_twice_or_in_the_last_days_plans_each_once(world: World) -> None:
    world.now = datetime(2021, 2, 9, 12, tzinfo=PARIS)
    await world.writes("claire", "rappel vague 2 svp", "rappel vague 2 svp")
    world.until(datetime(2021, 2, 14, tzinfo=PARIS))
    assert hours(world.told()) == ["2021-02-11 09:00"]
