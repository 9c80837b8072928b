"""A text cut into folded words that know where they stand, and lists of expressions looked for in them. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from knowledge.language.text import fold, fold_each, fold_words

_WORD = re.compile(r"[^\W_]+")
#: A word of an expression, and the mark that has it stand for all that begin so.
_PART = re.compile(r"([^\W_]+)(\*?)")
#: Words of a message that are looked at one by one.
MOST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Word:
    """`folded` is without case and accents; `start` and `end` are places in the text as it was written."""

    folded: str
    start: int
    end: int


class Words(tuple[Word, ...]):
    """The words of a message, and what tells at once which expressions cannot be among them.

    A message is looked through for some two hundred lists: nearly all have nothing in it.
    """

    @cached_property
    def said(self) -> frozenset[str]:
        """Each folded word."""
        return frozenset(word.folded for word in self)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """What each folded word begins with, itself included."""
        return frozenset(said[:length] for said in self.said for length in range(1, len(said) + 1))


@lru_cache(maxsize=64)  # several routes ask for the words of the message in hand
def split_words(text: str) -> Words:
    found = []
    for match in _WORD.finditer(text):
        found.append(Word(fold(match[0]), match.start(), match.end()))
        if len(found) == MOST_WORDS:
            break
    return Words(found)


def folded_words(texts: Iterable[str]) -> set[str]:
    """Return the folded words of many texts: as `split_words` cuts them."""
    long: list[str] = []
    short: list[str] = []
    for text in texts:
        (short if len(text) < 2 * MOST_WORDS else long).append(text)  # a short one has not so many words: none is cut
    # What spaces part is told apart first: most of it comes again and again, and the expression is slow.
    parted = set("\n".join(short).split())
    written = {*_WORD.findall("\n".join(parted)), *(word for text in long for word in _WORD.findall(text)[:MOST_WORDS])}
    return fold_words(written)


class Phrases:
    """Expressions, compared word by word; a word that ends with * stands for all that begin so."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        self._open: list[tuple[str, ...]] = []
        for parts in _parts(phrases):
            if parts[0].endswith("*"):
                self._open.append(parts)
            else:
                self._by_first.setdefault(parts[0], []).append(parts)
        for listed in (*self._by_first.values(), self._open):
            listed.sort(key=len, reverse=True)
        #: How the first word has to begin for one of the open ones.
        self._beginnings = tuple({parts[0][:-1] for parts in self._open})
        #: The same and the other first words, to be held against all words of a message at once.
        self._set_of_firsts, self._set_of_beginnings = frozenset(self._by_first), frozenset(self._beginnings)

    def at(self, words: Sequence[Word], place: int) -> int:
        """Return how many words the longest expression at `place` has; 0 for none."""
        # A message is looked through for some hundred lists: plain loops, which take half the time of generators.
        first = words[place].folded
        best = 0
        for parts in self._by_first.get(first, ()):
            if _stands(parts, words, place):
                best = len(parts)
                break
        if self._beginnings and first.startswith(self._beginnings):
            for parts in self._open:
                if len(parts) <= best:
                    break
                if _stands(parts, words, place):
                    return len(parts)
        return best

    def spans(self, words: Sequence[Word]) -> list[tuple[int, int]]:
        """Return where expressions stand, [first, end), none over another."""
        found, place = [], 0
        while place < len(words):
            length = self.at(words, place)
            if length:
                found.append((place, place + length))
            place += length or 1
        return found

    def are_in(self, words: Sequence[Word]) -> bool:
        if isinstance(words, Words) and not self.may_be_in(words):
            return False
        by_first, beginnings = self._by_first, self._beginnings
        for place, word in enumerate(words):
            if (word.folded in by_first or word.folded.startswith(beginnings)) and self.at(words, place):
                return True
        return False

    def may_be_in(self, words: Words) -> bool:
        """Whether the first word of an expression is there."""
        if not words.said.isdisjoint(self._set_of_firsts):
            return True
        return bool(self._beginnings) and not words.beginnings.isdisjoint(self._set_of_beginnings)


def _parts(phrases: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the folded words of each expression that has any, the open ones with their *."""
    found = [_PART.findall(phrase) for phrase in phrases]
    folded = iter(fold_each([word for parts in found for word, _ in parts]))
    for parts in found:
        if parts:
            yield tuple(next(folded) + mark for _, mark in parts)


def _stands(parts: Sequence[str], words: Sequence[Word], place: int) -> bool:
    if place + len(parts) > len(words):
        return False
    for part in parts:
        folded = words[place].folded
        if folded != part and not (part[-1] == "*" and folded.startswith(part[:-1])):
            return False
        place += 1
    return True


@lru_cache(maxsize=256)
def phrases(listed: tuple[str, ...]) -> Phrases:
    """Return the expressions ready to be looked for: the same for every message of a call."""
    return Phrases(listed)


def covered(words: Sequence[Word], *lists: Phrases) -> list[bool]:
    """Return for each word whether an expression of one of `lists` takes it, the longest first."""
    taken = [False] * len(words)
    if isinstance(words, Words):
        lists = tuple(each for each in lists if each.may_be_in(words))
    place = 0
    while place < len(words):
        length = 0
        for each in lists:
            length = max(length, each.at(words, place))
        for number in range(place, place + length):
            taken[number] = True
        place += length or 1
    return taken
