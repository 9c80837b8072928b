"""Signing in by a link that is used once, signing out, and the sessions of who has signed in.

Opening the link only lays its secret in a cookie and leads to a page with a button: the secret stays in no history, and
a program that looks at links in messages does not use it up.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.base.wording import text
from bot.channels.backoffice.cookies import BASE, Cookie, hand, is_secret, new_secret, read_secret, take
from bot.channels.backoffice.devices import device_of
from bot.channels.backoffice.gate import Page, read_form, turned_away
from bot.channels.backoffice.menu import home_of
from bot.channels.backoffice.room import Coming, Room, gone_to
from bot.channels.http.throttle import Doing
from bot.desk.office import entry
from bot.desk.office.entry import Signed
from bot.services.joining import CODE_LIFE, offer_code

ENTER = f"{BASE}/entrer"
#: Bytes of the form that signs in: it carries a signature alone.
_MOST_BYTES = 10_000


async def open_link(room: Room, request: Request) -> Response:
    """Show the button that signs in, for who has opened a link; for others, how one gets one."""
    if "lien" in request.query_params:
        response: Response = RedirectResponse(ENTER, 303)
        given = request.query_params["lien"]
        hand(response, request, Cookie.LINK, given if is_secret(given) else "")
        return response
    link = read_secret(request, Cookie.LINK)
    return _entering(room, link)


async def enter(room: Room, request: Request) -> Response:
    """Use the link up and begin a session."""
    link = read_secret(request, Cookie.LINK)
    form = await read_form(request, _MOST_BYTES, fields=5, field_bytes=1_000)
    if form is None:
        return turned_away(room, request, 413)
    signature = form.get("jeton")
    if link is None or not isinstance(signature, str) or not room.forms.is_ours(request, (link,), signature):
        return _entering(room, link, 409, fault=link is not None)
    if not await room.throttle.allows(Doing.GUESSING, request):
        return turned_away(room, request, 429)
    key = new_secret()
    if not await room.office.enter(link, key, device_of(request.headers.get("user-agent", ""))):
        response = _entering(room, None, 403, is_used=True)
        take(response, request, Cookie.LINK)
        return response
    found = await room.office.recognise(key)
    response = RedirectResponse(home_of(found.role) if isinstance(found, Signed) else BASE, 303)
    hand(response, request, Cookie.SESSION, key)
    take(response, request, Cookie.LINK)
    return response


def _entering(
    room: Room, link: str | None, status: int = 200, *, is_used: bool = False, fault: bool = False
) -> Response:
    signature = room.forms.sign(link) if link is not None else None
    return room.templates.page("enter.html", status, signature=signature, is_used=is_used, fault=fault)


async def leave(room: Room, coming: Coming, request: Request) -> Response:
    await room.office.read(entry.leave, coming.signed, room.clock())
    response = RedirectResponse(ENTER, 303)
    take(response, request, Cookie.SESSION)
    return response


async def show_account(room: Room, coming: Coming, _: Request) -> Response:
    """Show who one is here, and in which browsers one has signed in."""
    sessions = await room.office.read(entry.list_sessions, coming.signed)
    return room.page(coming, "account.html", sessions=sessions, current=coming.signed.session)


async def end_session(room: Room, coming: Coming, request: Request) -> Response:
    number = coming.text("a")
    is_ended = number.isdecimal() and len(number) < 12
    if is_ended:
        is_ended = await room.office.read(entry.end_session, coming.signed, int(number), room.clock())
    told = text("desk", "session-ended" if is_ended else "session-was-ended")
    return gone_to(request, f"{BASE}/compte", told)


async def show_code(room: Room, coming: Coming, _: Request) -> Response:
    """Show a code by which one is known to be the same person in the staff's group."""
    code = await room.office.read(offer_code, coming.signed.member.id, room.clock())
    minutes = int(CODE_LIFE.total_seconds()) // 60
    return room.page(coming, "join.html", code=code, minutes=minutes)


PAGES = (
    Page(f"{BASE}/compte/relier", show_code, is_post=True),
    Page(f"{BASE}/sortir", leave, is_post=True),
    Page(f"{BASE}/compte", show_account),
    Page(f"{BASE}/compte/sessions", end_session, is_post=True),
)
