"""The page of the list: tabs, filters that stand in its address, and the rows."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.base.wording import texts
from bot.channels.backoffice.cookies import BASE, Cookie, read_said, say
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.menu import home_of
from bot.channels.backoffice.room import Coming, Room, gone_to
from bot.conversation.form.summary import decision_label
from bot.conversation.values.about import About
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.sheet import answer_of
from bot.desk.office.inbox import NAME_LIMIT, Inbox, find_next, forget_filter, keep_filter, read_inbox
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
#: Characters of the address of a list that are read.
_LONGEST = 2_000


def read_filter(given: Mapping[str, str]) -> Filter:
    """Return what the parameters of an address narrow the list to."""
    return Filter.read({PARAMETERS[name]: value for name, value in given.items() if name in PARAMETERS})


def read_tab(given: Mapping[str, str]) -> Tab:
    return TAB_OF.get(given.get("onglet", ""), Tab.TO_TAKE)


def labelled_tabs(*, is_press: bool = False) -> list[tuple[Tab, str, str]]:
    """Return each tab with its word and what it is called; `is_press`: by who answers the press alone."""
    names = {**texts("desk_tabs"), **(texts("desk_press_tabs") if is_press else {})}
    return [(tab, word, names[word]) for tab, word in TABS]


def parameters_of(given: str) -> str:
    """Return the parameters of a list, of what an address or a form has: what is none of ours is left out."""
    fields = dict(parse_qsl(given[:_LONGEST]))
    return address_of(read_filter(fields), read_tab(fields)).partition("?")[2]


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
    wanted, asked = read_filter(request.query_params), request.query_params.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    tab = read_tab(request.query_params)
    found: Inbox = await room.office.read(
        read_inbox, room.office.desk, coming.signed, wanted, tab, number, room.clock()
    )
    facts = room.shelf.library.call.facts
    here = address_of(wanted, tab, found.page.number)
    response = room.page(
        coming,
        "inbox.html",
        inbox=found,
        wanted=wanted,
        tab=tab,
        tabs=labelled_tabs(is_press=not coming.may(Right.DOSSIERS)),
        address_of=address_of,
        statuses=texts("statuses"),
        waves=facts.waves,
        decisions=room.shelf.library.call.decisions,
        sees_all=coming.may(Right.DOSSIERS),
        day=room.shelf.library.day,
        wave_of=partial(_wave_of, room),
        decision_of=lambda dossier: decision_label(room.shelf.library, dossier.decision),
        is_narrowed=bool(wanted.as_parameters),
        here=here.partition("?")[2],
        plain_of=parameters_of,
        name_limit=NAME_LIMIT,
    )
    say(response, request, here, Cookie.LIST)
    return response


def list_before(request: Request) -> str:
    """Return the address of the list that was last looked at."""
    wanted, tab, number = _last_list(request)
    return address_of(wanted, tab, number)


async def next_in_list(room: Room, coming: Coming, about: About) -> About | None:
    """Return what follows something in the list that was last looked at; None: nothing does."""
    wanted, tab, _ = _last_list(coming.request)
    return await room.office.read(find_next, coming.signed, wanted, tab, about, room.clock())


def _last_list(request: Request) -> tuple[Filter, Tab, int]:
    before = read_said(request, Cookie.LIST) or ""
    fields = dict(parse_qsl(before.partition("?")[2][:_LONGEST]))
    number = fields.get("page", "")
    is_number = number.isdecimal() and len(number) < 6
    return read_filter(fields), read_tab(fields), int(number) if is_number else 1


async def keep(room: Room, coming: Coming, request: Request) -> Response:
    """Keep the list that was looked at, under a name."""
    parameters = parameters_of(coming.text("liste"))
    told = await room.office.read(keep_filter, coming.signed, coming.text("nom"), parameters, room.clock())
    return gone_to(request, f"{BASE}?{parameters}", told.text, is_done=told.is_done)


async def forget(room: Room, coming: Coming, request: Request) -> Response:
    number = coming.text("a")
    number = number if number.isascii() and number.isdecimal() and len(number) < 12 else "0"
    told = await room.office.read(forget_filter, coming.signed, int(number))
    return gone_to(request, list_before(request), told.text)


def _wave_of(room: Room, dossier: Dossier) -> str | None:
    form = room.shelf.library.call.form
    answer = answer_of(form, dossier, FieldType.WAVE) if form is not None else None
    return answer.shown if answer is not None else None


PAGES = (
    Page(BASE, show),
    Page(f"{BASE}/filtres", keep, Right.INBOX, is_post=True),
    Page(f"{BASE}/filtres/retirer", forget, Right.INBOX, is_post=True),
)
