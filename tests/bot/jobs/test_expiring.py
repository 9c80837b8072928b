"""What is kept for long enough, over months, by a clock of its own: warned of twice, by day, then erased; once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, update

from bot.base.shelf import Shelf
from bot.conversation.talk.messages import Incoming, Reply
from bot.conversation.turn import take_turn
from bot.desk.desk import Desk
from bot.jobs import expiring
from bot.jobs.expiring import expire_conversations, expire_dossiers, expire_notices
from bot.services.assistant import Assistant, Received
from bot.services.source import DeskAddress
from bot.transport.delivery import Courier, Letter, Outcome, Refused, Retry, Sent
from knowledge.library import Library
from storage import outbox, recipients
from storage.engine.database import Database, Transaction
from storage.engine.tables import table
from storage.outbox import Departure
from tests.shipped import shipped

_OUTBOX = table("outbox")
PARIS = ZoneInfo("Europe/Paris")
#: Of a long time, only so much is lived day by day.
SKIPPED = timedelta(days=50)
HOUR, HOURS_BETWEEN = timedelta(hours=1), timedelta(hours=7)
START = datetime(2020, 10, 15, 12, tzinfo=PARIS)
DESK = DeskAddress("test", "desk")
DRAFT = ("je veux commencer un dossier", "oui", "Dole", "1")
CAYENNE = ("je veux commencer un dossier", "oui", "Cayenne", "1")
SENT = (
    *DRAFT,
    *("oui", "non", "Claire Martin, directrice générale des services", "c.martin@dole.org", "03 84 79 79 79"),
    *("vague 1", "Il manque des soudeurs et des usineurs.", "résumé", "envoyer"),
)


@dataclass
class World:
    """A database, a clock, people, and a channel that can be down."""

    database: Database
    library: Library
    now: datetime = START
    updates: int = 0
    #: What left: to whom, when (of Paris), what.
    left: list[tuple[str, datetime, Reply]] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Sent)

    @property
    def desk(self) -> Desk:
        return Desk(Shelf(self.library), (DESK,))

    async def send(self, letter: Letter) -> Outcome:
        if isinstance(self.outcome, Sent):
            self.left.append((letter.recipient, self.now.astimezone(PARIS), letter.reply))
        return self.outcome

    async def writes(self, person: str, *texts: str) -> None:
        library = self.library
        assistant = Assistant(
            self.database,
            lambda state, incoming, context: take_turn(state, incoming, library, context),
            lambda: self.now,
            apology=Reply("INCIDENT"),
            desks=(DESK,),
        )
        for text in texts:
            self.updates += 1
            incoming = Incoming("test", str(self.updates), person, text, self.now)
            assert await assistant.receive(incoming) is Received.HANDLED
        await self.deliver()

    async def deliver(self) -> None:
        await Courier(self.database, {"test": self}, lambda: self.now).drain()

    async def sweep(self) -> None:
        for sweep in (partial(expire_dossiers, self.desk), partial(expire_conversations, lambda: self.library)):
            while self.database.run_now(sweep, self.now):
                pass
        await self.deliver()

    async def until(self, end: datetime) -> None:
        if end - self.now > SKIPPED:  # nothing happens in most months: looked at once, as after an outage
            self.now = (end - SKIPPED).replace(hour=12)
            await self.sweep()
        while self.now < end:
            self.now = min(self.now + timedelta(days=1), end)
            await self.sweep()

    async def around(self, days: Iterable[str], end: datetime) -> None:
        """`until`, hour by hour on these days and those beside; in between so that each hour of the day comes up."""
        near = {date.fromisoformat(day) + timedelta(days=beside) for day in days for beside in (-1, 0, 1)}
        if end - self.now > SKIPPED:
            await self.until(end - SKIPPED)
        while self.now < end:
            self.now += HOUR if self.now.astimezone(PARIS).date() in near else HOURS_BETWEEN
            await self.sweep()

    def told(self, person: str, part: str) -> list[str]:
        """Return when someone was told something that holds `part`."""
        return [f"{at:%Y-%m-%d %H:%M}" for to, at, reply in self.left if to == person and part in reply.text]

    def count(self, name: str) -> int:
        return self.database.run_now(_count, name)


def _count(transaction: Transaction, name: str) -> int:
    return int(transaction.connection.execute(select(func.count()).select_from(table(name))).scalar_one())


@pytest.fixture
def world(database: Database) -> World:
    return World(database, shipped())


@pytest.fixture
def dialect() -> str:
    return "sqlite"


WARNING, LAST, GONE = "sera effacé le", "dernier avis", "Comme je vous l'avais annoncé"


async def test_a_draft_is_warned_of_twice_by_day_and_erased_a_year_after_the_last_message(world: World) -> None:
    await world.writes("claire", *DRAFT)
    await world.around(["2021-09-15", "2021-10-08", "2021-10-15"], datetime(2021, 10, 20, tzinfo=PARIS))
    assert world.told("claire", WARNING) == ["2021-09-15 09:00", "2021-10-08 09:00"]
    assert world.told("claire", LAST) == ["2021-10-08 09:00"]
    assert world.told("claire", GONE) == ["2021-10-15 12:00"]
    warning = next(reply for _, _, reply in world.left if WARNING in reply.text)
    assert "vendredi 15 octobre 2021" in warning.text.replace("\N{NO-BREAK SPACE}", " ")
    assert warning.choices[0].label == "Le conserver"
    assert world.count("dossiers") == 0
    assert world.count("conversations") == 0
    assert world.count("recipients") == 1  # the nobody that stands for all who are gone


async def test_any_message_keeps_it_for_another_year(world: World) -> None:
    await world.writes("claire", *DRAFT)
    await world.until(datetime(2021, 10, 10, 10, tzinfo=PARIS))
    await world.writes("claire", "1")  # « Le conserver »
    assert "rien n'est effacé" in world.left[-2][2].text + world.left[-1][2].text
    await world.until(datetime(2022, 10, 25, tzinfo=PARIS))
    assert [at[:10] for at in world.told("claire", WARNING)] == ["2021-09-15", "2021-10-08", "2022-09-10", "2022-10-03"]
    assert [at[:10] for at in world.told("claire", GONE)] == ["2022-10-10"]


async def test_a_question_is_erased_without_a_word_after_six_months(world: World) -> None:
    await world.writes("claire", "qui peut candidater ?", "la couleur des dragons du maire", "oui")
    said = len(world.left)
    await world.until(datetime(2021, 4, 14, tzinfo=PARIS))
    assert world.count("inbox") == 3
    await world.until(datetime(2021, 4, 30, tzinfo=PARIS))
    assert len(world.left) == said
    assert [world.count(name) for name in ("inbox", "conversations", "team_questions", "threads")] == [0, 0, 0, 0]


async def test_messages_of_who_has_a_draft_go_before_the_draft(world: World) -> None:
    await world.writes("claire", "la couleur des dragons du maire", *DRAFT)
    await world.until(datetime(2021, 5, 1, tzinfo=PARIS))
    assert [world.count(name) for name in ("inbox", "dossiers", "conversations")] == [0, 1, 1]
    await world.writes("claire", "mon dossier")
    assert "Dole" in world.left[-1][2].text


async def test_who_waits_for_a_reminder_is_not_forgotten_before(world: World) -> None:
    await world.writes("claire", "rappel vague 3 svp")  # until June
    await world.until(datetime(2021, 6, 1, tzinfo=PARIS))
    assert (world.count("inbox"), world.count("conversations")) == (0, 1)


async def test_after_an_outage_the_warning_still_comes_first_with_its_whole_notice(world: World) -> None:
    await world.writes("claire", *DRAFT)
    world.now = datetime(2022, 3, 1, 3, tzinfo=PARIS)  # months after the term, in the night
    await world.sweep()
    assert world.told("claire", WARNING) == []
    await world.around(["2022-03-01", "2022-03-24", "2022-03-31"], datetime(2022, 4, 15, tzinfo=PARIS))
    assert world.told("claire", WARNING) == ["2022-03-01 09:00", "2022-03-24 09:00"]
    assert world.told("claire", GONE) == ["2022-03-31 09:00"]


async def test_a_warning_that_did_not_leave_puts_the_erasure_off(world: World) -> None:
    await world.writes("claire", *DRAFT)
    world.outcome = Retry("down")
    await world.until(datetime(2021, 10, 9, tzinfo=PARIS))
    world.outcome = Retry("down")
    await world.until(datetime(2021, 11, 20, 12, tzinfo=PARIS))
    assert world.count("dossiers") == 1
    world.outcome = Sent()
    await world.until(datetime(2022, 2, 1, tzinfo=PARIS))
    warned, gone = world.told("claire", WARNING), world.told("claire", GONE)
    assert len(gone) == 1
    assert datetime.fromisoformat(gone[0]) - datetime.fromisoformat(warned[0]) >= timedelta(days=7)


async def test_who_blocked_us_is_erased_without_a_warning(world: World) -> None:
    await world.writes("claire", *DRAFT)
    world.database.run_now(lambda transaction: recipients.mark_blocked(transaction, 1, "blocked", world.now))
    await world.until(datetime(2021, 10, 14, tzinfo=PARIS))
    assert world.count("dossiers") == 1
    await world.until(datetime(2021, 10, 17, tzinfo=PARIS))
    assert (world.count("dossiers"), world.count("conversations")) == (0, 0)
    assert world.told("claire", WARNING) == []


async def test_who_blocks_us_at_the_warning_is_erased_at_the_term(world: World) -> None:
    await world.writes("claire", *DRAFT)
    world.outcome = Refused("blocked", blocked=True)
    await world.until(datetime(2021, 10, 17, tzinfo=PARIS))
    assert (world.count("dossiers"), world.count("conversations")) == (0, 0)


async def test_overseas_nobody_is_woken_up(world: World) -> None:
    await world.writes("claire", *CAYENNE)
    await world.around(["2021-09-15", "2021-10-08"], datetime(2021, 10, 9, tzinfo=PARIS))
    # 9:00 in Paris is 4:00 there; the night ends at 8:00, 13:00 in Paris.
    assert world.told("claire", WARNING) == ["2021-09-15 13:00", "2021-10-08 13:00"]


async def test_a_dossier_handed_over_goes_after_two_years_and_the_staff_are_told(world: World) -> None:
    await world.writes("claire", *SENT)
    await world.until(datetime(2022, 10, 14, tzinfo=PARIS))
    assert [at[:10] for at in world.told("claire", WARNING)] == ["2022-09-15", "2022-10-08"]
    assert world.count("dossiers") == 1
    await world.until(datetime(2022, 10, 17, tzinfo=PARIS))
    assert world.count("dossiers") == 0
    assert len(world.told("desk", "24 mois sans changement")) == 1
    assert world.count("conversations") == 0


async def test_what_the_staff_were_told_about_nothing_goes_after_six_months(world: World) -> None:
    """Rows of older versions, which kept all; what did not leave; a group that is no desk any more."""

    def tell(transaction: Transaction) -> list[int]:
        desk, former, person = (
            recipients.register(transaction, "test", name, world.now) for name in ("desk", "former", "claire")
        )
        sent = {"external_id": "1"}
        rows = [
            Departure("digest", "test", desk, {}, **sent),
            Departure("about", "test", desk, {}, about="dossier:K7R-M3W-X9A", **sent),
            Departure("waits", "test", former, {}),
            Departure("lost", "test", former, {}),
            Departure("to a person", "test", person, {}, **sent),
        ]
        outbox.put(transaction, rows, world.now)
        ended = update(_OUTBOX).where(_OUTBOX.c.key == "lost").values(status="refused", finished_at=world.now)
        transaction.connection.execute(ended)
        return [desk, former]

    def kept(transaction: Transaction) -> list[str]:
        return list(transaction.connection.execute(select(_OUTBOX.c.key).order_by(_OUTBOX.c.id)).scalars())

    def forget(transaction: Transaction) -> None:
        transaction.connection.execute(delete(_OUTBOX).where(_OUTBOX.c.key == "waits"))
        outbox.put(transaction, [Departure("last", "test", former, {}, external_id="2")], world.now)

    await world.writes("claire", "bonjour")
    before = world.database.run_now(kept)
    desk, former = world.database.run_now(tell)
    world.now = datetime(2021, 4, 14, tzinfo=PARIS)
    world.database.run_now(partial(expire_notices, lambda: world.library), world.now)
    assert world.database.run_now(kept) == [*before, "digest", "about", "waits", "lost", "to a person"]
    world.now = datetime(2021, 4, 16, tzinfo=PARIS)
    for _ in range(2):
        world.database.run_now(partial(expire_notices, lambda: world.library), world.now)
    assert world.database.run_now(kept) == [*before, "about", "waits", "to a person"]
    world.database.run_now(forget)
    world.now = datetime(2021, 10, 17, tzinfo=PARIS)
    world.database.run_now(partial(expire_notices, lambda: world.library), world.now)
    found = world.database.run_now(
        lambda transaction: [recipients.find(transaction, "test", name) for name in ("desk", "former")]
    )
    assert found == [desk, None]


async def test_a_draft_filled_by_several_lives_as_long_as_one_of_them_writes(world: World) -> None:
    await world.writes("claire", *DRAFT, "inviter", "oui")
    code = next(word for _, _, reply in world.left for word in reply.text.split("**") if word.count("-") == 2)
    await world.writes("bruno", code)
    world.now = datetime(2021, 9, 1, 12, tzinfo=PARIS)
    await world.writes("bruno", "merci")
    await world.until(datetime(2022, 9, 3, tzinfo=PARIS))
    assert [at[:10] for at in world.told("claire", WARNING)] == ["2022-08-02", "2022-08-25"]
    assert world.told("claire", WARNING) == world.told("bruno", WARNING)
    assert world.count("dossiers") == 0


async def test_many_are_looked_at_in_several_transactions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiring, "AT_ONCE", 5)
    for number in range(5 + 3):
        await world.writes(f"person {number}", "bonjour")
    world.now = datetime(2021, 4, 20, tzinfo=PARIS)
    await world.sweep()
    assert world.count("conversations") == 0


@pytest.mark.parametrize("name", ["conversations", "dossiers"])
async def test_what_is_not_due_costs_nothing(world: World, name: str) -> None:
    with world.database.transaction() as transaction:
        plan = transaction.connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN SELECT 1 FROM {name} WHERE review_at <= ? ORDER BY review_at LIMIT 50",
            (datetime(2021, 1, 1, tzinfo=UTC).isoformat(),),
        ).all()
    assert [f"USING COVERING INDEX ix_{name}_review (review_at<?)" in row[-1] for row in plan] == [True]
