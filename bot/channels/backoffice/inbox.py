"""The list of what lies before the staff."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.menu import home_of
from bot.channels.backoffice.room import Coming, Room
from bot.desk.office.roles import Right


async def show(room: Room, coming: Coming, _: Request) -> Response:
    if not coming.may(Right.INBOX):
        return RedirectResponse(home_of(coming.signed.role), 303)
    return room.page(coming, "inbox.html")


PAGES = (Page(BASE, show),)
