"""Who sends too much at once is told so once, and, when they have slowed down, what was left unread: once as well."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.flood import CALM, NAMES, QUIET
from bot.conversation.talk.messages import FLOOD, Attachment, Incoming, Reply
from bot.conversation.turn import take_turn
from bot.jobs.flooding import tell_all_refused
from bot.services.assistant import Assistant, Received
from storage import outbox
from storage.engine.database import Database
from tests.shipped import shipped

SECOND = timedelta(seconds=1)


@dataclass
class World:
    database: Database
    now: datetime = datetime(2020, 10, 15, 10, tzinfo=UTC)
    updates: int = 0
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._assistant = Assistant(
            self.database,
            lambda state, incoming, context: take_turn(state, incoming, shipped(), context),
            lambda: self.now,
            apology=Reply("pardon"),
            sweeps=(lambda transaction, now: tell_all_refused(shipped, transaction, now),),
        )

    async def send(self, text: str = "", *, unread: str | None = FLOOD, name: str | None = None) -> Received:
        self.updates += 1
        attachments = () if name is None else (Attachment("ref", name, "application/pdf"),)
        message = Incoming("web", str(self.updates), "7", text, self.now, unread=unread, attachments=attachments)
        return await self._assistant.receive(message)

    async def says(self, after: timedelta = timedelta(0)) -> list[str]:
        """Return what is said to the person after a while."""
        self.now += after
        await self._assistant.tick(self.now)
        said = []
        while claimed := self.database.run_now(outbox.claim, ["web"], self.now, SECOND, 100):
            for row in claimed:
                said.append(json.loads(row.content or "")["text"])
                self.database.run_now(outbox.mark_sent, row, None, self.now)
        return said


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def test_documents_left_unread_are_named_once_no_more_come(world: World) -> None:
    for name in ("Délibération.pdf", "Budget.xlsx"):
        await world.send(name=name)
    await world.send()
    (told,) = await world.says()
    assert "plus vite" in told
    assert await world.says(QUIET - SECOND) == []
    await world.send(name="Plan.pdf")
    assert await world.says(QUIET - SECOND) == [], "more came meanwhile"
    (summed_up,) = await world.says(SECOND)
    assert all(name in summed_up for name in ("Délibération.pdf", "Budget.xlsx", "Plan.pdf"))
    assert "Un message n'a pas été lu" in summed_up
    assert await world.says(QUIET) == []


async def test_a_later_flood_is_told_of_again_with_its_own_documents(world: World) -> None:
    await world.send(name="a.pdf")
    assert len(await world.says(QUIET)) == 1 + 1
    await world.send(name="b.pdf")
    (only,) = await world.says(QUIET)
    assert "b.pdf" in only
    assert "a.pdf" not in only
    world.now += CALM
    await world.send(name="c.pdf")
    assert len(await world.says(QUIET)) == 2


async def test_a_message_in_between_leaves_what_is_owed(world: World) -> None:
    await world.send(name="a.pdf")
    await world.send("/nouveau", unread=None)
    said = await world.says(QUIET)
    assert any("a.pdf" in text for text in said)


async def test_the_names_are_listed_up_to_a_limit(world: World) -> None:
    for number in range(NAMES + 3):
        await world.send(name=f"{number}.pdf")
    *_, summed_up = await world.says(QUIET)
    assert "et 3 autres" in summed_up


async def test_what_was_offered_is_still_offered_after_a_flood(world: World) -> None:
    await world.send("Quelle est la date limite de la vague 2 ?", unread=None)
    await world.says()
    await world.send()
    await world.says(QUIET)
    await world.send("1", unread=None)
    (answer,) = await world.says()
    assert "ne figure pas" not in answer
