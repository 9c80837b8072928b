"""A burst is told as one: what a channel cannot take now is put together, what is asked for leaves before it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.base.shelf import Shelf
from bot.conversation.talk.messages import Reply
from bot.conversation.values.about import about_dossier, about_thread
from bot.desk.bans import ban
from bot.desk.desk import Desk
from bot.desk.group.bursts import FEW, KEPT, LINES, fold_bursts
from bot.services.source import DeskAddress
from bot.services.telling import tell_all_desks
from bot.transport.delivery import PACE, Courier, Letter, Outcome, Retry, Sent
from storage import recipients, threads
from storage.engine.database import Database, Transaction
from storage.engine.tables import table
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)
DESKS = (DeskAddress("test", "desk"),)


class Group:
    """A channel that takes so many messages, then asks to wait."""

    def __init__(self) -> None:
        self.room = 0
        self.told: list[Reply] = []

    async def send(self, letter: Letter) -> Outcome:
        if letter.recipient == "desk" and not self.room:
            return Retry(PACE, timedelta(seconds=30))
        self.room -= letter.recipient == "desk"
        self.told.append(letter.reply)
        return Sent(str(len(self.told)))


class Counter:
    """The desk, its channel, and a clock moved by hand."""

    def __init__(self, database: Database) -> None:
        self.database, self.group, self.now = database, Group(), NOW
        self.desk = Desk(Shelf(shipped()), DESKS)
        self.courier = Courier(database, {"test": self.group}, lambda: self.now)

    def tell(self, number: int, text: str, about: str | None, *, is_urgent: bool = False, files: bool = False) -> None:
        reply = Reply(text, is_urgent=is_urgent, enclosed=("attachment:1",) if files else ())
        self.database.run_now(tell_all_desks, DESKS, reply, f"k{number}", self.now, about)

    async def tick(self, room: int = 0) -> list[str]:
        """Fold, then let the group take so many; return what it is told."""
        self.now += timedelta(seconds=31)
        self.database.run_now(lambda transaction: fold_bursts(self.desk, transaction, self.now))
        self.group.room, before = room, len(self.group.told)
        await self.courier.drain()
        return [reply.text for reply in self.group.told[before:]]

    async def all_at_last(self) -> list[str]:
        told = []
        while some := await self.tick(room=100):
            told += some
        return told


@pytest.fixture
def counter(database: Database) -> Counter:
    return Counter(database)


async def test_sixty_dossiers_are_a_few_cards_and_a_list_with_every_number(counter: Counter) -> None:
    for number in range(60):
        counter.tell(number, f"Nouveau dossier {number}", about_dossier(f"AAA-AAA-{number:03}"))
        if number % 20 == 19:
            await counter.tick()
    *cards, last = await counter.all_at_last()
    assert len(cards) == FEW - 1, "the one in hand when the burst began, and those that were kept"
    listed = last.splitlines()
    assert sum("/voir AAA-AAA-" in line for line in listed) == LINES
    assert f"{60 - len(cards) - LINES} autres" in last
    assert counter.database.run_now(_pending) == []


async def test_what_one_person_writes_in_a_row_is_one_message_with_every_word(counter: Counter) -> None:
    for number in range(12):
        counter.tell(number, f"La personne écrit : mot{number}.", about_thread(1))
        await counter.tick()
    told = await counter.all_at_last()
    assert len(told) <= KEPT + 3, "the one in hand, those kept, all the others, the very last"
    assert all(sum(f"mot{number}." in text for text in told) == 1 for number in range(12))


async def test_of_a_flood_it_is_said_how_much_more_there_is_and_how_to_read_it(counter: Counter) -> None:
    for number in range(40):
        counter.tell(number, "x" * 500, about_thread(7))
        if not number % 10:
            await counter.tick()
    *_, last = await counter.all_at_last()
    assert len(last) < 4_000
    assert "autres messages à la suite. Pour tout lire : /voir 7" in last


async def test_documents_and_what_is_asked_for_leave_as_they_are(counter: Counter) -> None:
    for number in range(10):
        counter.tell(number, f"document {number}", about_thread(1), files=True)
    await counter.tick()
    counter.tell(99, "aide", None, is_urgent=True)
    assert await counter.tick(room=1) == ["aide"], "before what waits"
    assert len(await counter.all_at_last()) == 10


async def test_where_the_channel_holds_nothing_back_nothing_is_folded(counter: Counter) -> None:
    for number in range(20):
        counter.tell(number, f"Nouveau dossier {number}", about_dossier(f"AAA-AAA-{number:03}"))
    assert len(await counter.tick(room=100)) == 20


async def test_a_ban_takes_back_what_still_waits_and_says_so(counter: Counter) -> None:
    def open_one(transaction: Transaction) -> int:
        person = recipients.register(transaction, "test", "loud", NOW)
        return threads.open_for(transaction, person, None, NOW)

    thread = counter.database.run_now(open_one)
    for number in range(8):
        counter.tell(number, "du bruit", about_thread(thread), files=True)
    counter.tell(50, "une autre collectivité", about_thread(thread + 1))
    await counter.tick()
    told = counter.database.run_now(
        lambda transaction: ban(counter.desk, transaction, about_thread(thread), counter.now)
    )
    assert "7 de ses messages attendaient" in told.text
    desk_is_told = [text for text in await counter.all_at_last() if "suspendu votre accès" not in text]
    assert desk_is_told == ["du bruit", "une autre collectivité"], "the first was in hand already"


def _pending(transaction: Transaction) -> Sequence[str]:
    columns = table("outbox").c
    return transaction.connection.execute(select(columns.key).where(columns.status == "pending")).scalars().all()
