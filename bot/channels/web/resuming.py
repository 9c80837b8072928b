"""The same conversation on another device: a code that is said once, works once, and not for long."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.http.errors import refusal
from bot.channels.http.throttle import Doing
from bot.channels.web.room import Room, say
from bot.channels.web.session import Visit, hand_cookie, new_secret, take_cookie, visit
from bot.services.pages import CODE_LIFE


async def ask_code(room: Room, request: Request) -> Response:
    """Show the form in which a code is typed."""
    coming = await visit(room, request)
    return _form(room, coming)


async def take_code(room: Room, request: Request) -> Response:
    """Open the conversation that the code gives."""
    async with request.form(max_files=0, max_fields=6) as form:
        typed, signature, start = (str(form.get(name) or "") for name in ("code", "jeton", "debut"))
    coming = await visit(room, request, start=start)
    if not room.forms.is_ours(request, coming.bearers, signature):
        return _form(room, coming, say("code_form_outdated"), 403)
    if not await room.throttle.allows(Doing.GUESSING, request):
        return _form(room, coming, say("code_tried_too_often"), 429)
    key = new_secret()
    if not await room.pages.use_code(typed, key):
        return _form(room, coming, say("code_opens_nothing"), 422)
    response = RedirectResponse("/#dernier", 303)
    hand_cookie(response, request, key, is_framed=False)
    return response


async def make_code(room: Room, request: Request) -> Response:
    """Say a code that opens this conversation on another device."""
    coming = await _signed_visit(room, request)
    if coming is None or coming.page is None:
        return refusal(request, 403)
    code = await room.pages.offer_code(coming.page)
    minutes = int(CODE_LIFE.total_seconds() // 60)
    return room.templates.page("code.html", code=code, minutes=minutes, coming=coming)


async def forget_device(room: Room, request: Request) -> Response:
    """Let this browser open the conversation no more; it stays where it is."""
    coming = await _signed_visit(room, request)
    if coming is None or coming.key is None:
        return refusal(request, 403)
    await room.pages.take_key(coming.key)
    response = RedirectResponse("/", 303)
    take_cookie(response, request)
    return response


async def _signed_visit(room: Room, request: Request) -> Visit | None:
    """Return who sent a form of ours; None: it is none."""
    async with request.form(max_files=0, max_fields=6) as form:
        signature = str(form.get("jeton") or "")
    coming = await visit(room, request)
    return coming if room.forms.is_ours(request, coming.bearers, signature) else None


def _form(room: Room, coming: Visit, fault: str = "", status: int = 200) -> Response:
    signature = room.forms.sign(coming.bearer)
    return room.templates.page("resume.html", status, coming=coming, signature=signature, fault=fault)
