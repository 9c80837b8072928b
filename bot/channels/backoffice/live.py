"""What is new since a page was opened: how much, and whether it is about what the page shows. It replaces nothing."""

import json
from collections.abc import AsyncIterator

from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.room import Coming, Room
from bot.channels.http.live import woken
from bot.desk.office.entry import Signed
from bot.desk.office.inbox import News, read_news
from bot.desk.office.office import TOPIC
from bot.desk.office.roles import Right

#: Seconds between two comments that keep a proxy from closing a silent stream, and until a page comes back.
PING_SECONDS, RETRY_MILLISECONDS = 15, 5_000
#: Seconds after which a stream looks by itself: what towns write is told to nobody here.
LOOK_SECONDS = 4.0


async def stream(room: Room, coming: Coming, request: Request) -> Response:
    """Tell about what something has happened since `?vu=`; 204: there is nothing to wait for."""
    if room.hub.is_closing:
        return Response(status_code=204)
    mark = request.query_params.get("vu", "")[:40]
    return EventSourceResponse(_news(room, coming, mark), ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"})


async def _news(room: Room, coming: Coming, mark: str) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="ouvert", retry=RETRY_MILLISECONDS)
    told = News()
    with room.hub.waiting(TOPIC) as news:
        while not room.hub.is_closing:
            news.clear()
            # Whoever was shut out meanwhile is told nothing more.
            if not isinstance(await room.office.recognise(coming.key), Signed):
                return
            found = await room.office.read(read_news, coming.signed, mark)
            if found != told:
                told = found
                yield ServerSentEvent(event="nouveau", data=_as_json(found))
            await woken(news, LOOK_SECONDS)


def _as_json(news: News) -> str:
    return json.dumps({"subjects": news.subjects, "abouts": [*news.subjects, *news.also]})


PAGES = (Page(f"{BASE}/flux", stream, Right.INBOX),)
