"""Who sent too much at once and has slowed down is told what was left unread, so that they can send it again."""

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from bot.conversation.flood import QUIET, tell_refused
from bot.conversation.talk.state import State
from bot.services.telling import tell
from knowledge.library import Library
from storage import conversations
from storage.engine.database import Transaction

#: People told in one transaction.
PEOPLE_AT_ONCE = 100


def tell_all_refused(library: Callable[[], Library], transaction: Transaction, now: datetime) -> bool:
    """Tell some of those who are to be told. Return whether there were any."""
    channels = conversations.list_refused(transaction, now - QUIET, PEOPLE_AT_ONCE)
    for conversation in conversations.lock_all_of(transaction, list(channels)):
        state = _read(conversation.state)
        if state is None or state.refused is None:  # one that cannot be read is set aside when they write
            continue
        told, reply = tell_refused(state, library(), now)
        if reply is not None:
            recipient = conversation.recipient_id
            key = f"flood:{recipient}:{state.refused.last_at.isoformat()}"
            tell(transaction, channels[recipient], recipient, reply, key, now)
            conversations.save_all(transaction, {recipient: told.model_dump_json()}, now)
    conversations.settle_refused(transaction, list(channels))
    return bool(channels)


def _read(state: str | None) -> State | None:
    try:
        return State.model_validate_json(state) if state else None
    except ValidationError:
        return None
