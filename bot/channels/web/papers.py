"""What is given as it is: pages to read, and the script and the style by which other sites show the chat."""

import json
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.http.errors import refusal
from bot.channels.web.room import Room, say
from bot.channels.web.session import LIFE_SECONDS, carried, visit
from bot.channels.web.text import as_html
from bot.services.pages import CODE_LIFE
from knowledge.call.privacy import stated

_STATIC = Path(__file__).parent / "static"
#: What the button on another site says, by the names under which a page of that site may say it otherwise.
_WIDGET_WORDS = {"ouvrir": "widget_open", "fermer": "widget_close", "titre": "widget_title"}


async def give_widget(room: Room, request: Request) -> Response:
    """Give the script that puts the chat on another site, where any may show it, with what it says there."""
    words = json.dumps({name: say(worded) for name, worded in _WIDGET_WORDS.items()})
    return _for_other_sites(room, request, _read("widget.js").replace("WORDS", words), "text/javascript")


async def give_widget_style(room: Room, request: Request) -> Response:
    """Give how the button and the frame look that the script makes."""
    return _for_other_sites(room, request, _read("widget.css"), "text/css")


def _read(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")


def _for_other_sites(room: Room, request: Request, content: str, media_type: str) -> Response:
    """Give a file to pages of other sites: browsers refuse them all that does not say so."""
    if not room.settings.embedders:
        return refusal(request, 404)
    headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=3600"}
    return Response(content, headers=headers, media_type=media_type)


async def show_accessibility(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Show what was tested, and what was not."""
    coming = await visit(room, request, is_framed=is_framed)
    return room.templates.page("accessibility.html", **carried(room, coming))


async def show_privacy(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Show the notice that the conversation tells, and what one can do."""
    coming, library = await visit(room, request, is_framed=is_framed), room.shelf.library
    said = stated(library.call.privacy)
    missing = [name for name, value in said.items() if value is None]
    retention = library.call.privacy.retention.model_dump()
    told = library.say("privacy_notice", room.clock(), **said, missing=missing, retention=retention, consents=[])
    body = as_html(told).body
    spans = {"cookie_days": LIFE_SECONDS // 86_400, "code_minutes": int(CODE_LIFE.total_seconds() // 60)}
    return room.templates.page("privacy.html", body=body, **spans, **carried(room, coming))
