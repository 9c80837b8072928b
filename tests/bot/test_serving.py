"""A server with a channel that only the contract knows: what it hands over is answered, until it is told to end."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from starlette.routing import BaseRoute

from bot.base.shelf import Shelf
from bot.channels.contract import Abilities, Channel, Ends, Way
from bot.channels.http.health import Health
from bot.conversation.talk.context import Context
from bot.conversation.talk.messages import Incoming, Reply, StaffMessage
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Turn
from bot.desk.desk import Desk
from bot.documents.arrival import Arrivals
from bot.documents.fetching import Fetcher, Fetching
from bot.jobs.reloading import Reloading
from bot.services.assistant import Assistant
from bot.serving import Works, serve
from bot.transport.delivery import Courier, Letter, Sent
from storage.engine.database import Database
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)


class Pigeons:
    """Brings a few messages, then waits to be told to end."""

    name = "pigeons"
    abilities = Abilities(Way.PUSH, has_buttons=False, can_edit=False, sends_files=False)
    fetcher: Fetcher | None = None
    routes: Sequence[BaseRoute] = ()

    def __init__(self, brings: Sequence[str], *, is_lost: bool = False) -> None:
        self.brings, self.is_lost = brings, is_lost
        self.sent: list[str] = []
        self.events: list[str] = []
        self.sender = self
        self.ends: Ends | None = None

    async def send(self, letter: Letter) -> Sent:
        self.sent.append(letter.reply.text)
        return Sent()

    @asynccontextmanager
    async def open(self, ends: Ends, _: asyncio.Event) -> AsyncIterator[None]:
        self.events.append("open")
        self.ends = ends
        try:
            yield
        finally:
            self.events.append("shut")

    async def run(self, stop: asyncio.Event) -> None:
        assert self.ends
        for number, text in enumerate(self.brings):
            await self.ends.receive(Incoming(self.name, str(number), "alice", text, NOW))
        if self.is_lost:
            raise ConnectionError("the loft is on fire")
        os.kill(os.getpid(), signal.SIGTERM)
        await stop.wait()
        self.events.append("stopped")


def _works(database: Database, channels: Sequence[Channel]) -> tuple[Works, Ends]:
    def echo(state: State, incoming: Incoming, _: Context) -> Turn:
        return Turn(state, (Reply(incoming.text),), ())

    async def no_staff(_: StaffMessage) -> None:
        raise AssertionError("nobody of the staff writes here")

    async def look(_: float | None) -> Health:
        return Health(0.0, 0.0)

    async def hear(stop: asyncio.Event) -> None:
        await stop.wait()

    shelf = Shelf(shipped())
    courier = Courier(database, {channel.name: channel.sender for channel in channels}, lambda: NOW)
    assistant = Assistant(database, echo, lambda: NOW, apology=Reply("pardon"), wake=courier.wake)
    fetching = Fetching(database, {}, Arrivals(Desk(shelf)), lambda: NOW)
    reloading = Reloading(database, shelf, shipped, lambda: NOW, (), 0)
    return Works(assistant, courier, fetching, reloading, lambda: NOW, look, hear), Ends(assistant.receive, no_staff)


async def test_what_was_taken_in_is_delivered_by_the_end_or_at_the_next_start(database: Database) -> None:
    pigeons = Pigeons(("un", "deux"))
    works, ends = _works(database, [pigeons])
    async with asyncio.timeout(60):
        await serve(works, [pigeons], ends, None)
    assert pigeons.events == ["open", "stopped", "shut"]
    sent_by_the_end = list(pigeons.sent)
    await works.courier.drain()
    assert pigeons.sent == ["un", "deux"]
    assert sent_by_the_end == pigeons.sent[: len(sent_by_the_end)]


async def test_a_channel_that_cannot_work_ends_the_others_and_is_told(database: Database) -> None:
    pigeons, lost = Pigeons(()), Pigeons(("trois",), is_lost=True)
    lost.name, pigeons.name = "lost", "pigeons"
    works, ends = _works(database, [pigeons, lost])
    async with asyncio.timeout(60):
        with pytest.raises(ConnectionError, match="on fire"):
            await serve(works, [pigeons, lost], ends, None)
    await works.courier.drain()
    assert lost.sent == ["trois"]
    assert pigeons.events == ["open", "stopped", "shut"]
    assert lost.events == ["open", "shut"]


async def test_told_to_end_before_a_channel_is_reached_it_ends(database: Database) -> None:
    class Slow(Pigeons):
        @asynccontextmanager
        async def open(self, ends: Ends, stop: asyncio.Event) -> AsyncIterator[None]:
            os.kill(os.getpid(), signal.SIGTERM)
            await stop.wait()
            async with super().open(ends, stop):
                yield

    pigeons = Slow(("never",))
    works, ends = _works(database, [pigeons])
    async with asyncio.timeout(60):
        await serve(works, [pigeons], ends, None)
    assert (pigeons.sent, pigeons.events) == ([], ["open", "shut"])
