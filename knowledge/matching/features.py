"""A text becomes a sparse vector: letter groups, concepts and stems. Nothing here knows an entry."""

import math
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise, repeat
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.language.text import stem, words
from knowledge.matching.lexicon import Item, Lexicon
from knowledge.matching.vocabulary import Vocabulary

SHORTEST_GROUP, LONGEST_GROUP = 2, 4  # letters; 2-5 and 3-4 measured no better
WORDS_KEPT = 4_096  # whose letter groups are kept: a call has as many words, each in several texts
TEXTS_AT_ONCE = 4_096  # texts weighed at once: of a hundred thousand, the sums would need more memory than the fit
MOST_PAIRED = 40  # distinct items; a longer text would have more pairs than all else together
FEWEST_SAID = 3  # words beside the forms of words, from which on these recede
FORM_OF_WORDS = 0.3  # what a "bonjour" then weighs, a word weighing 1
_UNKNOWN = -1  # in place of a column
HASHED_COLUMNS = 1 << 21  # a power of two; at 250,000 texts one feature in three shares its column with a rare one
LETTERS, MEANING = "l", "m"  # the blocks; a feature's name begins with its block's letter

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Vector:
    """A text's known features. `columns` and `weights` go together; the blocks' shares are in the weights."""

    columns: Ints
    weights: Floats


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as read: its words, mended, and what each block counts in it.

    `has_forms`: whether some of it is greeting, thanks or "could you please".
    """

    mended: tuple[str, ...]
    counts: Mapping[str, Mapping[str, float]]
    has_forms: bool


class Reader:
    """Reads texts into counted features, with the editors' lexicon and, for questions, mended vocabulary."""

    def __init__(self, lexicon: Lexicon, language: str) -> None:
        self.lexicon = lexicon
        self.language = language

    def typed(self, text: str) -> list[str]:
        return self.lexicon.spell_out(words(text))

    def read(self, typed: Sequence[str], vocabulary: Vocabulary | None = None) -> Reading:
        """`vocabulary` is None while fitting: the knowledge base's own words are taken as they are."""
        mended = typed if vocabulary is None else [self._mend(word, vocabulary) for word in typed]
        items = self.lexicon.conceive(mended, [stem(word, self.language) for word in mended])
        forms = [item for item in items if item.courteous]
        said = [item for item in items if not item.courteous]
        is_more_than_courteous = bool(forms) and sum(len(item.tokens) for item in said) >= FEWEST_SAID
        letters = [token for item in said for token in item.tokens] if is_more_than_courteous else typed
        meaning = _with_pairs(MEANING, _names_of(said if is_more_than_courteous else items))
        recede = _names_of(forms) if is_more_than_courteous else []
        meaning.update((MEANING + name, FORM_OF_WORDS) for name in recede)
        return Reading(tuple(mended), {LETTERS: _letter_groups(letters), MEANING: meaning}, has_forms=bool(forms))

    def _mend(self, word: str, vocabulary: Vocabulary) -> str:
        return word if self.lexicon.knows(word) else vocabulary.mend(word)


def _with_pairs(block: str, items: Sequence[str]) -> dict[str, float]:
    counts: dict[str, float] = {block + item: count for item, count in Counter(items).items()}
    distinct = sorted(set(items))
    if len(distinct) <= MOST_PAIRED:
        for place, first in enumerate(distinct):
            head = block + first + "|"
            for second in distinct[place + 1 :]:
                counts[head + second] = 1
    return counts


def _names_of(items: Iterable[Item]) -> list[str]:
    return [name for item in items for name in item.names]


def _letter_groups(typed: Iterable[str]) -> dict[str, float]:
    return dict(Counter(chain.from_iterable(map(_groups_of, typed))))


@lru_cache(maxsize=WORDS_KEPT)
def _groups_of(word: str) -> tuple[str, ...]:
    spaced = f" {word} "
    return tuple(
        LETTERS + spaced[start : start + size]
        for size in range(SHORTEST_GROUP, LONGEST_GROUP + 1)
        for start in range(len(spaced) - size + 1)
    )


class Columns(Protocol):
    """Feature -> its column, `missing` for a feature that no text of the knowledge base has."""

    def get(self, feature: str, missing: int, /) -> int: ...


class HashedColumns:
    """Columns by checksum instead of by name, so that millions of features need no dictionary.

    Two features now and then share a column; `seen` says which columns any text has.
    """

    def __init__(self, seen: NDArray[np.bool_]) -> None:
        self._seen = seen

    def get(self, feature: str, missing: int, /) -> int:
        column = hashed_column(feature)
        return column if self._seen[column] else missing


def hashed_column(feature: str) -> int:
    return zlib.crc32(feature.encode()) & (HASHED_COLUMNS - 1)


class _Counted:
    """Readings before it is known how rare their features are: the columns and amounts of all, text after text.

    Of a text, block after block. In arrays of all texts: one of each text would need twice the memory, and as much
    time again.
    """

    def __init__(self, readings: Iterable[Reading], blocks: Iterable[str], column_of: Callable[[str], int]) -> None:
        names = tuple(blocks)
        columns, amounts = array("i"), array("f")
        ends: list[int] = []
        self.texts = 0
        for reading in readings:
            for block in names:
                counts = reading.counts[block]
                # Through numpy, which takes them a third sooner than the array would one by one.
                columns.frombytes(np.fromiter(map(column_of, counts), np.intc, len(counts)).tobytes())
                amounts.frombytes(np.fromiter(counts.values(), np.float32, len(counts)).tobytes())
                ends.append(len(columns))
            self.texts += 1
        self.columns: Ints = np.array(columns, dtype=np.int32)
        self._amounts: Floats = np.array(amounts, dtype=np.float32)
        several = self._amounts > 1
        self._amounts[several] = 1.0 + np.log(self._amounts[several])
        self._ends = np.array(ends, dtype=np.int64)

    def seen(self, columns: int) -> NDArray[np.int64]:
        """How many texts have each feature: (columns,). Two features of one text may share a hashed column."""
        seen = np.zeros(columns, dtype=np.int64)
        for start, end in pairwise(self._bounds()):
            seen[self.columns[start:end]] += 1
        return seen

    def weighed(self, columns: Ints, rarity: Doubles, shares: Mapping[str, float]) -> list[Vector]:
        """Place each text; `columns`: those of `self.columns`, as they are numbered now."""
        sizes = np.diff(self._ends, prepend=0)
        share = np.array(list(shares.values()))
        placed = np.empty(len(columns), dtype=np.float32)
        starts = [0, *self._ends.tolist()]
        for low in range(0, len(sizes), TEXTS_AT_ONCE * len(share)):
            some = sizes[low : low + TEXTS_AT_ONCE * len(share)]
            here = slice(starts[low], starts[low + len(some)])
            blocks = np.repeat(np.arange(len(some)), some)
            weights = self._amounts[here] * rarity[columns[here]]
            totals = np.bincount(blocks, weights**2, minlength=len(some))
            wanted = np.tile(share, len(some) // len(share))
            scales = np.sqrt(np.divide(wanted, totals, out=np.zeros_like(totals), where=totals > 0))
            placed[here] = weights * scales[blocks]
        return [Vector(columns[start:end], placed[start:end]) for start, end in pairwise(self._bounds())]

    def _bounds(self) -> list[int]:
        """Where each text begins, and where the last ends."""
        return [0, *self._ends.reshape(self.texts, -1)[:, -1].tolist()] if self.texts else [0]


class _Numbers(dict[str, int]):
    """A number for each name, in the order in which they are first asked for."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number


class Space:
    """The features of the knowledge base: a column and a rarity each, and the share of each block.

    Named columns are numbered from the most frequent feature to the rarest.
    """

    def __init__(self, columns: Columns, rarity: Doubles, texts: int, shares: Mapping[str, float]) -> None:
        self.columns = columns
        self.rarity = rarity
        self.shares = dict(shares)
        self.texts = texts
        self._unknown = _rarity(0, texts)

    @classmethod
    def of(cls, readings: Iterable[Reading], shares: Mapping[str, float]) -> tuple["Space", list[Vector]]:
        """Return the space of the readings, every feature by its name, and each of them placed in it.

        The readings are read once and none is kept: as dictionaries they would need more memory than all else.
        """
        numbers = _Numbers()
        counted = _Counted(readings, shares, numbers.__getitem__)
        seen = counted.seen(len(numbers))
        names = list(numbers)
        ranked = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int32)
        ranked = ranked[np.argsort(-seen[ranked], kind="stable")]
        column = np.empty(len(names), dtype=np.int32)
        column[ranked] = np.arange(len(names), dtype=np.int32)
        rarity = np.log((1 + counted.texts) / (1 + seen[ranked])) + 1.0
        columns = {names[number]: place for place, number in enumerate(ranked.tolist())}
        space = cls(columns, rarity, counted.texts, shares)
        return space, counted.weighed(column[counted.columns], rarity, shares)

    @classmethod
    def hashed(cls, readings: Iterable[Reading], shares: Mapping[str, float]) -> tuple["Space", list[Vector]]:
        """The same, every feature by its checksum."""
        counted = _Counted(readings, shares, hashed_column)
        seen = counted.seen(HASHED_COLUMNS)
        rarity = np.where(seen > 0, np.log((1 + counted.texts) / (1 + seen)) + 1.0, 0.0)
        space = cls(HashedColumns(seen > 0), rarity, counted.texts, shares)
        return space, counted.weighed(counted.columns, rarity, shares)

    @classmethod
    def restored(cls, names: Sequence[str] | None, rarity: Doubles, texts: int, shares: Mapping[str, float]) -> "Space":
        """From what was saved; `names` is None for hashed columns."""
        if names is None:
            return cls(HashedColumns(rarity > 0), rarity, texts, shares)
        return cls({name: column for column, name in enumerate(names)}, rarity, texts, shares)

    @property
    def names(self) -> list[str] | None:
        """The features in the order of their columns, None where these are hashed."""
        return list(self.columns) if isinstance(self.columns, dict) else None

    def place(self, reading: Reading) -> Vector:
        """Each block has length sqrt(share), what is unknown included: an unknown word lowers every score."""
        blocks = [self._placed(reading.counts[block], share) for block, share in self.shares.items()]
        columns, weights = zip(*blocks, strict=True)
        return Vector(np.concatenate(columns), np.concatenate(weights))

    def _placed(self, counts: Mapping[str, float], share: float) -> tuple[Ints, Floats]:
        """The known features of a block, and their weights."""
        found = np.fromiter(map(self.columns.get, counts, repeat(_UNKNOWN)), np.int32, len(counts))
        amounts = np.fromiter(counts.values(), np.float64, len(counts))
        amounts[amounts > 1] = 1.0 + np.log(amounts[amounts > 1])
        known = found != _UNKNOWN
        weights = amounts * np.where(known, self.rarity[found], self._unknown)
        total = float(weights @ weights)
        if total:
            weights *= math.sqrt(share / total)
        return found[known], weights[known].astype(np.float32)


def _rarity(texts_with_it: int, texts: int) -> float:
    return math.log((1 + texts) / (1 + texts_with_it)) + 1.0
