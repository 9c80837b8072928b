"""What asks nothing: thanks, « compris », insults, a « oui » to nothing. Met with a word; never offered to the team."""

from bot.conversation.reading.commands import Command
from bot.conversation.reading.heard import SmallTalk, hear
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.team import settled

_SAID = {SmallTalk.THANKS: "thanked", SmallTalk.UNDERSTOOD: "understood", SmallTalk.INSULT: "insulted"}


def small_talk_route(visit: Visit) -> Turn | None:
    """Take what asks nothing and answers nothing that waits."""
    heard = hear(visit)
    if visit.incoming.choice:
        return None
    if heard.small_talk is SmallTalk.INSULT:
        return Turn(settled(visit.state), (_with_choices(visit, "insulted"),))
    if heard.small_talk is SmallTalk.PAUSE:  # what was offered still waits
        return Turn(visit.state, (_with_choices(visit, "paused"),))
    if heard.small_talk is not None:
        return Turn(settled(visit.state), (visit.say(_SAID[heard.small_talk]),))
    if heard.is_noise:
        return Turn(visit.state, (_with_choices(visit, "none_empty"),))
    if heard.is_yes or heard.is_no or heard.is_unknowing or heard.command in (Command.YES, Command.NO):
        return Turn(visit.state, (_with_choices(visit, "answer_to_nothing"),))
    return None


def _with_choices(visit: Visit, message: str) -> Reply:
    """Return `message` with what could be picked before: none is lost by it."""
    choices: tuple[Choice, ...] = tuple(choice.as_choice() for choice in visit.state.offered)
    return visit.say(message, *choices, is_offered=bool(choices))
