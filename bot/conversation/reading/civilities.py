"""Persons named with a civility: « Mme Dole », « M. le sénateur Castres ». Their names are no places. Pure."""

import re
from collections.abc import Sequence

from knowledge.hearing.lists import Hearing, Offices
from knowledge.hearing.phrases import Word, phrases, split_words

#: What stands between a civility and a name, or between two words of a name.
_GAP = re.compile(r"\.?\s{1,3}|-")
#: What may open a surname: « M. de Vernon », « Mme La Rochelle ».
_PARTICLES = frozenset({"de", "d", "du", "des", "le", "la", "les", "l"})
_ARTICLES = frozenset({"le", "la", "l"})
#: A lawyer's civility, where it bears a capital: « me rappeler » has none.
_LAWYER = "Me"
#: A civility so long is said to somebody as well: « bonjour madame ».
_LEAST_OF_AN_ADDRESS = 6
#: Words of a name.
_MOST = 3


def without_persons(text: str, hearing: Hearing) -> str:
    """Return `text` with the persons named in it blanked out, every other sign where it was."""
    words, titles = split_words(text), phrases(hearing.offices.titles)
    if not titles.are_in(words):
        return text
    place = 0
    while place < len(words):
        end = _end_of_person(text, words, place, hearing) if titles.at(words, place) else None
        if end is not None:
            start, stop = words[place].start, words[end - 1].end
            text = text[:start] + " " * (stop - start) + text[stop:]
        place = end or place + 1
    return text


def _end_of_person(text: str, words: Sequence[Word], place: int, hearing: Hearing) -> int | None:
    """Return behind which word the person ends whose civility stands at `place`; None: it leads to no name."""
    title = text[words[place].start : words[place].end]
    start = _behind_office(words, place + 1, hearing.offices)
    is_name = (
        start < len(words) and _is_next(text, words, start) and not phrases(hearing.offices.heads).at(words, start)
    )
    if not is_name or (title.lower() == _LAWYER.lower() and title != _LAWYER):
        return None
    if not text.isupper():
        # « M. de Vernon » is a person, « Mme la maire de Vernon » names a town.
        has_particle = start == place + 1 and words[start].folded in _PARTICLES and start + 1 < len(words)
        name = start + has_particle
        if text[words[name].start].isupper() and not phrases(hearing.offices.heads).at(words, name):
            return _end_of_name(text, words, name)
    return start + 1 if start == place + 1 and _is_low_name(words, start, title, hearing) else None


def _behind_office(words: Sequence[Word], place: int, offices: Offices) -> int:
    """Return where what follows an office begins: « M. le sénateur Castres »; `place` itself: no office does."""
    heads = phrases(offices.heads)
    if place + 1 < len(words) and words[place].folded in _ARTICLES and (length := heads.at(words, place + 1)):
        return place + 1 + length
    return place


def _is_next(text: str, words: Sequence[Word], place: int) -> bool:
    return _GAP.fullmatch(text[words[place - 1].end : words[place].start]) is not None


def _end_of_name(text: str, words: Sequence[Word], start: int) -> int:
    """« Jean Castres »: a name goes on over words with a capital; « M. Roy. Dole » is a person and a town."""
    end = start + 1
    while end < min(len(words), start + _MOST) and text[words[end].start].isupper():
        if "." in text[words[end - 1].end : words[end].start] or not _is_next(text, words, end):
            break
        end += 1
    return end


def _is_low_name(words: Sequence[Word], start: int, title: str, hearing: Hearing) -> bool:
    """Whether a word without a capital of its own is a name: « mme dole », but not « bonjour madame dole est … »."""
    fillers = phrases(hearing.fillers)
    is_address = len(title) >= _LEAST_OF_AN_ADDRESS and start > 1
    return not is_address and words[start].folded not in _PARTICLES and not fillers.at(words, start)
