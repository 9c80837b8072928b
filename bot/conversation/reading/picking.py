"""Which of the choices shown a message picks: by its button, its rank, its label or words of it, a yes or a no."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.reading.commands import Command, read_command
from bot.conversation.reading.heard import Heard, SmallTalk, hear
from bot.conversation.reading.typed import plain
from bot.conversation.talk.choice_ids import CONFIRMED, YES, Verb, form_choice, read_form_choice
from bot.conversation.talk.messages import Incoming
from bot.conversation.talk.state import OfferedChoice
from bot.conversation.talk.visit import Visit
from knowledge.call.model import Action
from knowledge.hearing.phrases import Phrases, covered, phrases, split_words
from knowledge.language.text import fold, stem, words

#: A number with more digits is not the rank of a choice: a postal code, a year, a telephone.
_RANK_DIGITS = 3
#: More words than this say more than which choice is meant.
_MOST_WORDS = 6
#: … and more words than this than which place is.
_MOST_WORDS_OF_A_PLACE = 9
#: Digits of the number of a department: fewer are a rank.
_DEPARTEMENT = 2
#: Letters from which on two words that begin alike are one: « transmettez », « transmettre ».
_ALIKE = 6
#: What the id of a choice ends with that stands for an answer in words.
_YES, _NO, _NONE = ":yes", ":no", ("none", ":none")
#: … and with that stands for a commune, or for an intercommunalité.
_INSEE, _SIREN = re.compile(r":(?:\d{5}|2[AB]\d{3})$"), re.compile(r":\d{9}$")
#: The choice that begins a dossier, which « Ensuite : préparez un dossier » invites to.
_START = form_choice("", Verb.START_ANOTHER, label="").id
#: The choice that passes on to the team what nothing answered.
_PASS_ON = "team:yes"
#: The choice that erases all one's data.
_ERASE = "privacy:erase:yes"
#: Under which the choice is kept that a message picks; no text is kept under it, for no text begins so.
_WORKED_OUT = "\0choice"


@dataclass(frozen=True, slots=True)
class Picked:
    choice: str


@dataclass(frozen=True, slots=True)
class Unoffered:
    """A number that no choice bears."""


def read_choice(visit: Visit) -> Picked | Unoffered | None:
    """Return what the message picks among the choices on show; None when it is to be read as a text.

    A button's choice counts even when it is no longer offered: what it then does is for the turn to say.
    """
    # Most routes ask for it, of the same message beside the same choices.
    asked = (visit.incoming, visit.state, visit.context)
    known = visit.worked_out.get(_WORKED_OUT)
    if known is None or any(given is not of for given, of in zip(asked, known[0], strict=True)):
        known = visit.worked_out[_WORKED_OUT] = (asked, _choice_of(visit))
    picked: Picked | Unoffered | None = known[1]
    return picked


def held_back(visit: Visit) -> Picked | None:
    """Return the choice that « ok merci » would pick if it were a yes: it sends or destroys, and so takes a clear one.

    None: nothing is held back. Once the plain question was put, any yes answers it.
    """
    if visit.incoming.choice or visit.state.clear_yes_asked or not hear(visit).is_acknowledgement:
        return None
    picked = _any_choice_of(visit)
    return picked if isinstance(picked, Picked) and _needs_clear_yes(visit, picked.choice) else None


def _needs_clear_yes(visit: Visit, choice: str) -> bool:
    """Whether the choice sends something off, or destroys it."""
    if choice == _PASS_ON:
        return not only_asks_for_a_person(visit)
    of_form = read_form_choice(choice)
    is_confirmed = of_form is not None and (of_form.verb is Verb.SEND or of_form.verb in CONFIRMED)
    return choice == _ERASE or (of_form is not None and is_confirmed and of_form.argument == YES)


def only_asks_for_a_person(visit: Visit) -> bool:
    """Whether what waits is the wish to reach somebody: it says nothing of what about, so that nothing is sent yet."""
    guesses = [visit.library.entries.get(guess) for guess in visit.state.guesses]
    return len(guesses) == 1 and guesses[0] is not None and guesses[0].action is Action.WRITE_TEAM


def _choice_of(visit: Visit) -> Picked | Unoffered | None:
    return None if visit.state.offered and held_back(visit) is not None else _any_choice_of(visit)


def _any_choice_of(visit: Visit) -> Picked | Unoffered | None:
    incoming, offered = visit.incoming, visit.state.offered
    picked = read_pick(incoming, offered, visit.library.call.commands)
    if isinstance(picked, Unoffered) and are_places(offered):  # « 974 » is the department of one of them
        return _place_meant(hear(visit), offered) or picked
    if picked is not None or not offered or not incoming.text.strip():
        return picked
    return _in_words(visit, hear(visit), offered)


def read_pick(
    incoming: Incoming, offered: Sequence[OfferedChoice], words: Mapping[str, Sequence[str]]
) -> Picked | Unoffered | None:
    """Return what `incoming` picks by a button, a number, a label, or a plain yes or no."""
    if incoming.choice:
        return Picked(incoming.choice)
    if not offered:
        return None
    said = fold(plain(incoming.text)).strip(" .!?)")
    bare = "?" not in incoming.text
    if said.isdecimal() and len(said) <= _RANK_DIGITS:
        rank = int(said)
        return Picked(offered[rank - 1].id) if 1 <= rank <= len(offered) else Unoffered()
    for choice in offered:  # « non corriger » is « Non, corriger »
        if said == fold(choice.label).strip(" .!?)") or (bare and _same_words(said, choice.label)):
            return Picked(choice.id)
    # « Courriel » picks « Courriel : c.martin@dole.org », where no other choice begins so.
    begun = [choice for choice in offered if said == fold(choice.label.split(" : ")[0]).strip(" .!?)")]
    if len(begun) == 1:
        return Picked(begun[0].id)
    command = read_command(incoming.text, words)
    if command in (Command.YES, Command.NO):
        return _ending(offered, f":{command}")
    return None


def _same_words(said: str, label: str) -> bool:
    return [word.folded for word in split_words(said)] == [word.folded for word in split_words(label)]


def _in_words(visit: Visit, heard: Heard, offered: Sequence[OfferedChoice]) -> Picked | Unoffered | None:
    if heard.command is Command.SEND and not visit.context.dossiers and not heard.text.lstrip().startswith("/"):
        return next((Picked(choice.id) for choice in offered if choice.id == _PASS_ON), None)  # it can be nothing else
    if heard.command is not None and heard.command not in (Command.YES, Command.NO):
        return None
    if (said := _yes_or_no(heard, offered)) is not None:
        return said
    if (place := _kind_of_place(heard, offered)) is not None:
        return place
    if heard.goes_on and heard.rank is not None and are_places(offered):  # « et la deuxième ? »
        return _ranked(heard.rank, offered)
    if _is_field_waiting(visit) or heard.is_asking:
        return None
    if are_places(offered) and (place := _place_meant(heard, offered)) is not None:
        return place
    rank = None if heard.goes_on else heard.rank
    if rank is not None:
        return _ranked(rank, offered)
    return _by_words(heard, offered)


def _yes_or_no(heard: Heard, offered: Sequence[OfferedChoice]) -> Picked | None:
    if heard.passes_on and any(choice.id == _PASS_ON for choice in offered):
        return Picked(_PASS_ON)
    if heard.is_yes:
        # « Ok » behind an answer takes note of it: only a plain yes takes up the next step that the answer names.
        takes_note = heard.small_talk in (SmallTalk.UNDERSTOOD, SmallTalk.THANKS)
        return _ending(offered, _YES) or _only_place(offered) or (None if takes_note else _ending(offered, _START))
    if heard.is_no and (no := _ending(offered, _NO)) is not None:
        return no
    if heard.refuses_all:
        return next((Picked(choice.id) for choice in offered if choice.id.endswith(_NONE)), None)
    return None


def _only_place(offered: Sequence[OfferedChoice]) -> Picked | None:
    places = [choice for choice in offered if _INSEE.search(choice.id) or _SIREN.search(choice.id)]
    return Picked(places[0].id) if len(places) == 1 else None


def _kind_of_place(heard: Heard, offered: Sequence[OfferedChoice]) -> Picked | None:
    """« La ville », « l'agglo »: the one commune, or the one intercommunalité, of those offered."""
    lists = heard.call.hearing.town_questions
    for listed, code in ((lists.the_town, _INSEE), (lists.the_group, _SIREN)):
        if heard.says_only(listed, heard.call.hearing.agreeing):
            fitting = [choice for choice in offered if code.search(choice.id)]
            return Picked(fitting[0].id) if len(fitting) == 1 else None
    return None


def are_places(offered: Sequence[OfferedChoice]) -> bool:
    """Whether what is asked is which of some places is meant."""
    return sum(1 for choice in offered if _INSEE.search(choice.id) or _SIREN.search(choice.id)) > 1


def _place_meant(heard: Heard, offered: Sequence[OfferedChoice]) -> Picked | None:
    """« 974 », « je ne sais plus, c'est dans le Rhône »: one of the places, by what is said of it."""
    lists = heard.call.hearing
    if (named := _named_again(heard, offered)) is not None:
        return named
    numbers = [word.folded for word in heard.words if word.folded.isdecimal() and len(word.folded) >= _DEPARTEMENT]
    if len(numbers) == 1 and heard.rank is not None:
        there = [choice for choice in offered if _insee(choice).startswith(numbers[0])]
        return Picked(there[0].id) if len(there) == 1 else None
    return _by_words(heard, offered, phrases(lists.unknowing), most=_MOST_WORDS_OF_A_PLACE)


def _named_again(heard: Heard, offered: Sequence[OfferedChoice]) -> Picked | None:
    """« Non, la ville de Tours », where Tours and Tours Métropole are offered: the one of that name."""
    lists = heard.call.hearing
    groups = lists.town_questions
    said = [word.folded for word in heard.words]
    for choice in offered:
        name = words(choice.label.split(" (")[0])
        place = next((each for each in range(len(said)) if said[each : each + len(name)] == name), None)
        if not (_INSEE.search(choice.id) or _SIREN.search(choice.id)) or place is None:
            continue
        around = (*heard.words[:place], *heard.words[place + len(name) :])
        kind = groups.the_town if _INSEE.search(choice.id) else groups.the_group
        beside = phrases((*lists.fillers, *lists.refusing, *lists.agreeing, *kind))
        is_alone = all(covered(around, beside))
        same = [each for each in offered if words(each.label.split(" (")[0]) == name]
        if is_alone and len(same) == 1:
            return Picked(choice.id)
    return None


def _insee(choice: OfferedChoice) -> str:
    found = _INSEE.search(choice.id)
    return found[0].lstrip(":") if found else ""


def _ending(offered: Sequence[OfferedChoice], ending: str) -> Picked | None:
    return next((Picked(choice.id) for choice in offered if choice.id.endswith(ending)), None)


def _is_field_waiting(visit: Visit) -> bool:
    """Whether a form's question waits: its own reader knows its options."""
    cursor = visit.cursor
    is_waiting = cursor is not None and cursor.question is not None and cursor.doubted is None
    return is_waiting and not are_places(visit.state.offered)  # which of these places is for what was offered to say


def _ranked(rank: int, offered: Sequence[OfferedChoice]) -> Picked | Unoffered:
    if rank < 0 and are_places(offered):  # « la dernière » of some communes is none of the ways out behind them
        offered = [choice for choice in offered if are_places([choice])]
    place = rank - 1 if rank > 0 else len(offered) + rank
    return Picked(offered[place].id) if 0 <= place < len(offered) else Unoffered()


def _by_words(
    heard: Heard, offered: Sequence[OfferedChoice], *others: Phrases, most: int = _MOST_WORDS
) -> Picked | None:
    """Return the one choice whose label holds all that was said: « celle sur les dates »."""
    lists = heard.call.hearing
    meant = heard.meaning(phrases(lists.agreeing), phrases(lists.rank_words), *others)
    if not meant or len(heard.words) > most or heard.names_nothing:  # « aucune » is no word of a label
        return None
    fitting = [choice for choice in offered if _holds(choice.label, [word.folded for word in meant])]
    return Picked(fitting[0].id) if len(fitting) == 1 else None


def _holds(label: str, said: Sequence[str]) -> bool:
    listed = words(label)
    return all(any(_is_same(word, other) for other in listed) for word in said)


def _is_same(word: str, other: str) -> bool:
    if word == other or stem(word, "fr") == stem(other, "fr"):
        return True
    return len(word) > _ALIKE and word[:_ALIKE] == other[:_ALIKE]
