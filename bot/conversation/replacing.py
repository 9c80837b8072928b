"""Which replies take the place of the message whose button was pressed, and which buttons have then served.

A menu, a list or a question half answered is replaced by what follows from it: the person would otherwise get a heap of
nearly the same messages. What answers, what was received, what is worth keeping always comes as a message of its own.
"""

from dataclasses import replace

from bot.conversation.answers.town import NAMESAKE
from bot.conversation.reminders import reminders
from bot.conversation.talk.choice_ids import ANSWERING, CONFIRMED, FROM_MENU, YES, FormChoice, Verb, read_form_choice
from bot.conversation.talk.visit import Turn, Visit

#: The menus of a form.
_MENUS = frozenset({Verb.MORE, Verb.CHOOSE_ANSWER, Verb.HISTORY})


def placed(visit: Visit, turn: Turn) -> Turn:
    """Return the turn with its first reply in the place of the message whose button was pressed, where it belongs."""
    choice = visit.incoming.choice
    if not choice or not turn.replies:
        return turn
    of_form = read_form_choice(choice)
    first, *rest = turn.replies
    if _is_step(choice, of_form) or _ticks(visit, turn):
        first = replace(first, in_place=True)
    elif of_form is not None and (of_form.verb in ANSWERING or of_form.argument == YES):
        first = replace(first, closes=visit.incoming.message)
    return Turn(turn.state, (first, *rest), turn.effects)


def _is_step(choice: str, of_form: FormChoice | None) -> bool:
    if of_form is None:
        return choice.startswith(NAMESAKE) or reminders.is_from_list(choice)
    if of_form.verb in CONFIRMED - {Verb.REMOVE_DOCUMENT}:
        return of_form.argument != YES
    return of_form.verb in _MENUS or of_form.argument == FROM_MENU


def _ticks(visit: Visit, turn: Turn) -> bool:
    """Whether one of several options was ticked, or unticked: the same question is on show."""
    before, after = visit.state.cursor, turn.state.cursor
    if before is None or after is None or (before.sheet, before.question) != (after.sheet, after.question):
        return False
    return before.ticked != after.ticked
