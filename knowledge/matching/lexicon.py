"""The editors' lexicon: hasty spellings and the words that mean one thing in this domain. No scores here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from knowledge.language.text import stem, words

Key = TypeVar("Key")

ELIDED = frozenset("cdjlmnst")
VOWELS = "aeiouyh"
COURTESY = "politesse"  # a concept whose name begins so is a form of words, left out where more is said
SHORTEST_PREFIX = 3  # letters: two begin too many words
PREFIX = "*"  # "candidat*" stands for every word that begins so


@dataclass(frozen=True, slots=True)
class Item:
    """A word or expression of a text: what it means, how it was written, whether it is a form of words."""

    names: tuple[str, ...]
    tokens: tuple[str, ...]
    courteous: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`spellings`: folded word -> the words it stands for. `expressions`: words -> concepts.

    `inflected`: the same by stems, for other forms of the same words. `prefixes`: beginning of a word -> concepts.
    `longest`: words in the longest expression.
    """

    spellings: Mapping[str, tuple[str, ...]]
    expressions: Mapping[tuple[str, ...], tuple[str, ...]]
    inflected: Mapping[tuple[str, ...], tuple[str, ...]]
    prefixes: Mapping[str, tuple[str, ...]]
    longest: int
    language: str
    #: The first word of expressions, as it is or its stem -> words in the longest that begins so.
    _reach: dict[str, int] = field(init=False, repr=False, compare=False)
    #: Letters that prefixes have, the most first.
    _lengths: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        reach: dict[str, int] = {}
        for words_of_one in (*self.expressions, *self.inflected):
            reach[words_of_one[0]] = max(reach.get(words_of_one[0], 1), len(words_of_one))
        object.__setattr__(self, "_reach", reach)
        lengths = sorted({len(prefix) for prefix in self.prefixes if len(prefix) >= SHORTEST_PREFIX}, reverse=True)
        object.__setattr__(self, "_lengths", tuple(lengths))

    @classmethod
    def empty(cls) -> "Lexicon":
        return cls({}, {}, {}, {}, 0, "fr")

    @classmethod
    def of(cls, content: Mapping[str, Mapping[str, Sequence[str]]], language: str = "fr") -> "Lexicon":
        """Build from `{"spellings": {standard: [hasty …]}, "concepts": {name: [expression …]}}`."""
        spellings: dict[str, tuple[str, ...]] = {}
        for standard, hasty in (content.get("spellings") or {}).items():
            for spelling in hasty:
                spellings["".join(words(spelling))] = tuple(words(standard))
        expressions: dict[tuple[str, ...], set[str]] = {}
        inflected: dict[tuple[str, ...], set[str]] = {}
        prefixes: dict[str, set[str]] = {}
        for concept, terms in (content.get("concepts") or {}).items():
            for term in terms:
                if term.endswith(PREFIX):
                    prefixes.setdefault("".join(words(term)), set()).add(concept)
                elif tokens := tuple(words(term)):
                    expressions.setdefault(tokens, set()).add(concept)
                    inflected.setdefault(tuple(stem(token, language) for token in tokens), set()).add(concept)
        longest = max((len(tokens) for tokens in expressions), default=0)
        return cls(spellings, _sorted(expressions), _sorted(inflected), _sorted(prefixes), longest, language)

    def facts(self) -> dict[str, Any]:
        """Everything in it as JSON-able values; `of_facts` reads them back."""
        return {
            "spellings": {hasty: list(standard) for hasty, standard in self.spellings.items()},
            "expressions": [[list(tokens), list(concepts)] for tokens, concepts in self.expressions.items()],
            "inflected": [[list(stems), list(concepts)] for stems, concepts in self.inflected.items()],
            "prefixes": {prefix: list(concepts) for prefix, concepts in self.prefixes.items()},
            "longest": self.longest,
            "language": self.language,
        }

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> "Lexicon":
        """What `facts` gave. Raises KeyError, TypeError or ValueError where it is not that."""
        return cls(
            {hasty: tuple(standard) for hasty, standard in facts["spellings"].items()},
            {tuple(tokens): tuple(concepts) for tokens, concepts in facts["expressions"]},
            {tuple(stems): tuple(concepts) for stems, concepts in facts["inflected"]},
            {prefix: tuple(concepts) for prefix, concepts in facts["prefixes"].items()},
            int(facts["longest"]),
            str(facts["language"]),
        )

    def spell_out(self, tokens: Sequence[str]) -> list[str]:
        """Put standard words for hasty ones: ["c", "koi"] -> ["c'", "est", "quoi"].

        A lone letter before a vowel is an elision whose apostrophe was left out ("l appel", "c est").
        """
        spelled: list[str] = []
        for token, following in zip(tokens, [*tokens[1:], ""], strict=False):
            if token in ELIDED and following[:1] in ("e" if token == "c" else VOWELS) and following:
                spelled.append(token + "'")
            else:
                spelled.extend(self.spellings.get(token, (token,)))
        return spelled

    def knows(self, word: str) -> bool:
        """Whether the word alone means something to the lexicon."""
        return bool(self._concepts((word,), (stem(word, self.language),)))

    def conceive(self, tokens: Sequence[str], stems: Sequence[str]) -> list[Item]:
        """The text as concepts ("#town") where the lexicon has one, as stems where it has none.

        The longest expression wins at each place; an expression of several concepts gives them all.
        """
        items: list[Item] = []
        for start, end, concepts in self._spans(tokens, stems):
            courteous = any(concept.startswith(COURTESY) for concept in concepts)
            names = tuple("#" + concept for concept in concepts) or (stems[start],)
            items.append(Item(names, tuple(tokens[start:end]), courteous))
        return items

    def _spans(self, tokens: Sequence[str], stems: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        place, reach = 0, self._reach
        while place < len(stems):
            longest = max(reach.get(tokens[place], 1), reach.get(stems[place], 1))
            for length in range(min(longest, len(stems) - place), 0, -1):
                end = place + length
                concepts = self._concepts(tuple(tokens[place:end]), tuple(stems[place:end]))
                if concepts or length == 1:
                    yield place, end, concepts
                    place = end
                    break

    def _concepts(self, tokens: tuple[str, ...], stems: tuple[str, ...]) -> tuple[str, ...]:
        found = self.expressions.get(tokens) or self.inflected.get(stems)
        if found or len(tokens) > 1:
            return found or ()
        word = tokens[0]
        for length in self._lengths:
            if found := self.prefixes.get(word[:length]):
                return found
        return ()


def _sorted(concepts: Mapping[Key, set[str]]) -> dict[Key, tuple[str, ...]]:
    return {key: tuple(sorted(names)) for key, names in concepts.items()}
