"""Texts that ask nearly the same thing, put together: for people who read many. Knows no entry and no meaning."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from knowledge.language.text import stem, words

#: Likeness (0..100) of the stems, in whatever order, from which two texts are taken for one. Lower puts « comment se
#: garer » with « comment se loger » (82): a wrong group hides a question, a parted one is only read twice.
ALIKE = 85.0
#: Folded words that a question may have or not. « Où », « quand », « qui », « combien » are another question.
_EMPTY = frozenset(
    words(
        "le la les l'un une des de du d'et a au aux en dans pour par sur avec ce c'est ca cela sont y t il ils elle on"
        " nous vous je j'se s'ne n'pas quel quelle quels quelles que qu'esce notre votre nos vos mon ma mes son sa ses"
        " bonjour bonsoir merci svp stp si"
    )
)


def group_alike(texts: Sequence[str], language: str = "fr") -> list[tuple[str, ...]]:
    """Return the texts in groups, the largest group first; of each, the text that came most often first.

    A text joins the group whose first text it is likest. Equal texts are repeated: a group's length counts them all.
    """
    stems = {text: _stems(text, language) for text in dict.fromkeys(texts)}
    counts = Counter(texts)
    often = Counter(stems[text] for text in texts)
    members: dict[str, list[str]] = {}
    for key, _ in often.most_common():
        found = process.extractOne(key, members.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        members.setdefault(found[0] if found else key, []).append(key)
    texts_of: dict[str, list[str]] = {}
    for text, key in stems.items():
        texts_of.setdefault(key, []).append(text)
    groups = []
    for keys in members.values():
        said = [text for key in keys for text in texts_of[key]]
        said.sort(key=lambda text: -counts[text])
        groups.append(tuple(text for text in said for _ in range(counts[text])))
    return sorted(groups, key=len, reverse=True)


def closest(typed: str, words: Iterable[str], least: float) -> str | None:
    """Return the word most like `typed`; None if none is at least `least` (0..100) like it. All of them folded."""
    found = process.extractOne(typed, list(words), scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else None


def _stems(text: str, language: str) -> str:
    said = words(text)
    return " ".join(sorted(stem(word, language) for word in said if word not in _EMPTY)) or " ".join(said) or text
