"""The log of what the staff did and looked at, for who administers: the latest of it, or all as a file."""

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
from bot.desk.office.roles import Right
from bot.desk.paper.records import MEDIA_TYPES, make_csv

#: Rows that are shown.
SHOWN = 300


def _page_of(about: About) -> str | None:
    if about.kind == "entry":
        return f"{ENTRY}?fiche={about.name}"
    return path_of(about) if about.reference is not None or about.thread is not None else None


async def show(room: Room, coming: Coming, _: Request) -> Response:
    lines = await room.office.read(journal.read_latest, SHOWN)
    return room.page(coming, "journal.html", lines=lines, most=SHOWN, page_of=_page_of)


async def take_away(room: Room, coming: Coming, _: Request) -> Response:
    """Give the whole log as a file; that is written down in it."""
    now = room.clock()
    rows = await room.office.read(journal.take_away, coming.signed, now)
    name = text("exports", "journal", day=room.shelf.library.day(now).isoformat())
    return as_download(File(name, MEDIA_TYPES["csv"], make_csv(rows, list(texts("audit_columns").values()))))


PAGES = (Page(f"{BASE}/journal", show, Right.AUDIT), Page(f"{BASE}/journal/fichier", take_away, Right.AUDIT))
