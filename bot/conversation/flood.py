"""What a person sends faster than one can read: left unread; said once, and what it was once they slow down."""

from datetime import datetime, timedelta

from bot.conversation.talk.messages import FLOOD, Reply
from bot.conversation.talk.state import Refused, State
from bot.conversation.talk.visit import Turn, Visit
from knowledge.library import Library

#: Who has sent nothing too much for so long has slowed down: the next time, it is said again.
CALM = timedelta(seconds=20)
#: After so long without more of it, the person is told what was left unread.
QUIET = timedelta(seconds=5)
#: Documents that are told by name.
NAMES = 40


def flood_turn(visit: Visit) -> Turn | None:
    """Return the turn of a message that is one too many; None for any other."""
    if visit.incoming.unread != FLOOD:
        return None
    if visit.context.is_banned:
        return visit.turn()
    before = visit.state.refused
    is_told = before is not None and visit.now - before.last_at < CALM
    names = tuple(attachment.name for attachment in visit.incoming.attachments)
    refused = _with(before or Refused(last_at=visit.now), names, visit.now)
    state = visit.state.model_copy(update={"refused": refused})
    return Turn(state, () if is_told else (visit.say("flood"),))


def _with(refused: Refused, documents: tuple[str, ...], now: datetime) -> Refused:
    listed = (*refused.documents, *documents)
    return Refused(
        last_at=now,
        messages=refused.messages + (not documents),
        documents=listed[:NAMES],
        unlisted=refused.unlisted + len(listed[NAMES:]),
    )


def tell_refused(state: State, library: Library, now: datetime) -> tuple[State, Reply | None]:
    """Return what a person who has slowed down is told of what was left unread; None if nothing was."""
    refused = state.refused
    if refused is None or not refused.is_owed:
        return state, None
    told = library.say(
        "flood_over", now, messages=refused.messages, documents=refused.documents, unlisted=refused.unlisted
    )
    return state.model_copy(update={"refused": Refused(last_at=refused.last_at)}), Reply(told)
