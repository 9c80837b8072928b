"""A message that nobody wrote, answered before somebody writes one: what is loaded on demand is there by then."""

from datetime import datetime

from bot.base import memory
from bot.conversation.reminders.closing_days import write_calendar
from bot.conversation.talk.context import Context
from bot.conversation.talk.messages import Incoming
from bot.conversation.talk.state import State
from bot.conversation.turn import take_turn
from knowledge.library import Library

#: A name with a slip, a group with its département, a postal code: to find these, all of the registers is looked at.
_NAMES = ("Vierson", "agglo de Chollet (49)", "49300", "Paris 12e")


def rehearse(library: Library, now: datetime) -> None:
    """Read the registers, what writes agendas, words and wishes of the call: a second or more, which nobody waits for.

    The conversation is pure: nothing comes of it.
    """
    for entry in library.call.entries[:1]:
        take_turn(State(), Incoming("rehearsal", "1", "nobody", entry.question, now), library, Context(now=now))
        library.likeliest_wish(entry.question)
    # Of these, a message reads no more than it needs; one that names a town, in haste, needs them all.
    for name in _NAMES:
        library.towns.find(name)
    library.call.hasty.glued("jaimerais")
    write_calendar(library, library.call.facts.waves, now)
    memory.settle()
