"""What stands around the names of places in a message: others of their list, « pas Cahors », e-mail addresses. Pure."""

import re
from collections.abc import Callable, Sequence

from bot.conversation.reading.asking import is_asking
from knowledge.hearing.lists import Hearing
from knowledge.hearing.phrases import Word, covered, phrases, split_words

Span = tuple[int, int]

#: An address, whose domain may hold the name of a town: it is not the town that is talked of.
_ADDRESS = re.compile(r"\S{1,254}@\S{1,254}|\b(?:https?://|www\.)\S{1,254}", re.IGNORECASE)
#: What may part two names of one list; words between them are connectors.
_LISTED = re.compile(r"[\s,;/+&]*")
#: A number that something else follows counts something: « Valence 26 places ».
_CODE = r"(?:2[ABab]|97[1-6]|\d{2})"
_DEPARTEMENT = re.compile(rf"\s*(?:\(\s*(?P<inside>{_CODE})\s*\)|[ ,]\s*(?P<code>{_CODE})(?=\s*(?:[,;.!?)]|$)))")
#: Letters of a name that is taken for one only because it stands in a list of names.
_LEAST_LETTERS = 4
#: Words that may join two names of a list: « et puis ».
_MOST_BETWEEN = 2
_SEVERAL = 2
#: « Dole et non Figeac » names one, and leaves the other out.
_JOINED = frozenset({"et"})
#: More names than this are a list of their own: nothing is looked for around them.
_MOST_NAMES = 10
#: Words looked back at from a name, and of an expression that puts it aside.
_LOOKED_AT, _LONGEST = 8, 4


def without_addresses(text: str) -> str:
    """Return `text` with its addresses blanked out, every other sign where it was."""
    return _ADDRESS.sub(lambda found: " " * len(found[0]), text)


def listed_beside(text: str, spans: Sequence[Span], hearing: Hearing) -> list[Word]:
    """Return the words that stand in one list with the names at `spans`: « mazamet castres et albi »."""
    if not 0 < len(spans) <= _MOST_NAMES:
        return []
    words, joins = split_words(text), phrases(hearing.connectors)
    found: list[Word] = []
    for word in words:
        if len(word.folded) < _LEAST_LETTERS or any(start <= word.start < end for start, end in spans):
            continue
        known = [*spans, *((each.start, each.end) for each in found)]
        if any(_is_next_to(text, word, span, joins.are_in) for span in known):
            found.append(word)
    return found


def _is_next_to(text: str, word: Word, span: Span, joins: Callable[[Sequence[Word]], bool]) -> bool:
    first, second = sorted((span, (word.start, word.end)))
    between = text[first[1] : second[0]]
    inside = split_words(between)
    if not inside:
        return bool(between) and _LISTED.fullmatch(between) is not None
    marks = re.split(r"[^\W_]+", between)
    return len(inside) <= _MOST_BETWEEN and joins(inside) and all(_LISTED.fullmatch(each) for each in marks)


def departement_behind(text: str, end: int) -> str | None:
    """Return the département said just behind a name that ends at `end`: « St-Nazaire 44, … », « Valence (82) »."""
    found = _DEPARTEMENT.match(text, end)
    return (found["code"] or found["inside"]).upper() if found else None


def refused(text: str, spans: Sequence[Span], hearing: Hearing) -> set[int]:
    """Return which of the names at `spans` are put aside: « non pas Cahors, Dole », « Dole plutôt que Cahors ».

    So is the first of « Dole, non pardon Figeac », and it alone where the sentence asks. None where no name is left.
    """
    if not _SEVERAL <= len(spans) <= _MOST_NAMES:
        return set()
    words = split_words(text)
    corrected = [number for number in range(len(spans) - 1) if _is_taken_back(text, spans, number, hearing)]
    is_last = {number + 1 for number in corrected}
    out = set(corrected)
    if not is_asking(text):
        put_aside = (number for number, (start, _) in enumerate(spans) if _is_put_aside(words, start, hearing))
        out.update(number for number in put_aside if number not in is_last)
    return out if len(out) < len(spans) else set()


def _is_taken_back(text: str, spans: Sequence[Span], number: int, hearing: Hearing) -> bool:
    """Whether nothing but words that take back stands between a name and the next: « Dole, non pardon Figeac »."""
    between = split_words(text[spans[number][1] : spans[number + 1][0]])
    marks = phrases(hearing.correcting)
    if not marks.are_in(between) or len(between) > _LOOKED_AT or between[0].folded in _JOINED:
        return False
    groups = hearing.town_questions
    around = phrases((*hearing.fillers, *groups.the_town, *groups.the_group))
    return all(covered(between, marks, around))


def _is_put_aside(words: Sequence[Word], start: int, hearing: Hearing) -> bool:
    """Whether « pas », « au lieu de » stands before the name that begins at `start`; « pourquoi pas » does not."""
    before = [word for word in words if word.end <= start][-_LOOKED_AT:]
    groups = hearing.town_questions
    around = covered(before, phrases((*hearing.fillers, *groups.the_town, *groups.the_group)))
    excluding, agreeing = phrases(hearing.excluding), covered(before, phrases(hearing.agreeing))
    place = len(before) - 1
    while place >= 0:
        starts = range(max(0, place + 1 - _LONGEST), place + 1)
        first = next((each for each in starts if excluding.at(before, each) == place + 1 - each), None)
        if first is not None:
            return not agreeing[place]
        if not around[place]:
            return False
        place -= 1
    return False
