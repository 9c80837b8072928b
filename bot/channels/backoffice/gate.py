"""The way of every request to the desk: the session, the member, their role, then for a form its signature and its key.

Nobody who is turned away loses what they wrote: it is shown back to them, to be copied.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.backoffice.cookies import Cookie, read_secret, take
from bot.channels.backoffice.room import Coming, Room
from bot.channels.http.errors import wants_json
from bot.desk.office.entry import Signed
from bot.desk.office.roles import Right, has
from storage.engine.errors import DatabaseUnavailable

Handler = Callable[[Room, Coming, Request], Awaitable[Response]]

#: Fields of a form, and bytes of one.
FIELDS, FIELD_BYTES = 60, 200_000
#: Bytes of what is sent.
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """One row of the table of pages."""

    path: str
    handler: Handler
    #: None: for whoever has signed in.
    needs: Right | None = None
    #: It is a form that is sent.
    is_post: bool = False


def route_of(room: Room, page: Page) -> Route:
    served: Any = partial(_served, room, page)
    methods = ["POST"] if page.is_post else ["GET"]
    return Route(page.path, served, methods=methods)


async def _served(room: Room, page: Page, request: Request) -> Response:
    if not page.is_post:
        return await _answer(room, page, request, FormData())
    form = await read_form(request)
    if form is None:
        return turned_away(room, request, 413)
    try:
        return await _answer(room, page, request, form)
    except DatabaseUnavailable:
        return turned_away(room, request, 503, form)


async def read_form(
    request: Request, most: int = MOST_BYTES, *, fields: int = FIELDS, field_bytes: int = FIELD_BYTES
) -> FormData | None:
    """Return what is sent; None where it is more than is read, or may be: of that, nothing is waited for."""
    # Every browser says it. The server keeps them to it, unless they announce pieces, which then count instead.
    length = request.headers.get("content-length", "")
    if "transfer-encoding" in request.headers or not length.isdecimal() or int(length) > most:
        return None
    try:
        return await request.form(max_files=0, max_fields=fields, max_part_size=field_bytes)
    except HTTPException:  # a field, or the number of them, is beyond what is read
        return None


async def _answer(room: Room, page: Page, request: Request, form: FormData) -> Response:
    key = read_secret(request, Cookie.SESSION)
    found = await room.office.recognise(key) if key is not None else None
    if key is None or not isinstance(found, Signed):
        response = turned_away(room, request, 401, form, is_expired=found is not None)
        if key is not None:
            take(response, request, Cookie.SESSION)
        return response
    if not has(found.role, page.needs):
        return turned_away(room, request, 403, form)
    coming = Coming(found, key, form, request)
    if page.is_post and not (room.forms.is_ours(request, (key,), coming.text("jeton")) and coming.form_key):
        return turned_away(room, request, 409, form)
    return await page.handler(room, coming, request)


def turned_away(
    room: Room, request: Request, status: int, form: FormData | None = None, *, is_expired: bool = False
) -> Response:
    """Return why nothing is shown or done, with what was written."""
    if wants_json(request) or request.headers.get("accept") == "text/event-stream":
        return Response(status_code=status)
    fields = form.multi_items() if form else []
    written = [value for name, value in fields if name not in _OURS and isinstance(value, str)]
    kept = "\n\n".join(value for value in written if value.strip())
    return room.templates.page("turned_away.html", status, why=status, kept=kept, is_expired=is_expired)


#: What a form carries beside what somebody wrote.
_OURS = frozenset(
    {
        "jeton",
        "cle",
        "vu",
        "tenu",
        "pour",
        "question",
        "suite",
        "genre",
        "a",
        "faire",
        "choix",
        "liste",
        "lignes",
        "toutes",
        "change",
        "version",
    }
)
