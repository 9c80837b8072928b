"""« Ajoutez aux besoins que … », « remplacez X par Y »: what is to be done to a text that stands, and that text then.

Pure. Which text is meant, and that it is shown before it is kept, is for the rooms of forms to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.conversation.reading.heard import Heard
from knowledge.hearing.phrases import Phrases, Word, phrases, split_words

#: What joins a name to the words around it: « à la fin des besoins ».
_OF_A_NAME = frozenset(
    {"dans", "de", "des", "du", "d", "a", "au", "aux", "la", "le", "les", "l", "mes", "nos", "notre", "mon", "fin"}
)
#: What goes with a word that is taken out of a text: « et des usineurs ».
_ARTICLES = frozenset({"le", "la", "les", "l", "un", "une", "des", "du", "de", "d"})
_JOINS = frozenset({"et", "ou", "puis"})
_MARKS = " ,;:/-\n"
_QUOTES = " \"'«»“”\n"
_ENDS = (".", "!", "?")


class Change(Enum):
    ADD = auto()
    TAKE_OUT = auto()
    REPLACE = auto()


@dataclass(frozen=True, slots=True)
class Rewording:
    change: Change
    #: What is taken out or replaced.
    old: str = ""
    #: What is added, or stands in its place.
    new: str = ""
    #: Whether the text is named: « aux besoins ».
    is_named: bool = False


def read_rewording(heard: Heard, names: Sequence[str] = ()) -> Rewording | None:
    """Return what is to be done to a text that may be called by one of `names`; None: the words order no such thing."""
    words, lists = heard.words, heard.call.hearing.to_text
    name = phrases(tuple(names))
    start, is_named = _behind_lead(heard, name)
    if (other_way := _in_place_of(heard, start)) is not None:
        return Rewording(Change.REPLACE, *other_way, is_named=is_named)
    for change, verbs in (
        (Change.REPLACE, phrases(lists.replacing)),
        (Change.TAKE_OUT, phrases(lists.taking_out)),
        (Change.ADD, phrases(lists.adding)),
    ):
        length = verbs.at(words, start) if start < len(words) else 0
        if not length:
            continue
        behind = start + length if change is Change.REPLACE else _behind_que(heard, start + length)
        first, last, is_of_it = _without_name(words, behind, _before_polite(heard, behind, len(words)), name)
        found = _said(heard, change, first, last)
        if found is not None:
            return Rewording(change, *found, is_named=is_named or is_of_it)
    return None


def _behind_lead(heard: Heard, name: Phrases) -> tuple[int, bool]:
    """Return behind which words the order begins (« dans les besoins, … »), and whether they name the text."""
    lists, words = heard.call.hearing, heard.words
    orders = lists.to_text
    verbs = phrases((*orders.adding, *orders.taking_out, *orders.replacing, *orders.in_place_of))
    lead = phrases(
        (*orders.opening, *lists.fillers, *lists.agreeing, *lists.refusing, *lists.connectors, *lists.hedging)
    )
    place, is_named = 0, False
    while place < len(words) and not verbs.at(words, place):
        said = name.at(words, place)
        length = said or lead.at(words, place) or int(words[place].folded in _OF_A_NAME)
        if not length:
            break
        is_named = is_named or bool(said)
        place += length
    return place, is_named


def _without_name(words: Sequence[Word], first: int, last: int, name: Phrases) -> tuple[int, int, bool]:
    """Return where the words between begin and end without the name of the text, where that opens or closes them."""
    spans = [(start, end) for start, end in name.spans(words) if start >= first]
    for start, end in spans[:1]:
        if all(words[each].folded in _OF_A_NAME for each in range(first, start)):
            return end, last, True
    for start, end in spans[-1:]:
        if end == last and start > first and words[start - 1].folded in _OF_A_NAME:
            while start > first and words[start - 1].folded in _OF_A_NAME:
                start -= 1
            return first, start, True
    return first, last, False


def _said(heard: Heard, change: Change, first: int, last: int) -> tuple[str, str] | None:
    """Return what goes and what comes; None: a replacement does not say both."""
    if change is Change.REPLACE:
        return _both(heard, first, last)
    said = _between(heard, _behind_que(heard, first), last)
    if not said:
        return None
    return ("", said) if change is Change.ADD else (said, "")


def _behind_que(heard: Heard, place: int) -> int:
    """Return where the words begin that « que », « de dire », « la phrase » lead to."""
    lead = phrases(heard.call.hearing.to_text.lead)
    while place < len(heard.words) and (length := lead.at(heard.words, place)):
        place += length
    return place


def _both(heard: Heard, first: int, last: int) -> tuple[str, str] | None:
    words, lists = heard.words, heard.call.hearing.to_text
    behind, before = phrases(lists.by), phrases(lists.in_place_of)
    for place in range(first + 1, last - 1):
        if length := before.at(words, place):  # « Y à la place de X »
            return _pair(_between(heard, place + length, last), _between(heard, first, place))
    for place in reversed(range(first + 1, last - 1)):
        if length := behind.at(words, place):  # « X par Y »
            return _pair(_between(heard, first, place), _between(heard, place + length, last))
    return None


def _in_place_of(heard: Heard, start: int) -> tuple[str, str] | None:
    """Return X and Y of « au lieu de X, mettez Y »; None: it does not begin so."""
    words, lists = heard.words, heard.call.hearing.to_text
    length = phrases(lists.in_place_of).at(words, start) if start < len(words) else 0
    verbs = phrases(lists.replacing)
    for place in range(start + length + 1, len(words) - 1) if length else ():
        if behind := verbs.at(words, place):
            return _pair(_between(heard, start + length, place), _between(heard, place + behind, len(words)))
    return None


def _pair(old: str, new: str) -> tuple[str, str] | None:
    return (old, new) if old and new else None


def _between(heard: Heard, first: int, last: int) -> str:
    """Return the words as they were written, with what follows the last of all."""
    words = heard.words
    if first >= last:
        return ""
    last = _before_polite(heard, first, last)
    end = len(heard.text) if last == len(words) else words[last - 1].end
    return heard.text[words[first].start : end].strip(_QUOTES).strip()


def _before_polite(heard: Heard, first: int, last: int) -> int:
    """Return where the words between end, « svp » set aside."""
    polite = phrases(heard.call.hearing.to_text.polite)
    return next((at for at in range(first + 1, last) if polite.at(heard.words, at) == last - at), last)


def reworded(text: str, rewording: Rewording) -> str | None:
    """Return the text as it then is; None: it does not hold what is to go."""
    if rewording.change is Change.ADD:
        text, new = text.rstrip(), rewording.new
        if text.endswith(_ENDS):
            return f"{text} {new[:1].upper()}{new[1:]}"
        return f"{text} ; {new}" if text else new
    words = split_words(text)
    found = _found(words, rewording.old)
    if found is None:
        return None
    first, last = found
    if rewording.change is Change.REPLACE:
        return text[: words[first].start] + rewording.new + text[words[last - 1].end :]
    return _taken_out(text, words, first, last)


def _found(words: Sequence[Word], said: str) -> tuple[int, int] | None:
    """Return where in a text the words said stand, as they are or without what leads them."""
    parts = [word.folded for word in split_words(said)]
    while parts:
        for first in range(len(words) - len(parts) + 1):
            if [word.folded for word in words[first : first + len(parts)]] == parts:
                return first, first + len(parts)
        if parts[0] not in _ARTICLES | _JOINS:
            return None
        parts = parts[1:]
    return None


def _taken_out(text: str, words: Sequence[Word], first: int, last: int) -> str | None:
    """Return the text without these words, their article and what joined them to the rest; None: nothing is left."""
    while first and words[first - 1].folded in _ARTICLES:
        first -= 1
    is_joined = first > 0 and words[first - 1].folded in _JOINS
    start = words[first - 1].start if is_joined else words[first].start
    before, behind = text[:start].rstrip(), text[words[last - 1].end :]
    if is_joined or before.endswith((",", ";")):
        before = before.rstrip(_MARKS)
    elif last < len(words) and words[last].folded in _JOINS:
        behind = " " + text[words[last].end :].lstrip()
    elif behind.lstrip().startswith((",", ";")):
        behind = " " + behind.lstrip(_MARKS)
    left = (before + behind).strip()
    return left if any(character.isalnum() for character in left) else None
