"""The page of the list: tabs, filters that stand in its address, and the rows."""

from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.base.wording import text, texts
from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.menu import home_of
from bot.channels.backoffice.room import Coming, Room
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.sheet import answer_of
from bot.desk.office.inbox import Inbox, read_inbox
from bot.desk.office.roles import Right
from bot.search.listing import Filter
from knowledge.call.form import FieldType
from storage.search_index import Tab

#: The tabs that are shown, with the word that names each in the address.
TABS = (
    (Tab.TO_TAKE, "a-prendre"),
    (Tab.MINE, "les-miens"),
    (Tab.AWAITED, "attendus"),
    (Tab.OPEN, "en-cours"),
    (Tab.CLOSED, "clos"),
)
#: How the address calls each part of the filter.
PARAMETERS = {
    "mots": "words",
    "genre": "kind",
    "ville": "town",
    "departement": "departement",
    "region": "region",
    "vague": "wave",
    "etat": "status",
    "decision": "decision",
    "charge": "holder",
    "jours": "days",
    "presse": "matter",
}
TAB_OF = {word: tab for tab, word in TABS}


def read_filter(request: Request) -> Filter:
    """Return what the address narrows the list to."""
    given = {PARAMETERS[name]: value for name, value in request.query_params.items() if name in PARAMETERS}
    return Filter.read(given)


def labelled_tabs() -> list[tuple[Tab, str, str]]:
    """Return each tab with its word and what it is called."""
    return [(tab, word, text("desk_tabs", word)) for tab, word in TABS]


def address_of(wanted: Filter, tab: Tab, number: int = 1) -> str:
    """Return the address of a page of the list."""
    word = dict(TABS)[tab]
    names = {field: name for name, field in PARAMETERS.items()}
    given = {"onglet": word, **{names[field]: value for field, value in wanted.as_parameters.items()}}
    if number > 1:
        given["page"] = str(number)
    return f"{BASE}?{urlencode(given)}"


async def show(room: Room, coming: Coming, request: Request) -> Response:
    if not coming.may(Right.INBOX):
        return RedirectResponse(home_of(coming.signed.role), 303)
    wanted, asked = read_filter(request), request.query_params.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    tab = TAB_OF.get(request.query_params.get("onglet", ""), Tab.TO_TAKE)
    found: Inbox = await room.office.read(
        read_inbox, room.office.desk, coming.signed, wanted, tab, number, room.clock()
    )
    facts = room.shelf.library.call.facts
    return room.page(
        coming,
        "inbox.html",
        inbox=found,
        wanted=wanted,
        tab=tab,
        tabs=labelled_tabs(),
        address_of=address_of,
        statuses=texts("statuses"),
        waves=facts.waves,
        decisions=room.shelf.library.call.decisions,
        sees_all=coming.may(Right.DOSSIERS),
        day=room.shelf.library.day,
        wave_of=partial(_wave_of, room),
        is_narrowed=bool(wanted.as_parameters),
    )


def _wave_of(room: Room, dossier: Dossier) -> str | None:
    form = room.shelf.library.call.form
    answer = answer_of(form, dossier, FieldType.WAVE) if form is not None else None
    return answer.shown if answer is not None else None


PAGES = (Page(BASE, show),)
