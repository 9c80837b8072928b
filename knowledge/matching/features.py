"""A text becomes a sparse vector: letter groups, concepts and stems. Nothing here knows an entry."""

import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.language.text import stem, words
from knowledge.matching.lexicon import Item, Lexicon
from knowledge.matching.vocabulary import Vocabulary

SHORTEST_GROUP, LONGEST_GROUP = 2, 4  # letters; 2-5 and 3-4 measured no better
MOST_PAIRED = 40  # distinct items; a longer text would have more pairs than all else together
FEWEST_SAID = 3  # words beside the forms of words, from which on these recede
FORM_OF_WORDS = 0.3  # what a "bonjour" then weighs, a word weighing 1
HASHED_COLUMNS = 1 << 21  # a power of two; at 250,000 texts one feature in three shares its column with a rare one
LETTERS, MEANING = "l", "m"  # the blocks; a feature's name begins with its block's letter

Floats = NDArray[np.float32]
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
    counts: dict[str, float] = {}
    for word in typed:
        spaced = f" {word} "
        for size in range(SHORTEST_GROUP, LONGEST_GROUP + 1):
            for start in range(len(spaced) - size + 1):
                group = LETTERS + spaced[start : start + size]
                counts[group] = counts.get(group, 0) + 1
    return counts


class Columns(Protocol):
    """Feature -> its column, None for a feature that no text of the knowledge base has."""

    def get(self, feature: str, /) -> int | None: ...


class HashedColumns:
    """Columns by checksum instead of by name, so that millions of features need no dictionary.

    Two features now and then share a column; `seen` says which columns any text has.
    """

    def __init__(self, seen: NDArray[np.bool_]) -> None:
        self._seen = seen

    def get(self, feature: str, /) -> int | None:
        column = hashed_column(feature)
        return column if self._seen[column] else None


def hashed_column(feature: str) -> int:
    return zlib.crc32(feature.encode()) & (HASHED_COLUMNS - 1)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A reading before it is known how rare its features are: their columns and amounts, block after block."""

    columns: Ints
    amounts: Floats
    ends: tuple[int, ...]  # of the blocks

    @classmethod
    def of(cls, reading: Reading, blocks: Iterable[str], column_of: Callable[[str], int]) -> "_Counted":
        columns: list[int] = []
        amounts: list[float] = []
        ends = []
        for block in blocks:
            counts = reading.counts[block]
            columns += map(column_of, counts)
            amounts += map(_amount, counts.values())
            ends.append(len(columns))
        return cls(np.array(columns, dtype=np.int32), np.array(amounts, dtype=np.float32), tuple(ends))

    def weighed(self, columns: Ints, rarity: NDArray[np.float64], shares: Mapping[str, float]) -> Vector:
        """Place it; every feature is known."""
        weights = self.amounts * rarity[columns]
        start = 0
        for end, share in zip(self.ends, shares.values(), strict=True):
            total = float((weights[start:end] ** 2).sum())
            if total:
                weights[start:end] *= math.sqrt(share / total)
            start = end
        return Vector(columns, weights.astype(np.float32))


class Space:
    """The features of the knowledge base: a column and a rarity each, and the share of each block.

    Named columns are numbered from the most frequent feature to the rarest.
    """

    def __init__(self, columns: Columns, rarity: Sequence[float], texts: int, shares: Mapping[str, float]) -> None:
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
        numbers: dict[str, int] = {}
        counted = [
            _Counted.of(reading, shares, lambda name: numbers.setdefault(name, len(numbers))) for reading in readings
        ]
        seen = np.zeros(len(numbers), dtype=np.int64)
        for each in counted:
            seen[each.columns] += 1
        names = list(numbers)
        ranked = sorted(range(len(names)), key=lambda number: (-seen[number], names[number]))
        column = np.empty(len(names), dtype=np.int32)
        column[ranked] = np.arange(len(names), dtype=np.int32)
        rarity = [_rarity(int(seen[number]), len(counted)) for number in ranked]
        space = cls({names[number]: place for place, number in enumerate(ranked)}, rarity, len(counted), shares)
        rarities = np.array(rarity)
        return space, [each.weighed(column[each.columns], rarities, shares) for each in counted]

    @classmethod
    def hashed(cls, readings: Iterable[Reading], shares: Mapping[str, float]) -> tuple["Space", list[Vector]]:
        """The same, every feature by its checksum."""
        seen = np.zeros(HASHED_COLUMNS, dtype=np.int64)
        counted = []
        for reading in readings:
            counted.append(_Counted.of(reading, shares, hashed_column))
            seen[counted[-1].columns] += 1
        rarity = np.where(seen > 0, np.log((1 + len(counted)) / (1 + seen)) + 1.0, 0.0)
        space = cls(HashedColumns(seen > 0), rarity.tolist(), len(counted), shares)
        return space, [each.weighed(each.columns, rarity, shares) for each in counted]

    @classmethod
    def restored(
        cls, names: Sequence[str] | None, rarity: Sequence[float], texts: int, shares: Mapping[str, float]
    ) -> "Space":
        """From what was saved; `names` is None for hashed columns."""
        if names is None:
            return cls(HashedColumns(np.array(rarity) > 0), rarity, texts, shares)
        return cls({name: column for column, name in enumerate(names)}, rarity, texts, shares)

    @property
    def names(self) -> list[str] | None:
        """The features in the order of their columns, None where these are hashed."""
        return list(self.columns) if isinstance(self.columns, dict) else None

    def place(self, reading: Reading) -> Vector:
        """Each block has length sqrt(share), what is unknown included: an unknown word lowers every score."""
        columns: list[int] = []
        weights: list[float] = []
        column_of, rarity, unknown = self.columns.get, self.rarity, self._unknown
        for block, share in self.shares.items():
            start = len(weights)
            total = 0.0
            for feature, count in reading.counts[block].items():
                amount = count if count <= 1 else _amount(count)
                column = column_of(feature)
                if column is None:
                    total += (amount * unknown) ** 2
                    continue
                weight = amount * rarity[column]
                total += weight * weight
                columns.append(column)
                weights.append(weight)
            if total:
                scale = math.sqrt(share / total)
                weights[start:] = [weight * scale for weight in weights[start:]]
        return Vector(np.array(columns, dtype=np.int32), np.array(weights, dtype=np.float32))


def _amount(count: float) -> float:
    return count if count <= 1 else 1.0 + math.log(count)


def _rarity(texts_with_it: int, texts: int) -> float:
    return math.log((1 + texts) / (1 + texts_with_it)) + 1.0
