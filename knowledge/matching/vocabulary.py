"""The words of the knowledge base, and the one a mistyped word was meant to be. No meaning, no scores."""

from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.language.text import sound, stem

SHORTEST = 4  # a slip in a word of three letters can make any other word of three letters
LEAST_LIKENESS = 0.75  # measured: lower mends names into common words, higher leaves slips in short words
LENGTH_DIFFERENCE = 2
CANDIDATES = 4
#: What is glued to a word that begins with a vowel, and what is glued to any: « lenvoi », « kil », « jpeux ».
_ELIDED, _VOWELS, _I = ("l", "d", "n", "m", "s", "t", "qu", "k", "c"), frozenset("aeiouyh"), "j"
REMEMBERED = 5_000  # mended words kept, so that a long-running process does not grow with what it is sent


class Vocabulary:
    """`counts`: folded word -> how many texts have it."""

    def __init__(
        self,
        counts: Mapping[str, int],
        language: str,
        stems: Iterable[str] | None = None,
        by_sound: Mapping[str, str] | None = None,
    ) -> None:
        """`stems`, `by_sound`: what the attributes of these names were, where they were worked out before."""
        self.counts = dict(counts)
        self._language = language
        self.stems = frozenset({stem(word, language) for word in counts} if stems is None else stems)
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(counts):
            if _may_be_meant(word):
                self._by_length.setdefault(len(word), []).append(word)
        #: How words sound, and the word of most texts that sounds so.
        self.by_sound = self._sounds() if by_sound is None else dict(by_sound)
        self._mended: dict[str, str] = {}

    def _sounds(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for word in sorted(self.counts):
            key = sound(word) if _may_be_meant(word) else ""
            if len(key) > 1:
                better = found.get(key)
                if better is None or self.counts[word] > self.counts[better]:
                    found[key] = word
        return found

    def knows(self, word: str) -> bool:
        """Whether the knowledge base has the word or another form of it."""
        return word in self.counts or stem(word, self._language) in self.stems

    def mend(self, word: str) -> str:
        """The known word that `word` was most likely meant to be, or `word` itself."""
        if len(word) < SHORTEST or not word.isalpha() or self.knows(word):
            return word
        mended = self._mended.get(word)
        if mended is None:
            mended = self._nearest(word)
            if len(self._mended) < REMEMBERED:
                self._mended[word] = mended
        return mended

    def _nearest(self, word: str) -> str:
        alike = self.by_sound.get(sound(word)) if self._language == "fr" else None
        if alike is not None:
            return alike
        if self._language == "fr" and (bare := self._behind_elision(word)) is not None:
            return bare
        best: tuple[float, bool, int, str] | None = None
        for length in range(len(word) - LENGTH_DIFFERENCE, len(word) + LENGTH_DIFFERENCE + 1):
            nearest = process.extract(
                word,
                self._by_length.get(length, ()),
                scorer=OSA.normalized_similarity,
                score_cutoff=LEAST_LIKENESS,
                limit=CANDIDATES,
            )
            for candidate, likeness, _ in nearest:
                key = (round(likeness, 4), candidate[0] == word[0], self.counts[candidate], candidate)
                if best is None or key > best:
                    best = key
        return best[3] if best else word

    def _behind_elision(self, word: str) -> str | None:
        """Return the known word that an article or pronoun is glued to; None: none is."""
        for lead in (*_ELIDED, _I):
            rest = word.removeprefix(lead)
            if rest == word or len(rest) < SHORTEST - 1 or (lead != _I and rest[0] not in _VOWELS):
                continue
            if rest in self.counts:
                return rest
            if len(rest) >= SHORTEST and (alike := self.by_sound.get(sound(rest))) is not None:
                return alike
        return None


def _may_be_meant(word: str) -> bool:
    return not word.isdigit() and len(word) >= SHORTEST - 1
