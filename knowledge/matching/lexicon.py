"""The editors' lexicon: hasty spellings and the words that mean one thing in this domain. No scores here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from knowledge.language.text import stem, words

Key = TypeVar("Key")

ELIDED = frozenset("cdjlmnst")
VOWELS = "aeiouyh"
COURTESY = "politesse"  # a concept whose name begins so is a form of words, left out where more is said
SHORTEST_PREFIX = 3  # letters: two begin too many words
PREFIX = "*"  # "candidat*" stands for every word that begins so
WORDS_KEPT = 8_192  # words of which it is kept what each means alone: a call has some 5,500


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
    #: A word and its stem -> the item it is where no expression begins with it.
    _alone: Callable[[str, str], Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        reach: dict[str, int] = {}
        for words_of_one in (*self.expressions, *self.inflected):
            reach[words_of_one[0]] = max(reach.get(words_of_one[0], 1), len(words_of_one))
        object.__setattr__(self, "_reach", reach)
        lengths = sorted({len(prefix) for prefix in self.prefixes if len(prefix) >= SHORTEST_PREFIX}, reverse=True)
        object.__setattr__(self, "_lengths", tuple(lengths))
        object.__setattr__(self, "_alone", lru_cache(maxsize=WORDS_KEPT)(self._item_of_word))

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
        place, reach = 0, self._reach
        while place < len(stems):
            longest = max(reach.get(tokens[place], 1), reach.get(stems[place], 1))
            item = self._expression(tokens[place : place + longest], stems[place : place + longest])
            items.append(item or self._alone(tokens[place], stems[place]))
            place += len(items[-1].tokens)
        return items

    def _expression(self, tokens: Sequence[str], stems: Sequence[str]) -> Item | None:
        """The longest expression of several words that the text begins with."""
        for length in range(len(stems), 1, -1):
            if concepts := self._concepts(tuple(tokens[:length]), tuple(stems[:length])):
                return _item(concepts, tuple(tokens[:length]))
        return None

    def _item_of_word(self, token: str, stem_of_it: str) -> Item:
        concepts = self._concepts((token,), (stem_of_it,))
        return _item(concepts, (token,)) if concepts else Item((stem_of_it,), (token,), courteous=False)

    def _concepts(self, tokens: tuple[str, ...], stems: tuple[str, ...]) -> tuple[str, ...]:
        found = self.expressions.get(tokens) or self.inflected.get(stems)
        if found or len(tokens) > 1:
            return found or ()
        word = tokens[0]
        for length in self._lengths:
            if found := self.prefixes.get(word[:length]):
                return found
        return ()


def _item(concepts: tuple[str, ...], tokens: tuple[str, ...]) -> Item:
    is_courteous = any(concept.startswith(COURTESY) for concept in concepts)
    return Item(tuple("#" + concept for concept in concepts), tokens, is_courteous)


def _sorted(concepts: Mapping[Key, set[str]]) -> dict[Key, tuple[str, ...]]:
    return {key: tuple(sorted(names)) for key, names in concepts.items()}
