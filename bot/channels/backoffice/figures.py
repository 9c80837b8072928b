"""The pages of figures and of exports: what was sent, counted and drawn, or taken away as a file."""

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.base.wording import text, texts
from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.inbox import TAB_OF, labelled_tabs, read_filter
from bot.channels.backoffice.room import Coming, Room
from bot.channels.http.downloads import as_download
from bot.conversation.values.moves import Status
from bot.desk.figures.drawing import draw, draw_map
from bot.desk.figures.numbers import count
from bot.desk.office.roles import Right
from bot.desk.paper import export
from bot.desk.paper.export import Taker
from bot.desk.paper.records import MAKERS
from bot.search.workload import workload
from storage.search_index import Tab

#: The states of a dossier that the staff have: a draft is its town's alone.
_STATUSES = frozenset(Status) - {Status.DRAFT}


async def show_figures(room: Room, coming: Coming, _: Request) -> Response:
    library, now = room.shelf.library, room.clock()
    found = await room.office.read(lambda transaction: count(library, transaction, now))
    stands = await room.office.read(lambda transaction: workload(library, transaction, now))
    drawn = [(series, Markup(draw(series))) for series in found.series if series.rows]
    picture = Markup(draw_map(text("figures", "departements"), found.departements))
    return room.page(
        coming,
        "figures.html",
        figures=found,
        stands=stands,
        drawn=drawn,
        map=picture,
        sees_list=coming.may(Right.INBOX),
    )


async def show_exports(room: Room, coming: Coming, request: Request) -> Response:
    facts = room.shelf.library.call
    wanted, asked = read_filter(request.query_params), request.query_params.get("onglet", "")
    return room.page(
        coming,
        "exports.html",
        formats=texts("desk_formats").items(),
        wanted=wanted,
        tabs=labelled_tabs(),
        asked=asked,
        waves=facts.facts.waves,
        decisions=facts.decisions,
        statuses={status: name for status, name in texts("statuses").items() if status in _STATUSES},
    )


async def take_away(room: Room, coming: Coming, request: Request) -> Response:
    kind = request.query_params.get("format", "")
    if kind not in MAKERS:
        return await show_exports(room, coming, request)
    tab = TAB_OF.get(request.query_params.get("onglet", ""), Tab.ALL)
    desk, now = room.office.desk, room.clock()

    taker = Taker(coming.signed.member.id, kind)
    made = await room.office.read(
        lambda transaction: export.take_away(desk, transaction, read_filter(request.query_params), tab, taker, now)
    )
    return as_download(export.make_file(made, kind, desk, now))


PAGES = (
    Page(f"{BASE}/chiffres", show_figures, Right.FIGURES),
    Page(f"{BASE}/exports", show_exports, Right.EXPORTS),
    Page(f"{BASE}/exports/fichier", take_away, Right.EXPORTS),
)
