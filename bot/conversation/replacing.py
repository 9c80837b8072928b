"""Which replies take the place of the message whose button was pressed, and which buttons have then served.

A menu, a list or a question half answered is replaced by what follows from it: the person would otherwise get a heap of
nearly the same messages. What answers, what was received, what is worth keeping always comes as a message of its own.
"""

from dataclasses import replace

from bot.conversation.answers.town import NAMESAKE
from bot.conversation.reminders import reminders
from bot.conversation.talk.choice_ids import FROM_MENU, DossierChoice, read_dossier_choice
from bot.conversation.talk.exchange import Exchange, Turn

#: The menus of a dossier, and what is confirmed in them before it is done.
_MENUS, _CONFIRMED = frozenset({"more", "x", "hist"}), frozenset({"del", "wd", "tr", "inv"})
#: What answers a question of the form; see `interview.pick_for_question`.
_ANSWERS = frozenset({"o", "p", "k", "t", "f", "s", "g"})


def placed(exchange: Exchange, turn: Turn) -> Turn:
    """Return the turn with its first reply in the place of the message whose button was pressed, where it belongs."""
    choice = exchange.incoming.choice
    if not choice or not turn.replies:
        return turn
    of_dossier = read_dossier_choice(choice)
    first, *rest = turn.replies
    if _is_step(choice, of_dossier) or _ticks(exchange, turn):
        first = replace(first, in_place=True)
    elif of_dossier is not None and (of_dossier.verb in _ANSWERS or of_dossier.argument == "yes"):
        first = replace(first, closes=exchange.incoming.message)
    return Turn(turn.state, (first, *rest), turn.effects)


def _is_step(choice: str, of_dossier: DossierChoice | None) -> bool:
    if of_dossier is None:
        return choice.startswith(NAMESAKE) or reminders.is_from_list(choice)
    if of_dossier.verb in _CONFIRMED:
        return of_dossier.argument != "yes"
    return of_dossier.verb in _MENUS or of_dossier.argument == FROM_MENU


def _ticks(exchange: Exchange, turn: Turn) -> bool:
    """Whether one of several options was ticked, or unticked: the same question is on show."""
    before, after = exchange.state.cursor, turn.state.cursor
    if before is None or after is None or (before.dossier, before.question) != (after.dossier, after.question):
        return False
    return before.ticked != after.ticked
