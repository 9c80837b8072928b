"""The page served on loopback by the real server, on a real database, with the real assistant behind it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape

import aiohttp
from markupsafe import escape

from bot.base.shelf import Shelf
from bot.channels.backoffice import backoffice
from bot.channels.backoffice.room import Room
from bot.channels.contract import Ends
from bot.channels.http import health, server
from bot.channels.http.health import Health
from bot.channels.http.live import Hub
from bot.channels.http.settings import WebSettings
from bot.channels.web import CHANNEL
from bot.channels.web.channel import Web
from bot.conversation.talk.messages import Reply, StaffMessage
from bot.conversation.turn import take_turn
from bot.desk.desk import Desk
from bot.desk.office.office import Office
from bot.documents.arrival import Arrivals
from bot.documents.enclosures import Enclosures
from bot.documents.fetching import Fetching
from bot.search.indexing import keep_up
from bot.services import pages
from bot.services.assistant import Assistant
from bot.services.pages import Pages
from bot.transport.delivery import Courier
from storage.engine import listening
from storage.engine.database import Database
from tests.shipped import shipped

DAY = datetime(2020, 10, 15, 10, tzinfo=UTC)
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass(repr=False)  # asyncio writes out what a fixture's task returned, each time its runner is left
class Served:
    """A server that runs, with what is behind it."""

    address: str
    database: Database
    assistant: Assistant
    courier: Courier
    desk: Desk
    hub: Hub
    clock: list[datetime]
    office: Office
    bureau: Room

    def browser(self) -> "Browser":
        return Browser(self.address, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))


@dataclass
class Browser:
    """Somebody without scripts: opens pages, fills their forms in."""

    address: str
    client: aiohttp.ClientSession
    page: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    async def open(self, path: str = "/", **headers: str) -> str:
        async with self.client.get(self.address + path, headers=headers) as response:
            return await self._read(response)

    async def post(self, path: str, fields: dict[str, str] | aiohttp.FormData, **headers: str) -> str:
        async with self.client.post(self.address + path, data=fields, headers=headers) as response:
            return await self._read(response)

    async def _read(self, response: aiohttp.ClientResponse) -> str:
        self.status, self.page = response.status, (await response.read()).decode("utf-8", "replace")
        self.headers = {name.lower(): value for name, value in response.headers.items()}
        return self.page

    def fields(self) -> dict[str, str]:
        """Return what the composer of the page carries."""
        form = self.page[self.page.index('id="dernier"') :]
        return dict(FIELD.findall(form[: form.index("</form>")]))

    async def say(self, text: str, **more: str) -> str:
        return await self.post("/message", {**self.fields(), "texte": text, **more})

    async def press(self, label: str) -> str:
        """Press the button of this label."""
        found = re.search(rf'<button name="choix" value="([^"]*)">{re.escape(str(escape(label)))}</button>', self.page)
        assert found, f"no button {label!r}"
        form = self.page[self.page.rindex("<form", 0, found.start()) : found.start()]
        return await self.post("/message", {**dict(FIELD.findall(form)), "choix": found[1]})

    @property
    def told(self) -> list[str]:
        """What the page shows of what was told, as words."""
        lines = re.findall(r'<div class="line told.*?<div class="bubble">(.*?)</div>', self.page, re.DOTALL)
        return [" ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]

    @property
    def own(self) -> list[str]:
        lines = re.findall(r'<div class="line own.*?<div class="bubble">(.*?)</div>', self.page, re.DOTALL)
        return [" ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]


@asynccontextmanager
async def serving(database: Database, settings: WebSettings | None = None) -> AsyncIterator[Served]:
    """Serve the page, as `bot.app` does."""
    stop, delivered, clock = asyncio.Event(), asyncio.Event(), [DAY]
    now = lambda: clock[0]  # noqa: E731
    listening_at = server.listen("127.0.0.1", 0)
    port = listening_at.getsockname()[1]
    settings = settings or WebSettings("127.0.0.1", port, per_minute=6_000)
    shelf, hub = Shelf(shipped()), Hub()
    keep_up(database, shelf)
    desk = Desk(shelf, (), ())
    kept = Pages(database, shelf, now, CHANNEL)
    enclosures = Enclosures(database, desk, now)
    web = Web(settings, kept, shelf, hub, enclosures.open)
    courier = Courier(database, {CHANNEL: web.sender}, now, leave_enclosed=[CHANNEL])
    assistant = Assistant(
        database,
        lambda state, incoming, context: take_turn(state, incoming, shipped(), context),
        now,
        apology=Reply("Pardon."),
        wake=courier.wake,
        sweeps=(pages.tidy,),
        keepers={CHANNEL: kept},
    )
    fetching = Fetching(database, {CHANNEL: web.fetcher}, Arrivals(desk), now, wake=courier.wake)

    async def look() -> Health:
        return Health(0.0, 0.0)

    async def no_staff(_: StaffMessage) -> None:
        raise AssertionError("nobody of the staff writes here")

    office = Office(database, desk, now, courier.wake)
    bureau = await backoffice.open_room(office, hub)
    async with web.open(Ends(assistant.receive, no_staff), stop):
        works = [
            courier.run(delivered),
            fetching.run(stop),
            hub.run(lambda hear, end: listening.listen(database, hear, end), stop),
            server.serve(
                [*backoffice.routes_of(bureau), *web.routes, health.route_of(look)],
                listening_at,
                stop,
                settings.proxies,
            ),
        ]
        tasks = [asyncio.create_task(work) for work in works]
        served = Served(f"http://127.0.0.1:{port}", database, assistant, courier, desk, hub, clock, office, bureau)
        try:
            yield served
        finally:
            stop.set()
            delivered.set()
            await asyncio.gather(*tasks)
