"""The questions of a message that holds several, parted by marks or by words. What they ask is not read here."""

import re

from bot.conversation.reading.heard import Heard
from knowledge.hearing.phrases import Word, phrases

#: Questions of one message that are looked at.
MOST = 5
#: A part with fewer words is no question by itself, unless a mark says so.
_LEAST_WORDS = 2
_MARK = re.compile(r"[?!.;\n]")
_COMMA = re.compile(r"[,:(]| [-–—] ")
_CLOSED = re.compile(r"est[- ]ce|-(?:je|tu|il|elle|on|nous|vous|ils|elles|ce)\b", re.IGNORECASE)


def split_questions(heard: Heard) -> list[str]:
    """Return the parts of the message that ask something, in its order; fewer than two: it is one question at most."""
    lists = heard.call.hearing
    words = heard.words
    opening, joins = phrases(lists.open_questions), phrases(lists.connectors)
    asking = phrases((*lists.open_questions, *lists.asking_for))
    parts: list[list[Word]] = [[]]
    marks: list[bool] = []
    for place, word in enumerate(words):
        gap = heard.text[words[place - 1].end : word.start] if place else ""
        has_mark = bool(_MARK.search(gap))
        joined = bool(_COMMA.search(gap)) or (place > 0 and bool(joins.at(words, place - 1)) and len(parts[-1]) > 1)
        asks = bool(opening.at(words, place)) or bool(_CLOSED.match(heard.text, word.start))
        if parts[-1] and (has_mark or (joined and (asks or bool(_COMMA.search(gap))))):
            marks.append("?" in gap)
            parts.append([])
        parts[-1].append(word)
    marks.append(heard.text.rstrip().endswith("?"))
    for place in reversed(range(len(marks) - 1)):  # « … et … ? »: the mark is for both
        is_joined = bool(joins.at(parts[place], len(parts[place]) - 1))
        marks[place] = marks[place] or (marks[place + 1] and is_joined)
    found: list[str] = []
    pending: list[Word] = []
    for part, is_marked in zip(parts, marks, strict=True):
        is_asking = is_marked or asking.are_in(part) or bool(_CLOSED.search(_text(heard, part)))
        if is_asking and len(part) >= _LEAST_WORDS:
            found.append(_text(heard, [*pending, *part] if pending else part))
            pending = []
    return found[:MOST]


def _text(heard: Heard, words: list[Word]) -> str:
    lists = heard.call.hearing
    joins, opening = phrases(lists.connectors), phrases(lists.open_questions)
    kept = list(words)
    while len(kept) > 1 and joins.at(kept, 0) and not opening.at(kept, 0):
        kept = kept[joins.at(kept, 0) :] or kept[-1:]
    while len(kept) > 1 and joins.at(kept, len(kept) - 1):
        kept.pop()
    return heard.text[kept[0].start : kept[-1].end] if kept else ""
