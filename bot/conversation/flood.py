"""What a person sends faster than one can read: left unread, which is said once until they have slowed down."""

from datetime import timedelta

from bot.conversation.exchange import Exchange, Turn
from bot.conversation.messages import FLOOD
from bot.conversation.state import Refused

#: Who has sent nothing too much for so long has slowed down: the next time, it is said again.
CALM = timedelta(seconds=20)


def flood_turn(exchange: Exchange) -> Turn | None:
    """Return the turn of a message that is one too many; None for any other."""
    if exchange.incoming.unread != FLOOD:
        return None
    before = exchange.state.refused
    is_told = exchange.context.is_banned or (before is not None and exchange.now - before.last_at < CALM)
    state = exchange.state.model_copy(update={"refused": Refused(last_at=exchange.now)})
    return Turn(state, () if is_told else (exchange.say("flood"),))
