"""The pages of figures and of exports: what was sent, counted and drawn, or taken away as a file."""

from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.inbox import TABS, read_filter
from bot.channels.backoffice.room import Coming, Room
from bot.desk.figures.drawing import draw, draw_map
from bot.desk.figures.numbers import count
from bot.desk.office.roles import Right
from bot.desk.paper import export
from bot.desk.paper.export import Taker
from bot.desk.paper.records import MAKERS
from bot.search.standing import standing
from storage.search_index import Tab

#: The formats, as they are offered.
FORMATS = (("xlsx", "Tableur (XLSX)"), ("csv", "CSV"), ("json", "JSON"))


async def show_figures(room: Room, coming: Coming, _: Request) -> Response:
    library, now = room.shelf.library, room.clock()
    found = await room.office.read(lambda transaction: count(library, transaction, now))
    stands = await room.office.read(lambda transaction: standing(library, transaction, now))
    drawn = [(series, Markup(draw(series))) for series in found.series if series.rows]
    picture = Markup(draw_map("Dossiers par département", found.departements))
    return room.page(coming, "figures.html", figures=found, stands=stands, drawn=drawn, map=picture)


async def show_exports(room: Room, coming: Coming, request: Request) -> Response:
    facts = room.shelf.library.call
    wanted, asked = read_filter(request), request.query_params.get("onglet", "")
    return room.page(
        coming,
        "exports.html",
        formats=FORMATS,
        wanted=wanted,
        tabs=TABS,
        asked=asked,
        waves=facts.facts.waves,
        decisions=facts.decisions,
    )


async def take_away(room: Room, coming: Coming, request: Request) -> Response:
    kind = request.query_params.get("format", "")
    if kind not in MAKERS:
        return await show_exports(room, coming, request)
    tab = next((each for each, word, _ in TABS if word == request.query_params.get("onglet")), Tab.ALL)
    desk, now = room.office.desk, room.clock()

    taker = Taker(coming.signed.member.id, kind)
    made = await room.office.read(
        lambda transaction: export.take_away(desk, transaction, read_filter(request), tab, taker, now)
    )
    file = export.make_file(made, kind, desk, now)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}", "Cache-Control": "no-store"}
    return Response(file.content, media_type=file.media_type, headers=headers)


PAGES = (
    Page(f"{BASE}/chiffres", show_figures, Right.FIGURES),
    Page(f"{BASE}/exports", show_exports, Right.EXPORTS),
    Page(f"{BASE}/exports/fichier", take_away, Right.EXPORTS),
)
