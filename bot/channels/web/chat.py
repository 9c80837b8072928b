"""The page of the conversation, as it is when it is opened: it needs no script."""

import asyncio
from collections.abc import Sequence

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.channels.http.errors import refusal
from bot.channels.web import deep_links
from bot.channels.web.room import Room
from bot.channels.web.session import Visit, carried, visit
from bot.channels.web.showing import ShownLine, show
from bot.channels.web.waves import strip_of
from bot.services.panel import Panel
from storage.pages import Page

#: Says that the conversation has begun just before, in a frame: without its cookie, the browser refused that.
FIRST = "debut"
_NOBODY = Panel((), None)
#: Above what can be a number, in every database.
_MOST = 2**31 - 1


def read_number(given: str | None) -> int:
    """Return the number of a line that a request names; 0: none."""
    return min(int(given), _MOST) if given and given.isascii() and given.isdecimal() and len(given) < 12 else 0


async def open_page(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Show the conversation, or how to begin one."""
    coming = await visit(room, request, is_framed=is_framed)
    below = read_number(request.query_params.get("avant"))
    if below and coming.page is not None:
        return await _older_page(room, coming, coming.page, below)
    is_lost = coming.page is None and FIRST in request.query_params
    fault = room.templates.render("no_cookie.txt").strip() if is_lost else ""
    return await page_of(room, request, coming, fault=fault)


async def _older_page(room: Room, coming: Visit, page: Page, below: int) -> Response:
    """Show the lines before those that the conversation shows: to read, with nothing to press."""
    older = await room.pages.read_older(page, below)
    lines = [show(line, room.shelf.library) for line in older.lines]
    return room.templates.page(
        "older.html", **carried(room, coming), lines=lines, first=_first(lines), has_older=older.has_older
    )


async def page_of(
    room: Room, request: Request, coming: Visit, *, kept: str = "", fault: str = "", status: int = 200
) -> HTMLResponse:
    """Return the page. `kept`: what was written and could not be taken; `fault`: why."""
    shown = await room.pages.open(coming.page) if coming.page else None
    lines = [show(line, room.shelf.library) for line in shown.lines] if shown else []
    link = await asyncio.to_thread(deep_links.read, request, room.shelf.library) if shown is None else None
    now = room.clock()
    response = room.templates.page(
        "chat.html",
        status,
        **carried(room, coming),
        lines=lines,
        current=_current(lines),
        said=max((line.number for line in lines if line.is_own), default=0),
        last=shown.last_number if shown else 0,
        first=_first(lines),
        has_older=shown is not None and shown.has_older,
        panel=shown.panel if shown else _NOBODY,
        strip=strip_of(room.shelf.library, now),
        link=link,
        kept=kept,
        fault=fault,
        is_demonstration=room.is_demonstration,
        now=now,
    )
    if coming.page is not None and shown is not None and request.method == "GET":
        # Once it has gone out: what is shown once only must have been shown.
        response.background = BackgroundTask(room.pages.mark_seen, coming.page, shown.last_number)
    return response


def _first(lines: list[ShownLine]) -> int:
    """Return the number above those that are further up."""
    return min((line.number for line in lines), default=0)


async def note_seen(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Note up to which line the page was seen by somebody."""
    coming = await visit(room, request, is_framed=is_framed)
    form = await request.form(max_files=0, max_fields=10)
    number, signature = form.get("number"), form.get("jeton")
    if not isinstance(signature, str) or not room.forms.is_ours(request, coming.bearers, signature):
        return refusal(request, 403)
    if coming.page is not None and isinstance(number, str) and number.isdecimal() and len(number) < 10:
        await room.pages.mark_seen(coming.page, min(int(number), coming.page.last_number))
    return JSONResponse({"seen": True})


def lines_html(room: Room, coming: Visit, lines: Sequence[ShownLine]) -> list[str]:
    """Return lines, each as the page shows it when it is the last."""
    signed = carried(room, coming) if lines else {}
    return [room.templates.render("line_alone.html", line=line, is_current=True, **signed) for line in lines]


def panel_told(room: Room, coming: Visit, panel: Panel) -> dict[str, str | None]:
    """Return what stands beside the conversation, and who of the staff has it."""
    html = room.templates.render("panel.html", panel=panel, **carried(room, coming))
    held = room.templates.render("held.txt", holder=panel.holder).strip() if panel.holder is not None else None
    return {"html": html, "held": held}


def _current(lines: list[ShownLine]) -> set[int]:
    """Return the lines whose buttons serve: those below what the person said last."""
    current = set()
    for line in reversed(lines):
        if line.is_own:
            break
        current.add(line.number)
    return current
