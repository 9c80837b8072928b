"""The way of one message through the conversation: the ROUTES table, read top to bottom. All messages go through here."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.messages import Effect, Incoming, Reply
from bot.conversation.state import State
from knowledge.model import Call


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message changes: the new state, what is said, what must be done beside."""

    state: State
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...] = ()


def take_turn(state: State, incoming: Incoming, call: Call, now: datetime) -> Turn:
    raise NotImplementedError
