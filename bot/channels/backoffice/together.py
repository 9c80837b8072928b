"""Several rows of the list at once: taken, taken over or handed on; each is done or not by itself, and told."""

from starlette.requests import Request
from starlette.responses import Response

from bot.base.wording import text
from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page
from bot.channels.backoffice.inbox import list_before
from bot.channels.backoffice.room import Coming, Room, gone_to
from bot.conversation.values.about import About
from bot.desk.office.acting import Asked, NotAllowed
from bot.desk.office.journal import shown_subject
from bot.desk.office.roles import Right
from bot.desk.verbs import Verb
from bot.search.listing import PAGE_ROWS

#: What can be done with several at once: nothing that writes to a town.
VERBS = frozenset({Verb.TAKE.value, Verb.TAKE_OVER.value, Verb.HAND.value})
#: Rows that are named because they could not be done.
_NAMED = 8


async def do(room: Room, coming: Coming, request: Request) -> Response:
    """Do the same with all rows that were ticked; what cannot be done is named with its reason."""
    back, word = list_before(request), coming.text("faire")
    ticked = [value for value in coming.form.getlist("choix")[:PAGE_ROWS] if isinstance(value, str)]
    abouts = [About(value) for value in dict.fromkeys(ticked)]
    if word not in VERBS or not abouts:
        return gone_to(request, back, text("desk_together", "none"))
    reasons = {about: await _do_one(room, coming, Verb(word), about) for about in abouts}
    undone = [(about, why) for about, why in reasons.items() if why is not None]
    lines = [text("desk_together", word, count=len(abouts) - len(undone))] if len(undone) < len(abouts) else []
    lines += [text("desk_together", "not", subject=shown_subject(about), why=why) for about, why in undone[:_NAMED]]
    lines += [text("desk_together", "more", count=len(undone) - _NAMED)] if len(undone) > _NAMED else []
    room.moved()
    return gone_to(request, back, "\n".join(lines))


async def _do_one(room: Room, coming: Coming, verb: Verb, about: About) -> str | None:
    """Do it with one; return why it could not be done, None where it was."""
    try:
        asked = Asked(verb, about, f"{coming.form_key}:{about}", coming.text("texte"), coming.text("a") or None)
        told = await room.office.act(coming.signed, asked)
    except NotAllowed:
        return text("desk_together", "gone")
    return None if told.is_done else told.text


PAGES = (Page(f"{BASE}/ensemble", do, Right.INBOX, is_post=True),)
