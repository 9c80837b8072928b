"""« On fait la 2, date ? »: a short question for a day, and the wave that is named in it, or just before it."""

import re

from bot.conversation.answers import answers
from bot.conversation.reading.heard import Heard
from knowledge.call.model import Action, Entry, Wave
from knowledge.hearing.phrases import phrases
from knowledge.library import Library

#: What parts the question from what is told before it.
_MARK = re.compile(r"[,;:.!?\n]|\bet\b", re.IGNORECASE)
#: What a rank is of: « la 2 », « vague 2 », « v2 »; in « on est 2 communes » it is of something else.
_BEFORE = frozenset({"la", "vague", "celle", "v"})
_GLUED = re.compile(r"v(?:ague)?(\d)")
#: Words of such a message.
_MOST_WORDS = 24


def date_asked(heard: Heard, library: Library) -> tuple[str, Entry] | None:
    """Return what is told before a short question for the day of a wave, and the entry on it; None: none is asked."""
    if not 0 < len(heard.words) <= _MOST_WORDS or heard.command is not None:
        return None
    told, asked = _parted(heard)
    lists = heard.call.hearing
    dated = phrases(lists.its_date)
    tail = Heard(asked, heard.call)
    wave = _last_named(tail, library)
    beside = phrases((*lists.connectors, *lists.rank_words, *lists.open_questions, "vague"))
    left = [word for word in tail.meaning(dated, beside) if _rank(tail, tail.words.index(word)) is None]
    if not told or left or not dated.are_in(tail.words):
        return None
    wave = wave or _last_named(Heard(told, heard.call), library)
    entry = entry_of(wave, library) if wave else None
    return (told, entry) if entry else None


def entry_of(wave: Wave, library: Library) -> Entry | None:
    """Return the entry that tells the last day of the wave."""
    listed = [each for each in library.call.entries if each.id.startswith(f"{wave.id}-")]
    return next((each for each in listed if each.action is Action.OFFER_REMINDER), None)


def told_beside(told: str, wave: Entry, library: Library) -> Entry | None:
    """Return the entry that is surely about what is told before; None: none is, or the same wave is its matter."""
    found = answers.find_answer(told, library)
    entry = found.best.entry if found.best else None
    if entry is None or not answers.is_about_the_call(entry) or library.matcher.is_courteous(entry.id):
        return None
    is_of_a_wave = any(entry.id.startswith(f"{each.id}-") for each in library.call.facts.waves)
    return None if is_of_a_wave or entry == wave else entry


def _parted(heard: Heard) -> tuple[str, str]:
    """Return what stands before the last mark that words follow, and those words."""
    marks = [mark for mark in _MARK.finditer(heard.text) if mark.end() <= heard.words[-1].start]
    if not marks:
        return "", heard.text
    return heard.text[: marks[-1].start()].strip(" ,;:.!?\n"), heard.text[marks[-1].end() :].strip()


def _last_named(heard: Heard, library: Library) -> Wave | None:
    ranks = [rank for place in range(len(heard.words)) if (rank := _rank(heard, place)) is not None]
    return next((wave for wave in library.call.facts.waves if ranks and wave.number == ranks[-1]), None)


def _rank(heard: Heard, place: int) -> int | None:
    """Return the rank of a wave that a word is; None: it is none, or of something else."""
    word = heard.words[place].folded
    if glued := _GLUED.fullmatch(word):
        return int(glued[1])
    rank, length = heard.rank_at(place)
    if rank is None or not place or heard.words[place - 1].folded not in _BEFORE:
        return None
    behind = place + length  # « la première semaine de mars »
    lists = heard.call.hearing.other_numbers
    counted = phrases((*lists.behind, *lists.ranked))
    return None if behind < len(heard.words) and counted.at(heard.words, behind) else rank
