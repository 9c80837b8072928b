"""Documents of dossiers and threads: put down, or shown in a tab where nothing in them can run."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page, turned_away
from bot.channels.backoffice.room import Coming, Room
from bot.channels.http.downloads import content_disposition
from bot.desk.office.acting import NotAllowed
from bot.desk.office.documents import read_document
from bot.desk.office.roles import Right
from storage.engine.errors import WrongKey

#: What a browser may show by itself, in a page that runs nothing.
SHOWN = frozenset({"image/png", "image/jpeg", "application/pdf", "text/plain"})
#: Nothing is loaded, run, framed or sent from it; a reader of PDF files draws with styles of its own.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


async def give(room: Room, coming: Coming, request: Request) -> Response:
    """Give a document, `?voir` to be looked at in the browser; each is written down."""
    number, is_shown = request.path_params["document"], "voir" in request.query_params
    try:
        found = await room.office.read(read_document, coming.signed, number, room.clock())
        content = await asyncio.to_thread(found.open)
    except (NotAllowed, WrongKey):
        return turned_away(room, request, 404)
    is_shown = is_shown and found.media_type in SHOWN
    is_paper = is_shown and found.media_type == "application/pdf"
    # A reader of PDF files does not start in a sandbox: it is one itself, and nothing may be loaded or sent.
    policy = _POLICY if is_paper else f"{_POLICY}; sandbox"
    media_type = "text/plain; charset=utf-8" if found.media_type == "text/plain" else found.media_type
    headers = {
        "Content-Disposition": content_disposition(found.name, is_shown=is_shown),
        "Content-Security-Policy": policy,
        "X-Frame-Options": "DENY",
    }
    return Response(content, headers=headers, media_type=media_type)


PAGES = (Page(f"{BASE}/documents/{{document:int}}", give, Right.INBOX),)
