"""The editors' lexicon: hasty spellings and the words that mean one thing in this domain. No scores here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.text import stem, words

PREFIX = "*"  # "candidat*" stands for every word that begins so


class LexiconFault(ValueError):
    """The lexicon's file is not of the expected shape; the message names every fault."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`spellings`: folded word -> the words it stands for. `expressions`: stems -> concepts.

    `prefixes`: beginning of a word -> concepts. `longest`: words in the longest expression.
    """

    spellings: Mapping[str, tuple[str, ...]]
    expressions: Mapping[tuple[str, ...], tuple[str, ...]]
    prefixes: Mapping[str, tuple[str, ...]]
    longest: int
    language: str

    @classmethod
    def empty(cls) -> "Lexicon":
        return cls({}, {}, {}, 0, "fr")

    @classmethod
    def load(cls, path: Path, language: str = "fr") -> "Lexicon":
        """Read a YAML file with the keys `spellings` and `concepts`. Raises LexiconFault, OSError."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise LexiconFault(f"{path.name} : ce n'est pas du YAML lisible ({error}).") from error
        return cls.of(content, language)

    @classmethod
    def of(cls, content: Any, language: str = "fr") -> "Lexicon":
        """Build from `{"spellings": {standard: [hasty …]}, "concepts": {name: [expression …]}}`."""
        faults = _faults(content)
        if faults:
            raise LexiconFault("\n".join(faults))
        spellings: dict[str, tuple[str, ...]] = {}
        for standard, hasty in (content.get("spellings") or {}).items():
            for spelling in hasty:
                spellings["".join(words(spelling))] = tuple(words(standard))
        expressions: dict[tuple[str, ...], set[str]] = {}
        prefixes: dict[str, set[str]] = {}
        for concept, terms in (content.get("concepts") or {}).items():
            for term in terms:
                if str(term).endswith(PREFIX):
                    prefixes.setdefault("".join(words(str(term))), set()).add(concept)
                elif stems := tuple(stem(word, language) for word in words(str(term))):
                    expressions.setdefault(stems, set()).add(concept)
        return cls(
            spellings,
            {stems: tuple(sorted(concepts)) for stems, concepts in expressions.items()},
            {prefix: tuple(sorted(concepts)) for prefix, concepts in prefixes.items()},
            max((len(stems) for stems in expressions), default=0),
            language,
        )

    def facts(self) -> dict[str, Any]:
        """Everything in it as JSON-able values; `of_facts` reads them back."""
        return {
            "spellings": {hasty: list(standard) for hasty, standard in self.spellings.items()},
            "expressions": [[list(stems), list(concepts)] for stems, concepts in self.expressions.items()],
            "prefixes": {prefix: list(concepts) for prefix, concepts in self.prefixes.items()},
            "longest": self.longest,
            "language": self.language,
        }

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> "Lexicon":
        """What `facts` gave. Raises KeyError, TypeError or ValueError where it is not that."""
        return cls(
            {hasty: tuple(standard) for hasty, standard in facts["spellings"].items()},
            {tuple(stems): tuple(concepts) for stems, concepts in facts["expressions"]},
            {prefix: tuple(concepts) for prefix, concepts in facts["prefixes"].items()},
            int(facts["longest"]),
            str(facts["language"]),
        )

    def spell_out(self, tokens: Iterable[str]) -> list[str]:
        """Put standard words for hasty ones: ["c", "koi"] -> ["c", "est", "quoi"]."""
        spelled: list[str] = []
        for token in tokens:
            spelled.extend(self.spellings.get(token, (token,)))
        return spelled

    def knows(self, word: str) -> bool:
        """Whether the word alone means something to the lexicon."""
        return (stem(word, self.language),) in self.expressions or bool(self._by_prefix(word))

    def conceive(self, tokens: Sequence[str], stems: Sequence[str]) -> list[str]:
        """The text as concepts ("#town") where the lexicon has one, as stems where it has none.

        The longest expression wins at each place; an expression of several concepts gives them all.
        """
        items: list[str] = []
        place = 0
        while place < len(stems):
            for length in range(min(self.longest, len(stems) - place), 0, -1):
                concepts = self.expressions.get(tuple(stems[place : place + length]))
                if concepts is None and length == 1:
                    concepts = self._by_prefix(tokens[place])
                if concepts:
                    items.extend("#" + concept for concept in concepts)
                    place += length
                    break
            else:
                items.append(stems[place])
                place += 1
        return items

    def _by_prefix(self, word: str) -> tuple[str, ...]:
        for length in range(len(word), 2, -1):
            concepts = self.prefixes.get(word[:length])
            if concepts:
                return concepts
        return ()


def _faults(content: Any) -> list[str]:
    if not isinstance(content, dict):
        return ["Le lexique doit avoir les clés « spellings » et « concepts »."]
    faults = [
        f"Clé inconnue dans le lexique : « {key} »."
        for key in content
        if key not in ("spellings", "concepts")
    ]
    for section in ("spellings", "concepts"):
        entries = content.get(section) or {}
        if not isinstance(entries, dict):
            faults.append(f"« {section} » doit être un ensemble de noms suivis chacun d'une liste.")
            continue
        for name, terms in entries.items():
            if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
                faults.append(
                    f"« {section} », « {name} » : il faut une liste de textes, entre guillemets au besoin."
                )
    return faults
