"""The same conversation on another device, or no more on this one: a code is said once, works once, and not for long.

Whoever has the code has the conversation: of one conversation only the newest serves, and each address may try few.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.http.errors import refusal
from bot.channels.http.forms import origin_of
from bot.channels.http.throttle import Doing
from bot.channels.web.room import Room, say
from bot.channels.web.session import (
    Visit,
    carried,
    hand_cookie,
    keeps_cookies,
    new_secret,
    take_cookie,
    try_cookie,
    visit,
)
from bot.services.pages import CODE_LIFE

#: For how many minutes a code serves.
_MINUTES = int(CODE_LIFE.total_seconds() // 60)


async def ask_code(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Show the form in which a code is typed."""
    coming = await visit(room, request, is_framed=is_framed)
    response = _form(room, coming)
    if is_framed and not keeps_cookies(request):
        try_cookie(response, request)
    return response


async def take_code(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Open the conversation that the code gives."""
    async with request.form(max_files=0, max_fields=6) as form:
        typed, signature, start = (str(form.get(name) or "") for name in ("code", "jeton", "debut"))
    coming = await visit(room, request, is_framed=is_framed, start=start)
    if not room.forms.is_ours(request, coming.bearers, signature):
        return _form(room, coming, say("code_form_outdated"), 403)
    if not await room.throttle.allows(Doing.GUESSING, request):
        return _form(room, coming, say("code_tried_too_often"), 429)
    if is_framed and not keeps_cookies(request):
        return _form(room, coming, say("code_needs_tab"), 422)
    key = new_secret()
    if not await room.pages.use_code(typed, key):
        return _form(room, coming, say("code_opens_nothing"), 422)
    response = RedirectResponse(f"{coming.home}#dernier", 303)
    hand_cookie(response, request, key, is_framed=is_framed)
    if is_framed:
        try_cookie(response, request, seconds=0)
    return response


async def make_code(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Say a code that opens this conversation on another device; the one before it serves no more."""
    coming = await _signed_visit(room, request, is_framed=is_framed)
    if coming is None or coming.page is None:
        return refusal(request, 403)
    is_allowed = await room.throttle.allows_person(Doing.ASKING_CODES, coming.page.recipient_id)
    code = await room.pages.offer_code(coming.page) if is_allowed else None
    known = {"minutes": _MINUTES, "wait": room.throttle.minutes_of(Doing.ASKING_CODES), "origin": origin_of(request)}
    return room.templates.page("code.html", 200 if is_allowed else 429, code=code, **known, **carried(room, coming))


async def ask_to_leave(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Show what becomes of the conversation that is to be closed here, and what to do first to find it again."""
    coming = await visit(room, request, is_framed=is_framed)
    if coming.page is None:
        return RedirectResponse(coming.home, 303)
    return room.templates.page("leave.html", minutes=_MINUTES, **carried(room, coming))


async def forget_device(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Let this browser open the conversation no more; it stays where it is."""
    coming = await _signed_visit(room, request, is_framed=is_framed)
    if coming is None or coming.key is None:
        return refusal(request, 403)
    await room.pages.take_key(coming.key)
    response = RedirectResponse(coming.home, 303)
    take_cookie(response, request, is_framed=is_framed)
    return response


async def _signed_visit(room: Room, request: Request, *, is_framed: bool) -> Visit | None:
    """Return who sent a form of ours; None: it is none."""
    async with request.form(max_files=0, max_fields=6) as form:
        signature = str(form.get("jeton") or "")
    coming = await visit(room, request, is_framed=is_framed)
    return coming if room.forms.is_ours(request, coming.bearers, signature) else None


def _form(room: Room, coming: Visit, fault: str = "", status: int = 200) -> Response:
    return room.templates.page("resume.html", status, fault=fault, **carried(room, coming))
