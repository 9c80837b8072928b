"""What is new since a page was opened: how much, and whether it is about what the page shows. It replaces nothing."""

import json
from collections.abc import AsyncIterator, Sequence

from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from bot.base.wording import text
from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.room import Coming, Room
from bot.channels.http.live import woken
from bot.conversation.values.about import About
from bot.desk.office.inbox import News
from bot.desk.office.listening import Watched, listen
from bot.desk.office.office import TOPIC
from bot.desk.office.roles import Right
from bot.desk.office.viewing import NOTED, Other
from bot.desk.orders.seen import SEEN_LIMIT

#: Seconds between two comments that keep a proxy from closing a silent stream, and until a page comes back.
PING_SECONDS, RETRY_MILLISECONDS = 15, 5_000
#: Seconds after which a stream looks by itself: what towns write is told to nobody here.
LOOK_SECONDS = 4.0


def tell_others(others: Sequence[Other]) -> str:
    """Return who else is there, a sentence each; "" where nobody is."""
    words = [text("desk", "writes-here" if each.is_writing else "also-here", name=each.shown) for each in others]
    return " ".join(words)


async def stream(room: Room, coming: Coming, request: Request) -> Response:
    """Tell about what something has happened since `?vu=`; 204: there is nothing to wait for."""
    if room.hub.is_closing:
        return Response(status_code=204)
    asked = request.query_params
    about = About(asked["sur"][:40]) if "sur" in asked else None
    watched = Watched(asked.get("vu", "")[:SEEN_LIMIT], about, "ecrit" in asked)
    return EventSourceResponse(_news(room, coming, watched), ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"})


async def _news(room: Room, coming: Coming, watched: Watched) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="ouvert", retry=RETRY_MILLISECONDS)
    told, noted_at = News(), None
    others: str | None = None
    with room.hub.waiting(TOPIC) as news:
        while not room.hub.is_closing:
            news.clear()
            now = room.clock()
            is_due = noted_at is None or now - noted_at >= NOTED
            noted_at = now if is_due else noted_at
            heard = await room.office.read(listen, coming.signed, coming.key, watched, now, is_noted=is_due)
            if heard is None:
                return
            if watched.about is not None and tell_others(heard.others) != others:
                others = tell_others(heard.others)
                yield ServerSentEvent(event="autour", data=json.dumps(others))
            if heard.news != told:
                told = heard.news
                yield ServerSentEvent(event="nouveau", data=_as_json(told))
            await woken(news, LOOK_SECONDS)


def _as_json(news: News) -> str:
    return json.dumps({"subjects": news.subjects, "abouts": [*news.subjects, *news.also]})


PAGES = (Page(f"{BASE}/flux", stream, Right.INBOX),)
