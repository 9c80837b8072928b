"""The room put together: the table of its pages, and what makes routes of it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, compile_path

from bot.channels.backoffice import editing, figures, files, inbox, journal, live, signing, subject, together
from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page, route_of, turned_away
from bot.channels.backoffice.room import Room
from bot.channels.http.assets import Assets
from bot.channels.http.forms import Forms
from bot.channels.http.live import Hub
from bot.channels.http.templating import Templates
from bot.channels.http.throttle import Throttle
from bot.desk.office.office import Office

_HERE = Path(__file__).parent

#: Every page for who has signed in.
PAGES: Sequence[Page] = (
    *signing.PAGES,
    *inbox.PAGES,
    *figures.PAGES,
    *editing.PAGES,
    *subject.PAGES,
    *files.PAGES,
    *together.PAGES,
    *live.PAGES,
    *journal.PAGES,
)


async def open_room(office: Office, hub: Hub, *, is_demonstration: bool = False) -> Room:
    """Return what the pages need. Errors: DatabaseUnavailable."""
    zone = office.desk.library.call.facts.time_zone
    forms = Forms(await office.form_key())
    templates = Templates(_HERE / "templates", zone, assets={"bureau": _HERE / "static"})
    return Room(
        office, office.desk.shelf, office.clock, hub, forms, templates, Throttle(), is_demonstration=is_demonstration
    )


def routes_of(room: Room) -> Sequence[BaseRoute]:
    """Return all that the room serves."""
    opened: Any = partial(signing.open_link, room)
    entered: Any = partial(signing.enter, room)
    lost: Any = partial(_lost, room)
    return (
        Route(signing.ENTER, opened),
        Route(signing.ENTER, entered, methods=["POST"], max_body_size=4_096),
        *(route_of(room, page) for page in PAGES),
        Route(f"{BASE}/{{rest:path}}", lost, methods=["GET", "POST"]),
        Mount("/static/bureau", Assets(_HERE / "static")),
    )


async def _lost(room: Room, request: Request) -> Response:
    """Lead who opens the address of a form, as by « reload » or from the history, to the page it stands on."""
    path = request.url.path
    while request.method == "GET" and _matches(request.url.path, is_post=True) and path != BASE:
        path = path.rpartition("/")[0]
        if _matches(path, is_post=False):
            return RedirectResponse(path, 303)
    return turned_away(room, request, 404)


def _matches(path: str, *, is_post: bool) -> bool:
    return any(page.is_post is is_post and compile_path(page.path)[0].match(path) for page in PAGES)


__all__ = ["BASE", "PAGES", "open_room", "routes_of"]
