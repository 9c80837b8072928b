"""Whether a « Oui » or « Non » that opens an answer answers the question that was put; if not, how it opens instead."""

import re
from enum import Enum, auto

from knowledge.hearing.lists import Hearing, Opposite
from knowledge.hearing.phrases import Word, phrases, split_words
from knowledge.language.text import fold

_OPENING = re.compile(r"\s*(?P<said>Oui|Non)\s*(?P<mark>[,:.;])\s*(?P<rest>\S)")
_OTHER = {"Oui": "Non", "Non": "Oui"}
#: What makes a sentence a question that yes or no answers, in folded text.
_CLOSED = re.compile(
    r"\best[- ]ce (?:que\b|qu'|bien|encore|trop|vraiment|toujours|deja|obligatoire|possible|\w+ \?)|\best[- ]ce\b"
    r"|-(?:je|tu|il|elle|on|nous|vous|ils|elles|ce|t)\b|\b(?:peut|doit|faut|va|a|est|sont|ont)[ -](?:on|il|elle|ce)\b"
    r"|\b(?:savoir|demande[rz]?|sais|dire|confirmer|verifier) (?:si|s')"
)
_ALTERNATIVE = re.compile(r"\bou\b")


class Fit(Enum):
    """How a question stands to the one that an entry answers by yes or no."""

    SAME = auto()
    OPPOSITE = auto()
    UNSURE = auto()


def opens(answer: str) -> bool:
    return _OPENING.match(answer) is not None


def fitted(answer: str, question: str, asked: str | None, hearing: Hearing) -> str:
    """Return `answer`, which answers `question`, as it opens to `asked`; None: the question itself was picked."""
    found = _OPENING.match(answer)
    if found is None:
        return answer
    match fit(question, question if asked is None else asked, hearing):
        case Fit.SAME:
            return answer
        case Fit.OPPOSITE:
            said = _OTHER[found["said"]]
            return f"{said}{answer[found.end('said') :]}"
    return found["rest"].upper() + answer[found.end() :]


def fit(question: str, asked: str, hearing: Hearing) -> Fit:
    """Compare what was asked with the question of an entry."""
    if fold(asked).strip(" ?.!") == fold(question).strip(" ?.!"):
        return Fit.SAME if _is_closed(question, hearing) else Fit.UNSURE
    if _ALTERNATIVE.search(fold(asked)) or not _is_closed(asked, hearing) or not _is_closed(question, hearing):
        return Fit.UNSURE
    ours, theirs = split_words(question), split_words(asked)
    if _is_negated(theirs, hearing) != _is_negated(ours, hearing):
        return Fit.UNSURE
    turns = 0
    for opposite in hearing.opposites:
        here, there = _side(ours, opposite), _side(theirs, opposite)
        if here and there and here != there:
            turns += 1
    return Fit.OPPOSITE if turns % 2 else Fit.SAME


def _side(words: tuple[Word, ...], opposite: Opposite) -> str:
    """Return on which side of two opposites the words are; empty: on neither, or on both."""
    one = sum(end - start for start, end in phrases(opposite.one).spans(words))
    other = sum(end - start for start, end in phrases(opposite.other).spans(words))
    return "" if one == other else "one" if one > other else "other"


def _is_closed(text: str, hearing: Hearing) -> bool:
    """Whether yes or no answers it: « est-ce ouvert ? », but not « jusqu'à quand est-ce ouvert ? »."""
    words = split_words(text)
    fillers, opening = phrases(hearing.fillers), phrases(hearing.open_questions)
    place = 0
    while place < len(words):
        if opening.at(words, place):
            return False
        length = fillers.at(words, place)
        if not length:
            break
        place += length
    said = fold(text)
    return bool(_CLOSED.search(said)) or said.rstrip().endswith("?")


def _is_negated(words: tuple[Word, ...], hearing: Hearing) -> bool:
    """« Pas » or « aucun » turns a question; « ne … que » and « plus » alone do not tell."""
    return phrases(hearing.negations).are_in(words)
