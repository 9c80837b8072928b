"""What asks nothing: thanks, « compris », insults, a « oui » to nothing. Met with a word; never offered to the team.

« Ok merci », below what a yes would send or destroy, does neither: a plain question is put instead.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.answers.answers import TEAM_NO, TEAM_YES
from bot.conversation.reading.commands import Command
from bot.conversation.reading.heard import SmallTalk, hear
from bot.conversation.reading.picking import held_back
from bot.conversation.talk.choice_ids import Verb, read_form_choice
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.visit import Route, Turn, Visit
from bot.conversation.team import REWRITE, settled

_SAID = {SmallTalk.THANKS: "thanked", SmallTalk.UNDERSTOOD: "understood", SmallTalk.INSULT: "insulted"}
#: What is offered again: to send it, to word it anew, to correct it, not to send it, or to go on with the form.
_OF_TEAM = (TEAM_YES, REWRITE, TEAM_NO)
_OF_FORM = frozenset({Verb.SEND, Verb.CHOOSE_ANSWER, Verb.DROP, Verb.RESUME})


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
    is_no = heard.is_no or heard.command is Command.NO
    if (
        is_no or heard.is_nothing
    ) and visit.state.offered:  # none of what could be picked: « que souhaitez-vous faire ? », « non »
        return Turn(settled(visit.state), (visit.say("understood"),))
    if heard.is_yes or is_no or heard.is_unknowing or heard.command is Command.YES:
        return Turn(visit.state, (_with_choices(visit, "answer_to_nothing"),))
    return None


def _with_choices(visit: Visit, message: str) -> Reply:
    """Return `message` with what could be picked before: none is lost by it."""
    choices: tuple[Choice, ...] = tuple(choice.as_choice() for choice in visit.state.offered)
    return visit.say(message, *choices, is_offered=bool(choices))


def clear_yes_route(take: Callable[[Visit], Turn]) -> Route:
    """Return the route that asks; what would be destroyed is shown again, by `take`."""

    def route(visit: Visit) -> Turn | None:
        picked = held_back(visit)
        if picked is None:
            return None
        form = read_form_choice(picked.choice)
        if picked.choice != TEAM_YES and (form is None or form.verb is not Verb.SEND):
            anew = replace(visit.incoming, choice=picked.choice.removesuffix(":yes"))
            turn = take(replace(visit, incoming=anew))
        elif form is not None:
            sheet = visit.library.call.forms[form.reference]
            turn = visit.turn(_asked(visit, "clear_yes_form", name=sheet.name))
        else:
            turn = visit.turn(_asked(visit, "clear_yes_team", question=visit.state.unanswered or ""))
        return replace(turn, state=turn.state.model_copy(update={"clear_yes_asked": True}))

    return route


def _asked(visit: Visit, message: str, **values: str) -> Reply:
    kept = []
    for each in visit.state.offered:
        form = read_form_choice(each.id)
        if each.id in _OF_TEAM or (form is not None and form.verb in _OF_FORM):
            kept.append(each.as_choice())
    return visit.say(message, *kept, **values)
