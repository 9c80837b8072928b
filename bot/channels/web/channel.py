"""The channel put together: routes of the page, what lays letters down for it, and where its documents are."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.base.shelf import Shelf
from bot.channels.contract import Abilities, Ends, Way
from bot.channels.http.assets import Assets
from bot.channels.http.errors import refusal
from bot.channels.http.forms import Forms
from bot.channels.http.headers import frame
from bot.channels.http.live import Hub
from bot.channels.http.settings import WebSettings
from bot.channels.http.templating import ASSETS, Templates
from bot.channels.http.throttle import Doing, Throttle
from bot.channels.web import CHANNEL, chat, downloads, papers, resuming, sending, stream, towns
from bot.channels.web.room import OpenEnclosed, Room
from bot.channels.web.session import FRAME_PATH
from bot.channels.web.uploads import Uploads
from bot.services.pages import Pages, topic_of
from bot.transport.delivery import Letter, Refused, Sent

_HERE = Path(__file__).parent
Handler = Callable[..., Awaitable[Response]]


class Laying:
    """The sender of the page: lays letters down, for it to read."""

    def __init__(self, pages: Pages, hub: Hub) -> None:
        self._pages = pages
        self._hub = hub

    async def send(self, letter: Letter) -> Sent | Refused:
        """Lay it down. It is refused only where there is no such page: its person erased everything."""
        laid = await self._pages.lay_down(letter)
        if laid is None:
            return Refused("no page")
        self._hub.tell(topic_of(laid.recipient_id))
        return Sent(str(laid.number))


class Web:
    """The page."""

    name = CHANNEL
    abilities = Abilities(Way.PULL, has_buttons=True, can_edit=True, sends_files=True)

    def __init__(
        self,
        settings: WebSettings,
        pages: Pages,
        shelf: Shelf,
        hub: Hub,
        open_enclosed: OpenEnclosed,
        *,
        is_demonstration: bool = False,
    ) -> None:
        self._settings = settings
        self._pages = pages
        self._shelf = shelf
        self._hub = hub
        self._open_enclosed = open_enclosed
        self._is_demonstration = is_demonstration
        self.sender = Laying(pages, hub)
        self.fetcher = Uploads(pages)
        self.routes: Sequence[BaseRoute] = ()

    @asynccontextmanager
    async def open(self, ends: Ends, _: asyncio.Event) -> AsyncIterator[None]:
        """Be ready to serve. Errors: DatabaseUnavailable."""
        facts = self._shelf.library.call.facts
        rates = {Doing.WRITING: f"{self._settings.per_minute}/minute"} if self._settings.per_minute else {}
        if self._settings.per_minute:
            rates[Doing.BEGINNING] = f"{self._settings.per_minute * 60}/hour"
        room = Room(
            self._settings,
            self._pages,
            self._shelf,
            self._pages.clock,
            self._hub,
            Forms(await self._pages.form_key()),
            Templates(_HERE / "templates", facts.time_zone, assets={"chat": _HERE / "static"}),
            Throttle(rates),
            ends.receive,
            self._open_enclosed,
            self._is_demonstration,
        )
        self.routes = routes_of(room)
        yield

    async def run(self, stop: asyncio.Event) -> None:
        """What is sent comes by the routes."""
        await stop.wait()


def routes_of(room: Room) -> Sequence[BaseRoute]:
    """Return all that the room serves. What is in a frame of another site has its own addresses below `/integre`."""
    return (
        *_of_chat(room, "", is_framed=False),
        *_of_chat(room, FRAME_PATH, is_framed=True),
        Route(f"{FRAME_PATH}/{{rest:path}}", partial(_served_in_frame, room, _lost), methods=["GET", "POST"]),
        Route("/calendrier.ics", partial(_served, room, downloads.give_calendar)),
        Route("/villes", partial(_served, room, towns.suggest)),
        Route("/widget.js", partial(_served, room, papers.give_widget)),
        Route("/widget.css", partial(_served, room, papers.give_widget_style)),
        Mount("/static/chat", Assets(_HERE / "static")),
        Mount("/static", Assets(ASSETS)),
    )


def _of_chat(room: Room, base: str, *, is_framed: bool) -> list[Route]:
    def route(path: str, handler: Handler, method: str = "GET", most: int | None = None) -> Route:
        serve = _served_in_frame if is_framed else _served
        served: Any = partial(serve, room, partial(handler, is_framed=is_framed))
        return Route(f"{base}{path}", served, methods=[method], max_body_size=most)

    return [
        route("/" if not base else "", chat.open_page),
        route("/message", sending.send, "POST"),
        route("/flux", stream.stream),
        route("/suite", stream.catch_up),
        route("/vu", chat.note_seen, "POST", 4_096),
        route("/fichiers/{number:int}/{rank:int}", downloads.give_file),
        route("/reprise", resuming.ask_code),
        route("/reprise", resuming.take_code, "POST"),
        route("/reprise/code", resuming.make_code, "POST"),
        route("/quitter", resuming.ask_to_leave),
        route("/quitter", resuming.forget_device, "POST"),
        route("/accessibilite", papers.show_accessibility),
        route("/confidentialite", papers.show_privacy),
    ]


async def _served(room: Room, handler: Handler, request: Request) -> Response:
    return await handler(room, request)


async def _lost(_: Room, request: Request) -> Response:
    """Say in the frame too that there is no such page."""
    return refusal(request, 404)


async def _served_in_frame(room: Room, handler: Handler, request: Request) -> Response:
    """Let the sites that may show the chat in a frame show what is answered."""
    frame(request, ("'self'", *room.settings.embedders), FRAME_PATH)
    return await handler(room, request)
