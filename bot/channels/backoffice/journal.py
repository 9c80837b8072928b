"""The log of what the staff did and looked at, for who administers: by pages, narrowed by its address, or as a file."""

from collections.abc import Mapping
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from bot.base.wording import text, texts
from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.editing import ENTRY
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.room import Coming, Room
from bot.channels.backoffice.subject import path_of
from bot.channels.http.downloads import as_download
from bot.conversation.talk.messages import File
from bot.conversation.values.about import About
from bot.desk.office import journal
from bot.desk.office.journal import Filter
from bot.desk.office.roles import Right
from bot.desk.paper.records import MEDIA_TYPES, make_csv

JOURNAL = f"{BASE}/journal"
#: How the address calls each part of the filter.
PARAMETERS = {"qui": "member", "quoi": "act", "objet": "subject", "du": "first", "au": "last"}


def _page_of(about: About) -> str | None:
    if about.kind == "entry":
        return f"{ENTRY}?fiche={about.name}"
    return path_of(about) if about.reference is not None or about.thread is not None else None


async def show(room: Room, coming: Coming, request: Request) -> Response:
    wanted, asked = read_filter(request.query_params), request.query_params.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    found = await room.office.read(journal.read_page, wanted, number, _zone(room))
    return room.page(
        coming,
        "journal.html",
        found=found,
        wanted=wanted,
        acts=texts("desk_acts").items(),
        nobody=journal.NOBODY,
        is_narrowed=bool(wanted.as_parameters),
        page_of=_page_of,
        address_of=address_of,
    )


async def take_away(room: Room, coming: Coming, request: Request) -> Response:
    """Give the log as a file, narrowed as it is looked at; that is written down in it."""
    now, wanted = room.clock(), read_filter(request.query_params)
    rows = await room.office.read(journal.take_away, coming.signed, wanted, _zone(room), now)
    name = text("exports", "journal", day=room.shelf.library.day(now).isoformat())
    return as_download(File(name, MEDIA_TYPES["csv"], make_csv(rows, list(texts("audit_columns").values()))))


def read_filter(given: Mapping[str, str]) -> Filter:
    """Return what the parameters of an address narrow the log to."""
    return Filter.read({PARAMETERS[name]: value for name, value in given.items() if name in PARAMETERS})


def address_of(wanted: Filter, number: int = 1, path: str = JOURNAL) -> str:
    """Return the address of a page of the log; `path`: of what else is narrowed alike."""
    names = {field: name for name, field in PARAMETERS.items()}
    given = {names[field]: value for field, value in wanted.as_parameters.items()}
    if number > 1:
        given["page"] = str(number)
    return f"{path}?{urlencode(given)}" if given else path


def _zone(room: Room) -> ZoneInfo:
    return ZoneInfo(room.shelf.library.call.facts.time_zone)


PAGES = (Page(JOURNAL, show, Right.AUDIT), Page(f"{JOURNAL}/fichier", take_away, Right.AUDIT))
