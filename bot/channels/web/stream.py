"""What is said, told to the open page as it is laid down: server-sent events, each with the number of its line.

Everything is read from the database, also what came while nobody listened: the page says after which number. A stream
holds no connection to the database while it waits.
"""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.http.live import woken
from bot.channels.web.chat import lines_html, panel_told, read_number
from bot.channels.web.room import Room
from bot.channels.web.session import Visit, visit
from bot.channels.web.showing import show
from bot.services.pages import SHOWN, topic_of
from bot.services.panel import Panel
from storage.pages import Line, Page

#: Seconds between two comments that keep a proxy from closing a silent stream (many do after 60, some after 30), and
#: until a page comes back.
PING_SECONDS, RETRY_MILLISECONDS = 25, 3_000
#: Seconds after which a stream looks by itself, should a hint have been lost: of 500 that wait, each costs a look.
LOOK_SECONDS = 120.0


async def stream(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Answer with the lines above `?after=` or Last-Event-ID, and those to come; 204: there is nothing to wait for."""
    coming = await visit(room, request, is_framed=is_framed)
    if coming.page is None or room.hub.is_closing:
        return Response(status_code=204)
    after = max(read_number(request.query_params.get("after")), read_number(request.headers.get("last-event-id")))
    return EventSourceResponse(
        _events(room, coming, coming.page, after), ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"}
    )


async def _events(room: Room, coming: Visit, page: Page, after: int) -> AsyncIterator[bytes]:
    """Yield what is to be sent at once: all that is new, in one piece."""
    yield ServerSentEvent(comment="ouvert", retry=RETRY_MILLISECONDS).encode()
    shown: Panel | None = None
    with room.hub.waiting(topic_of(page.recipient_id)) as told:
        while not room.hub.is_closing:
            told.clear()
            news = await room.pages.read_after(page, after)
            lines = _told(room, coming, news.lines)
            events = [_event("ligne", line, str(line["number"])) for line in lines]
            if news.panel is not None and news.panel != shown:
                shown = news.panel
                events.append(_event("panneau", panel_told(room, coming, shown)))
            if events:
                yield b"".join(events)
            after = news.lines[-1].number if news.lines else after
            if len(news.lines) < SHOWN:
                await woken(told, LOOK_SECONDS)


async def catch_up(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Answer with the lines above `?after=` at once, for a page whose stream does not come through."""
    coming = await visit(room, request, is_framed=is_framed)
    if coming.page is None:
        return JSONResponse({"lines": []})
    news = await room.pages.read_after(coming.page, read_number(request.query_params.get("after")))
    told: dict[str, Any] = {"lines": _told(room, coming, news.lines)}
    if news.panel is not None:
        told["panel"] = panel_told(room, coming, news.panel)
    return JSONResponse(told)


def _event(name: str, told: dict[str, Any], number: str | None = None) -> bytes:
    return ServerSentEvent(event=name, id=number, data=json.dumps(told)).encode()


def _told(room: Room, coming: Visit, lines: Sequence[Line]) -> list[dict[str, Any]]:
    shown = [show(line, room.shelf.library) for line in lines]
    return [
        {"number": line.number, "place": line.place, "own": line.is_own, "html": html, "plain": line.plain}
        for line, html in zip(shown, lines_html(room, coming, shown), strict=True)
    ]
