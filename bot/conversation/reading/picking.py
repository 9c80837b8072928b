"""Which of the choices shown a message picks: by its button, its number, its label, or a yes or no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.reading.commands import Command, read_command
from bot.conversation.reading.typed import plain
from bot.conversation.talk.messages import Incoming
from bot.conversation.talk.state import OfferedChoice
from knowledge.language.text import fold

#: A number with more digits is not the rank of a choice: a postal code, a year, a telephone.
_RANK_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Picked:
    choice: str


@dataclass(frozen=True, slots=True)
class Unoffered:
    """A number that no choice bears."""


def read_pick(
    incoming: Incoming, offered: Sequence[OfferedChoice], words: Mapping[str, Sequence[str]]
) -> Picked | Unoffered | None:
    """Return what `incoming` picks among `offered`; None when it picks nothing and is to be read as a text.

    A button's choice counts even when it is no longer offered: what it then does is for the turn to say.
    """
    if incoming.choice:
        return Picked(incoming.choice)
    if not offered:
        return None
    said = fold(plain(incoming.text)).strip(" .!?)")
    if said.isdecimal() and len(said) <= _RANK_DIGITS:
        rank = int(said)
        return Picked(offered[rank - 1].id) if 1 <= rank <= len(offered) else Unoffered()
    for choice in offered:
        if said == fold(choice.label).strip(" .!?)"):
            return Picked(choice.id)
    # « Courriel » picks « Courriel : c.martin@dole.org », where no other choice begins so.
    begun = [choice for choice in offered if said == fold(choice.label.split(" : ")[0]).strip(" .!?)")]
    if len(begun) == 1:
        return Picked(begun[0].id)
    command = read_command(incoming.text, words)
    if command in (Command.YES, Command.NO):
        ending = f":{command}"
        return next((Picked(choice.id) for choice in offered if choice.id.endswith(ending)), None)
    return None
