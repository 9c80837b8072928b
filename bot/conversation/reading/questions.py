"""The questions of a message that holds several, parted by marks or by words. What they ask is not read here."""

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.conversation.reading.heard import Heard
from knowledge.hearing.phrases import Word, phrases

#: Questions of one message that are looked at.
MOST = 5
#: A part with fewer words is no question by itself, unless a mark says so.
_LEAST_WORDS = 2
#: Words of a part that shares the mark of the last: « qui peut candidater, c'est payant, et on envoie ça où ? ».
_SHORT = 5
#: Words of a question that stands by itself.
_WHOLE = 4
#: Words from which on a message may tell something before it asks.
_LONG = 8
#: Words of a part whose last one asks: « on répond où ».
_LEAST_BEFORE_THE_LAST = 3
#: What opens no question of its own: « qui signe, et pour le compte de qui ».
_PREPOSITIONS = frozenset(
    {"a", "au", "avec", "chez", "dans", "de", "depuis", "du", "en", "jusqu", "par", "pour", "sur"}
)
_ARTICLES = frozenset({"le", "la", "les", "l", "un", "une", "des", "quel", "quelle", "quels", "quelles"})
_MARK = re.compile(r"[?!.;\n]")
_COMMA = re.compile(r"[,:(]| [-–—] ")
#: What opens a line of a list.
_BULLET = re.compile(r"\n[ \t]{0,8}[-•*–—·]\s{0,4}$")
_CLOSED = re.compile(r"est[- ]ce|-(?:je|tu|il|elle|on|nous|vous|ils|elles|ce)\b", re.IGNORECASE)


def split_questions(heard: Heard) -> list[str]:
    """Return the parts of the message that ask something, in its order; fewer than two: it is one question at most."""
    lists = heard.call.hearing
    # « Une structure qui suit Cahors » asks nothing: « qui » asks where it opens.
    asking = phrases((*lists.asking_inside, *lists.asking_for))
    leading = phrases((*lists.asking_for, *lists.connectors))
    is_list = is_numbered(heard)
    found: list[str] = []
    for part, is_marked in _marked(heard, _parted(heard)):
        if not _of(heard, part).meaning(leading):
            continue  # « Pourriez-vous m'indiquer : » leads to what is asked
        is_item = (is_list and _number(heard, part[0])) or _is_listed(heard, part)
        asks_in_its_form = _CLOSED.search(_text(heard, part)) or _opens(heard, part) or _asks_last(_of(heard, part))
        is_asking = is_item or is_marked or asking.are_in(part) or asks_in_its_form
        if is_asking and len(part) >= _LEAST_WORDS:
            found.append(_text(heard, part))
    return found[:MOST]


def part_that_asks(heard: Heard) -> str | None:
    """Return the one question of a message that tells something first: « on vise la vague 2. Qui décide ? »; or None.

    So is what is behind the words that lead to it: « … qui souhaite connaître le calendrier ».
    """
    words, lists = heard.words, heard.call.hearing
    if len(words) < _LONG:
        return None
    parts = _parted(heard)
    asks = [part for part in parts if _opens(heard, part) or _CLOSED.search(_text(heard, part))]
    if len(parts) > 1 and len(asks) == 1 and len(asks[0]) >= _WHOLE:
        return _text(heard, asks[0])
    leads = phrases(lists.asking_for).spans(words)
    if asks or not leads or len(words) - leads[-1][1] < _LEAST_WORDS:
        return None
    return heard.text[words[leads[-1][1] - 1].end :].strip()


def _is_listed(heard: Heard, part: list[Word]) -> bool:
    """« - la date limite », in a list that words such as « pourriez-vous m'indiquer : » lead to."""
    leads = phrases(heard.call.hearing.asking_for)
    before = heard.text[: part[0].start]
    has_lead = ":" in before and leads.are_in([word for word in heard.words if word.end <= before.rfind(":")])
    return has_lead and _BULLET.search(before) is not None


def _opens(heard: Heard, part: list[Word]) -> bool:
    """Whether the part opens with a question word, what only leads to it set aside."""
    lists = heard.call.hearing
    opening, around = phrases(lists.open_questions), phrases((*lists.fillers, *lists.connectors, *lists.agreeing))
    place = 0
    while place < len(part) and not opening.at(part, place):
        length = around.at(part, place) or _number(heard, part[place])
        if not length:
            return False
        place += length
    return place < len(part)


def _number(heard: Heard, word: Word) -> int:
    """« 2) combien », « 3. quand »: the number of a question is no part of it."""
    mark = heard.text[word.end : word.end + 1]
    before = heard.text[: word.start].rstrip(" \t")
    is_first = not before or before.endswith("\n")  # « la vague 2. » is no second question
    is_told = word.folded.isdecimal() and (mark in (")", "°") or (is_first and mark in (".", "-", "/")))
    return int(is_told or word.start in heard.items)


def is_numbered(heard: Heard) -> bool:
    """Whether the questions are numbered by the person: then each is one, however short."""
    return sum(_number(heard, word) for word in heard.words) > 1


def halves(heard: Heard) -> Iterator[tuple[str, str]]:
    """Give the two things that one question may ask for: « les pièces attendues et le coût »."""
    words, joins = heard.words, phrases(heard.call.hearing.connectors)
    for place in range(1, len(words) - 1):
        if joins.at(words, place) == 1 and words[place + 1].folded in _ARTICLES:
            yield heard.text[: words[place - 1].end], heard.text[words[place + 1].start :]


def is_one_by_itself(heard: Heard) -> bool:
    """Whether a part of a message is a whole question, not more of another: « dans quelle ville », « ou le maire »."""
    words = heard.words
    if _asks_last(heard):
        return True
    if len(words) < _WHOLE or _is_alternative(heard):
        return False
    return heard.is_open_question or bool(_CLOSED.search(heard.text))


def _asks_last(heard: Heard) -> bool:
    """Whether the last word asks: « on répond où », « ça coûte combien »."""
    words = heard.words
    if len(words) < _LEAST_BEFORE_THE_LAST or words[0].folded in _PREPOSITIONS:
        return False
    return phrases(heard.call.hearing.open_questions).at(words, len(words) - 1) == 1


def _is_alternative(heard: Heard) -> bool:
    """« Ou est-ce à la ville de le faire »: without its accent, « où » is taken for « ou »."""
    first = heard.text[heard.words[0].start : heard.words[0].end].lower()
    return first == "ou" and bool(_CLOSED.match(heard.text, heard.words[1].start))


def _parted(heard: Heard) -> list[list[Word]]:
    """Return the words of the message, parted where another question may begin."""
    parts: list[list[Word]] = [[]]
    for place, word in enumerate(heard.words):
        if parts[-1] and _begins_another(heard, place, has_more=len(parts[-1]) > 1):
            parts.append([])
        parts[-1].append(word)
    return parts


def _begins_another(heard: Heard, place: int, *, has_more: bool) -> bool:
    """Whether another part begins at a word; `has_more`: the part before it has more words than one."""
    lists, words = heard.call.hearing, heard.words
    gap = heard.text[words[place - 1].end : words[place].start]
    if _number(heard, words[place - 1]):
        return False  # the mark behind the number of a question parts nothing
    if _MARK.search(gap) or _COMMA.search(gap) or _number(heard, words[place]):
        return True
    if not (has_more and phrases(lists.connectors).at(words, place - 1)):
        return False
    return bool(phrases(lists.open_questions).at(words, place) or _CLOSED.match(heard.text, words[place].start))


def _marked(heard: Heard, parts: list[list[Word]]) -> list[tuple[list[Word], bool]]:
    """Return each part with whether a question mark is for it: in « … et … ? » it is for both."""
    joins = phrases(heard.call.hearing.connectors)
    is_marked = heard.text.rstrip().endswith("?")
    marked = [(parts[-1], is_marked)]
    for part, following in reversed(list(pairwise(parts))):
        has_own = "?" in heard.text[part[-1].end : following[0].start]
        is_of_a_list = "," in heard.text[part[-1].end : following[0].start] and len(part) <= _SHORT
        is_marked = has_own or (is_marked and (is_of_a_list or bool(joins.at(part, len(part) - 1))))
        marked.append((part, is_marked))
    return marked[::-1]


def _of(heard: Heard, part: list[Word]) -> Heard:
    return Heard(_text(heard, part), heard.call)


def _text(heard: Heard, words: list[Word]) -> str:
    lists = heard.call.hearing
    joins, opening = phrases(lists.connectors), phrases(lists.open_questions)
    kept = list(words)
    while len(kept) > 1 and _number(heard, kept[0]):
        kept.pop(0)
    while len(kept) > 1 and joins.at(kept, 0) and not opening.at(kept, 0):
        kept = kept[joins.at(kept, 0) :] or kept[-1:]
    while len(kept) > 1 and joins.at(kept, len(kept) - 1) and "ù" not in heard.text[kept[-1].start : kept[-1].end]:
        kept.pop()
    return heard.text[kept[0].start : kept[-1].end] if kept else ""
