"""Documents that a message brings: made or read when somebody opens them, for who may still have them."""

import json

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.http.downloads import as_download
from bot.channels.http.errors import refusal
from bot.channels.web.room import Room
from bot.channels.web.session import visit
from bot.conversation.reminders.closing_days import MEDIA_TYPE, open_waves, write_calendar
from bot.conversation.talk.messages import File, Reply
from storage.pages import Page

#: A dossier is given only while the person fills it.
_COPY = "copy"


async def give_file(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Give the document of this rank that goes with the line of this number, of one's own conversation."""
    coming = await visit(room, request, is_framed=is_framed)
    number, rank = request.path_params["number"], request.path_params["rank"]
    if coming.page is None or number >= 2**31 or rank >= 100:
        return refusal(request, 404)
    line = await room.pages.read_line(coming.page, number)
    if line is None or line.is_own or line.content is None:
        return refusal(request, 404)
    file = await _open(room, coming.page, Reply.from_json(json.loads(line.content)), rank)
    return as_download(file) if file is not None else refusal(request, 404)


async def give_calendar(room: Room, request: Request) -> Response:
    """Give the closing days for an agenda."""
    library, now = room.shelf.library, room.clock()
    waves = open_waves(library, now) or list(library.call.facts.waves)
    return as_download(File("echeances.ics", MEDIA_TYPE, write_calendar(library, waves, now)))


async def _open(room: Room, page: Page, reply: Reply, rank: int) -> File | None:
    if rank < len(reply.files):
        return reply.files[rank]
    names = reply.enclosed[rank - len(reply.files) :]
    if not names:
        return None
    kind, _, subject = names[0].partition(":")
    if kind == _COPY and not await room.pages.may_have(page, subject):
        return None
    return await room.open_enclosed(names[0])
