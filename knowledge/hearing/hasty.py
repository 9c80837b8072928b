"""Words written in haste, cut or spelt out before they are read: « lagglo », « jveux », « jsp ». Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from knowledge.hearing.phrases import Word, Words, split_words
from knowledge.language.text import fold

_VOWELS = frozenset("aeiouyh")
#: What is glued to a word that begins with a vowel -> the fewest letters that this word has.
_ELIDED = {"l": 3, "d": 3, "n": 3, "qu": 2, "s": 4, "m": 4}
#: « je », glued to any word; and the short ones that it is glued to.
_I, _AFTER_I = "j", frozenset({"me", "te", "ai", "en", "y"})
_LEAST = 3


class Hasty:
    """How words written in haste are read."""

    def __init__(
        self,
        listed: Iterable[str],
        known: Callable[[], Iterable[str]],
        spellings: Mapping[str, Sequence[str]],
        never_glued: Iterable[str] = (),
        accented: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """All words folded. `listed`: those of lists of expressions, which stand as they are, as `never_glued` do.

        `known`: gives what an article or a pronoun may be glued to, beside these; called for the first word that may
        have one. `spellings`: a word -> its hasty forms.
        `accented`: the same, of forms that only their accent tells from another word: « lé » is « les », « le » is not.
        """
        self._listed = frozenset(listed)
        self._whole = self._listed.union(never_glued)
        self._beside = known
        self._accented = {hasty: right for right, ways in (accented or {}).items() for hasty in ways}
        listed_ways = "|".join(map(re.escape, self._accented)) or r"(?!)"
        self._any_accented = re.compile(rf"(?<![\w'’-])(?:{listed_ways})(?![\w'’-])", re.IGNORECASE)
        self._spellings = {fold(hasty): right for right, ways in spellings.items() for hasty in ways}

    @cached_property
    def known(self) -> frozenset[str]:
        """What an article or a pronoun may be glued to."""
        return self._listed.union(self._beside())

    def written_out(self, words: Sequence[Word], text: str = "") -> Words:
        """Return the words as they were meant; each part stands where the word stood that it was made of.

        `text`: what they are the words of, where the accents in it are to be looked at.
        """
        words = self.with_accents(words, text) if text else words
        return Words(part for word in words for part in self._parts(word))

    def with_accents(self, words: Sequence[Word], text: str) -> Sequence[Word]:
        """Return the words of `text` with those spelt out that only their accent tells: « Dole é Figeac »."""
        if not self._any_accented.search(text):
            return words
        return Words(self._without_accent(word, text) for word in words)

    def spelt_out(self, text: str) -> str:
        """Return « qui peut et quand » of « qui peut é quand »."""
        return self._any_accented.sub(lambda found: self._accented[found[0].lower()], text)

    def _without_accent(self, word: Word, text: str) -> Word:
        found = self._any_accented.match(text, word.start)
        return Word(fold(self._accented[found[0].lower()]), word.start, word.end) if found else word

    def _parts(self, word: Word) -> tuple[Word, ...]:
        said = word.folded
        if said in self._listed:
            return (word,)
        if (right := self._spellings.get(said)) is not None:
            return tuple(Word(part.folded, word.start, word.end) for part in split_words(right))
        length = self.glued(said)
        if not length:
            return (word,)
        place = word.start + length
        return Word(said[:length], word.start, place), Word(said[length:], place, word.end)

    def glued(self, said: str) -> int:
        """Return how many letters of a folded word are an article or a pronoun glued to the word behind; 0: none."""
        if said in self._whole:
            return 0
        for lead, least in _ELIDED.items():
            rest = said.removeprefix(lead)
            if rest != said and len(rest) >= least and rest[0] in _VOWELS and rest in self.known:
                return len(lead)
        rest = said.removeprefix(_I)
        is_after_i = rest in _AFTER_I or (len(rest) >= _LEAST and rest in self.known)
        return len(_I) if rest != said and is_after_i else 0
