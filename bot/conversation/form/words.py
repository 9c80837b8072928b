"""What a word means while a form is being filled, whichever form it is."""

from collections.abc import Callable, Mapping

from bot.conversation.form import interview
from bot.conversation.form.places import offered_places
from bot.conversation.reading.commands import Command
from bot.conversation.talk.visit import Turn, Visit


def _yes(visit: Visit) -> Turn | None:
    """« Oui » is not one of several places: they are shown again."""
    offered = offered_places(visit)
    return visit.turn(visit.say("place_which", *offered)) if offered else None


#: None, where a word means nothing to the question that waits.
IN_FORM: Mapping[Command, Callable[[Visit], Turn | None]] = {
    Command.HELP: interview.help_with_question,
    Command.BACK: interview.back,
    Command.SKIP: interview.skip,
    Command.KEEP: interview.keep_as_it_is,
    Command.DONE: interview.done,
    Command.NO: interview.refuse_no,
    Command.YES: _yes,
}
