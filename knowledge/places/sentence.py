"""A sentence cut into words that know where they stand; decides nothing."""

import re
from dataclasses import dataclass

from knowledge.places.spelling import ABBREVIATIONS, WORD, fold

JOINT = re.compile(r"[ \t'’/-]{0,40}\Z")  # what may stand between two words of one name
STOP = re.compile(r"[.!?:;\n]|^\s*[-•*]", re.M)
SHOUTED_LETTERS = 8  # from this many letters on, a text mostly in capitals is taken for one typed in capitals
SHOUTED_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    folded: str
    start: int
    end: int
    opens: bool
    """First word of its sentence: its capital tells nothing."""
    joined: bool
    """Only spaces, a hyphen, an apostrophe or a slash between the word before and this one."""
    words: tuple[str, ...]
    """The word as names write it: « st » is saint, « /Saône » is sur Saône."""

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


class Sentence:
    """The words of a text. Spans are [first, end) numbers of words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        letters = [c for c in text if c.isalpha()]
        self.is_shouted = len(letters) > SHOUTED_LETTERS and sum(map(str.isupper, letters)) > SHOUTED_SHARE * len(
            letters
        )

    def key(self, first: int, end: int) -> str:
        """The span as `spelling.core` writes names, its article not counted."""
        return "".join(word for token in self.tokens[first:end] for word in token.words)

    def word_before(self, first: int) -> str:
        """The word just before, folded; empty at the beginning of the text."""
        return self.tokens[first - 1].folded if first else ""

    def before(self, first: int, skipped: frozenset[str]) -> Token | None:
        """The nearest word before that is none of `skipped`."""
        place = first - 1
        while place >= 0 and self.tokens[place].folded in skipped:
            place -= 1
        return self.tokens[place] if place >= 0 else None


def _tokens(sentence: str) -> list[Token]:
    found: list[Token] = []
    end = 0
    for match in WORD.finditer(sentence):
        gap = sentence[end : match.start()]
        opens = not found or bool(STOP.search(gap))
        joined = bool(found) and bool(JOINT.match(gap))
        folded = fold(match[0])
        if folded == "s" and sentence[match.end() :].lstrip().startswith("/"):
            folded, slash = "sur", False
        else:
            slash = joined and "/" in gap and found[-1].folded != "sur"
        name = ABBREVIATIONS.get(folded, folded).split()
        found.append(
            Token(match[0], folded, match.start(), match.end(), opens, joined, ("sur", *name) if slash else tuple(name))
        )
        end = match.end()
    return found
