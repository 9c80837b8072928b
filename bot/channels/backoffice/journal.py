"""The log of what the staff did and looked at, for who administers."""

from starlette.requests import Request
from starlette.responses import Response

from bot.base.wording import texts
from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.room import Coming, Room
from bot.desk.office.roles import Right

#: Rows that are shown; `guichet audit` writes them all.
SHOWN = 300


def told(action: str) -> str:
    """Return « a ouvert le document 12 » for « document:12 »; a verb of the staff's tells itself."""
    name, _, more = action.partition(":")
    return f"{texts('desk_log').get(name, name)} {texts('roles').get(more, more)}".strip()


async def show(room: Room, coming: Coming, _: Request) -> Response:
    return room.page(coming, "journal.html", entries=await room.office.list_audit(SHOWN), most=SHOWN, told=told)


PAGES = (Page(f"{BASE}/journal", show, Right.AUDIT),)
