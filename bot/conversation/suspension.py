"""Whom the staff let write no more: told so now and then, with how to reach the organisers. Nothing else is read."""

from datetime import datetime, timedelta
from typing import Any

from bot.conversation.talk.effects import Effect, TellDesks
from bot.conversation.talk.messages import Reply
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.moves import Status

#: How long someone who goes on writing waits before they are told again, and before the staff are.
PERSON_AGAIN, DESKS_AGAIN = timedelta(days=1), timedelta(days=7)


def suspended_turn(visit: Visit) -> Turn | None:
    """Return the turn of whoever is suspended, None for anyone else. What concerns their own data comes before it."""
    if not visit.context.is_banned:
        return None
    replies: list[Reply] = []
    effects: list[Effect] = []
    told: dict[str, Any] = {}
    if _is_due(visit.state.suspension_told_at, visit.now, PERSON_AGAIN):
        replies.append(visit.say("suspended"))
        told["suspension_told_at"] = visit.now
    known = _tell_desks(visit)
    if known is not None and _is_due(visit.state.suspension_shown_at, visit.now, DESKS_AGAIN):
        effects.append(known)
        told["suspension_shown_at"] = visit.now
    return visit.turn(*replies, effects=effects, **told)


def _tell_desks(visit: Visit) -> TellDesks | None:
    """Return what the staff are told, where they have something of this person's by which to lift the suspension."""
    context = visit.context
    dialogue = context.dialogue or context.waiting or context.ended
    if dialogue is not None:
        said = visit.say("desk_suspended_writes", thread=dialogue.thread, reference=None)
        return TellDesks(said, thread=dialogue.thread)
    sent = next((each for each in context.dossiers if each.status is not Status.DRAFT), None)
    if sent is None:
        return None
    said = visit.say("desk_suspended_writes", thread=None, reference=sent.reference)
    return TellDesks(said, reference=sent.reference)


def _is_due(last: datetime | None, now: datetime, period: timedelta) -> bool:
    return last is None or abs(now - last) >= period
