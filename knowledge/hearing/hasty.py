"""Words written in haste, cut or spelt out before they are read: « lagglo », « jveux », « jsp ». Pure."""

from collections.abc import Iterable, Mapping, Sequence

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
        known: Iterable[str],
        spellings: Mapping[str, Sequence[str]],
        never_glued: Iterable[str] = (),
    ) -> None:
        """All words folded. `listed`: those of lists of expressions, which stand as they are, as `never_glued` do.

        `known`: what an article or a pronoun may be glued to, beside these. `spellings`: a word -> its hasty forms.
        """
        self._listed = frozenset(listed)
        self._whole = self._listed.union(never_glued)
        self._known = self._listed.union(known)
        self._spellings = {fold(hasty): right for right, ways in spellings.items() for hasty in ways}

    def written_out(self, words: Sequence[Word]) -> Words:
        """Return the words as they were meant; each part stands where the word stood that it was made of."""
        return Words(part for word in words for part in self._parts(word))

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
            if rest != said and len(rest) >= least and rest[0] in _VOWELS and rest in self._known:
                return len(lead)
        rest = said.removeprefix(_I)
        is_after_i = rest in _AFTER_I or (len(rest) >= _LEAST and rest in self._known)
        return len(_I) if rest != said and is_after_i else 0
