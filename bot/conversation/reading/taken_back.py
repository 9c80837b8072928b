"""« La 2, non pardon la 3 »: what a message takes back of itself, and what it puts in its place. Pure.

Whether both are answers to what waits is for the readers of answers to say.
"""

import re
from collections.abc import Sequence

from bot.conversation.reading.heard import Heard
from knowledge.hearing.lists import Hearing
from knowledge.hearing.phrases import Word, phrases

#: « Et non la 3 » leaves out; « plutôt que », « non pas », « finalement pas » do as well.
_AND, _LEFT_OUT = "et", frozenset({"que", "qu", "pas", "plus"})
#: What leaves out in a list of options as well as it takes back: « le Greta, non la CCI ».
_NO = "non"
#: A wave, glued to its number.
_GLUED = re.compile(r"(?:v|vague)\d")
#: What a number is of, said again with it: « vague 2, non pardon vague 3 ».
_OF_NUMBERS = ("vague", "vagues")


def taken_back(heard: Heard, *, is_list: bool = False) -> tuple[str, str] | None:
    """Return what stands before the last words that take back, and what stands behind them; None: none do.

    `is_list`: of options, where a bare « non » leaves out the one behind it.
    """
    run = _run(heard.words, heard.call.hearing, is_list=is_list)
    if run is None:
        return None
    words = heard.words
    before, behind = heard.text[: words[run[0] - 1].end], heard.text[words[run[1]].start :]
    return before.strip(), behind.strip()


def with_last_number(heard: Heard) -> str | None:
    """Return « quand ferme la vague 3 ? » of « quand ferme la vague 2, non la 3 ? »; None: no number is put so."""
    lists, words = heard.call.hearing, heard.words
    run = _run(words, lists)
    if run is None:
        return None
    around = phrases((*lists.fillers, *lists.rank_words, *_OF_NUMBERS))
    first, last = run[0] - 1, run[1]
    while first > 0 and not _is_number(heard, first) and around.at(words, first) == 1:
        first -= 1
    while last < len(words) - 1 and not _is_number(heard, last) and around.at(words, last) == 1:
        last += 1
    if not (_is_number(heard, first) and _is_number(heard, last)) or _is_of_several(words, first, last):
        return None
    return heard.text[: words[first].start] + heard.text[words[last].start :]


def _run(words: Sequence[Word], lists: Hearing, *, is_list: bool = False) -> tuple[int, int] | None:
    """Return where the last words that take back begin and end, with something before and behind."""
    marks = phrases(lists.correcting)
    if not marks.are_in(words):
        return None
    found: tuple[int, int] | None = None
    place = 1
    while place < len(words):
        end = place
        while end < len(words) and (length := marks.at(words, end)):
            end += length
        is_mark = end > place and end < len(words) and words[place - 1].folded != _AND
        is_said_out = is_mark and words[end].folded in _LEFT_OUT
        is_bare = is_list and end == place + 1 and words[place].folded == _NO
        if is_mark and not is_said_out and not is_bare:
            found = (place, end)
        place = max(end, place + 1)
    return found


def _is_number(heard: Heard, place: int) -> bool:
    said = heard.words[place].folded
    return said.isdecimal() or _GLUED.fullmatch(said) is not None or heard.rank_at(place)[0] is not None


def _is_of_several(words: Sequence[Word], first: int, last: int) -> bool:
    """Whether the numbers are of a telephone number, or of a day in figures."""
    before, behind = words[first - 1 : first] if first else (), words[last + 1 : last + 2]
    return any(word.folded.isdecimal() for word in (*before, *behind))
