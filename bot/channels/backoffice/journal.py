"""The log of what the staff did and looked at, for who administers."""

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.room import ROLES, Coming, Room
from bot.desk.office.roles import Right

#: Rows that are shown; `guichet audit` writes them all.
SHOWN = 300


#: How what was written down is told; a verb of the staff's tells itself.
ACTIONS = {
    "look": "a consulté",
    "document": "a ouvert le document",
    "export": "a exporté",
    "enter": "est entré",
    "leave": "est sorti",
    "link": "a fait un lien pour",
    "role": "a donné le rôle",
    "revoke": "a fermé l'accès de",
    "end-session": "a fermé une session",
    "cancel": "a retenu une réponse",
    "join": "a relié le compte",
}


def told(action: str) -> str:
    """Return « a ouvert le document 12 » for « document:12 »."""
    name, _, more = action.partition(":")
    return f"{ACTIONS.get(name, name)} {ROLES.get(more, more)}".strip()


async def show(room: Room, coming: Coming, _: Request) -> Response:
    return room.page(coming, "journal.html", entries=await room.office.list_audit(SHOWN), most=SHOWN, told=told)


PAGES = (Page(f"{BASE}/journal", show, Right.AUDIT),)
