"""Kernel ridge regression over sparse vectors, in closed form. Knows columns and rows, no words."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from threadpoolctl import threadpool_limits

from knowledge.cache.arrays import join_names, split_names
from knowledge.matching.features import Doubles, Floats, Ints, Vector
from knowledge.matching.triangle import Triangle

SHARE_OF_WHOLES = 0.10  # of the likeness of two texts; the blocks of features have the rest
PENALTY = 0.3  # the ridge's; 0.2 to 0.5 measured alike, 0.8 worse
COMMON = 20  # a feature in more than one text of COMMON is multiplied as a dense column, else entry by entry
ROWS_AT_ONCE = 32  # texts whose rare features are summed at once: of more, the sums do not stay near the processor
# Every text has its say. With those of the dozen likeliest classes alone, a question costs a quarter less, and two in a
# hundred of the editors' own test questions go astray.
UNRELATED = 40.0  # rapidfuzz ratio of two sentences that have only a language in common


class Lists:
    """Each feature's texts in order: those of column i are in `rows` and `weights` from starts[i] to starts[i + 1]."""

    def __init__(self, vectors: Sequence[Vector], columns: int) -> None:
        self.texts = len(vectors)
        self.rows, cells, self.weights = by_column(vectors)
        self.starts = np.searchsorted(cells, np.arange(columns + 1)).astype(np.int64)
        self.counts = np.diff(self.starts)
        self.is_common = self.counts > max(8, self.texts // COMMON)

    def dense(self, columns: Iterable[int]) -> Floats:
        """Return these columns as they stand in all texts: (texts, columns)."""
        listed = list(columns)
        dense = np.zeros((self.texts, len(listed)), dtype=np.float32)
        for place, column in enumerate(listed):
            of_column = slice(self.starts[column], self.starts[column + 1])
            dense[self.rows[of_column], place] = self.weights[of_column]
        return dense


class Gram:
    """Every text's likeness with every text, by their features; made a few rows at a time, for it is never all kept."""

    def __init__(self, vectors: Sequence[Vector], lists: Lists) -> None:
        self._dense = lists.dense(np.flatnonzero(lists.is_common).tolist())
        self._rare = _Rare(vectors, lists)

    def band(self, low: int, high: int) -> Floats:
        """Return the likeness of the texts `low` to `high` with the texts 0 to `high`: (high - low, high)."""
        likeness = self._dense[low:high] @ self._dense[:high].T
        self._rare.add(likeness, low, high)
        return likeness


class _Rare:
    """The features that few texts have: of each of a text's, the list of texts is gone through."""

    def __init__(self, vectors: Sequence[Vector], lists: Lists) -> None:
        # Text after text; `_first`: where each begins.
        columns = np.concatenate([vector.columns for vector in vectors])
        weights = np.concatenate([vector.weights for vector in vectors])
        rare = ~lists.is_common[columns]
        self._first = np.concatenate([[0], np.cumsum(rare)])[
            np.cumsum([0, *(len(vector.columns) for vector in vectors)])
        ]
        self._columns, self._own = columns[rare], weights[rare]
        self._starts, self._rows, self._weights = lists.starts, lists.rows, lists.weights

    def add(self, likeness: Floats, low: int, high: int) -> None:
        """Add their part to the likeness of the texts `low` to `high` with the texts 0 to `high`."""
        # Of each column the texts before `high` only, which come first: of the lower half no more is asked.
        reached = np.bincount(self._columns[: self._first[high]], minlength=len(self._starts))
        for start in range(low, high, ROWS_AT_ONCE):
            end = min(start + ROWS_AT_ONCE, high)
            here = slice(self._first[start], self._first[end])
            columns = self._columns[here]
            lengths = reached[columns]
            shift = self._starts[columns] - (np.cumsum(lengths) - lengths)
            entries = np.arange(lengths.sum()) + np.repeat(shift, lengths)
            amounts = self._weights[entries] * np.repeat(self._own[here], lengths)
            texts = np.repeat(np.arange(end - start) * high, np.diff(self._first[start : end + 1]))
            cells = self._rows[entries] + np.repeat(texts, lengths)
            part = np.bincount(cells, amounts, minlength=(end - start) * high)
            likeness[start - low : end - low] += part.reshape(-1, high)


def by_column(vectors: Sequence[Vector]) -> tuple[Ints, Ints, Floats]:
    """All entries of the vectors as (row, column, weight), by column, then by row."""
    if not vectors:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32)
    # One after the other, each in its own place: of ten times a call they are the most that a fit holds.
    cells = np.concatenate([vector.columns for vector in vectors])
    order = np.argsort(cells, kind="stable").astype(np.int32)
    cells = cells[order]
    weights = np.concatenate([vector.weights for vector in vectors])[order]
    rows = np.repeat(np.arange(len(vectors), dtype=np.int32), [len(vector.columns) for vector in vectors])[order]
    return rows, cells, weights


def solve(system: Triangle, targets: Floats, sampled: Ints) -> tuple[Floats, Doubles]:
    """The ridge's coefficients (texts, classes), and the scores of the sampled texts, were each left out.

    `system`: the likeness with the penalty on its diagonal, which keeps its condition near a thousand: single precision
    is enough. Overwrites `system`.
    """
    system.factor()
    coefficients = system.backward(system.forward(targets.copy()))
    without = coefficients[sampled] / system.inverse_diagonal(sampled)[:, None]
    return coefficients, (targets[sampled] - without).astype(np.float64)


def _system(wholes: "Wholes", gram: Gram) -> Triangle:
    """The likeness of all texts with each other, and the penalty; what it is made of is not kept."""

    def band(low: int, high: int) -> Floats:
        likeness = wholes.likeness(wholes.texts[low:high], high)
        likeness *= SHARE_OF_WHOLES
        likeness += gram.band(low, high)
        likeness[np.arange(high - low), np.arange(low, high)] += PENALTY
        return likeness

    return Triangle(len(wholes.texts), band)


def _one_thread_a_product() -> None:
    """Let this process multiply with one thread from now on.

    OpenBLAS's own threads wait for each other in a loop: a fit takes ten times as long where other programs want the
    cores too, and a question's products, which are small, cost half as much again.
    """
    threadpool_limits(limits=1, user_api="blas")


class Wholes:
    """The knowledge base's texts as wholes: how few letters must change to make one from a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)

    def likeness(self, questions: Sequence[str], first: int | None = None) -> Floats:
        """(questions, texts), 0 for what two unrelated texts have in common, 1 for the same text.

        `first`: only with so many of the texts.
        """
        ratio = process.cdist(
            questions,
            self.texts[:first],
            scorer=fuzz.ratio,  # without its score_cutoff: to look for it takes longer than it saves
            dtype=np.float32,
            workers=1 if len(questions) == 1 else -1,  # threads pay when fitting, not for one question
        )
        ratio -= UNRELATED  # in place: at thousands of texts a copy is a hundred megabytes
        np.maximum(ratio, 0.0, out=ratio)
        ratio /= 100.0 - UNRELATED
        return np.asarray(ratio, dtype=np.float32)


class Folded:
    """The solved ridge, folded to one row of class scores per feature: a question is a sum of such rows.

    Features are numbered from frequent to rare. The many that only one text has are not given a row of their
    own, which would be that text's coefficients times a weight: they point to the text. Five times smaller.
    """

    def __init__(self, frequent: Floats, owner: Ints, weight: Floats, coefficients: Floats) -> None:
        self.frequent = frequent  # (features that several texts have, classes)
        self.owner = owner  # (features that one text has,): that text
        self.weight = weight  # (features that one text has,): its weight there
        self.coefficients = coefficients  # (texts, classes)

    @classmethod
    def of(cls, lists: Lists, coefficients: Floats) -> "Folded":
        """Columns are numbered from frequent to rare."""
        several = int(np.count_nonzero(lists.counts > 1))
        common = int(np.count_nonzero(lists.is_common))
        frequent = np.empty((several, coefficients.shape[1]), dtype=np.float32)
        frequent[:common] = lists.dense(range(common)).T @ coefficients
        starts = lists.starts[common : several + 1].tolist()
        for column, (start, end) in enumerate(pairwise(starts), start=common):
            frequent[column] = lists.weights[start:end] @ coefficients[lists.rows[start:end]]
        first = int(lists.starts[several])
        return cls(frequent, lists.rows[first:], lists.weights[first:], coefficients)

    def scores(self, vector: Vector) -> Floats:
        """One score a class."""
        several = len(self.frequent)
        kept = vector.columns < several
        scores = vector.weights[kept] @ self.frequent[vector.columns[kept]]
        if not kept.all():
            rare = vector.columns[~kept] - several
            scores = scores + (vector.weights[~kept] * self.weight[rare]) @ self.coefficients[self.owner[rare]]
        return np.asarray(scores, dtype=np.float32)


class Ridge:
    """The scorer of a knowledge base of usual size: every text has its say, through features and as a whole."""

    def __init__(self, folded: Folded, wholes: Wholes) -> None:
        _one_thread_a_product()
        self._folded = folded
        self._wholes = wholes

    @classmethod
    def fit(
        cls,
        vectors: Sequence[Vector],
        columns: int,
        texts: Sequence[str],
        own: Ints,
        classes: int,
        sampled: Ints,
    ) -> tuple["Ridge", Doubles]:
        """The ridge, and the scores (sampled, classes) that the sampled texts would get, were each left out.

        `own`: the class of each text. Columns are numbered from frequent to rare.
        """
        # The sampled texts last: what the inverse has in its diagonal there needs the last rows of the factor only.
        order = np.concatenate([np.setdiff1d(np.arange(len(texts)), sampled), sampled]).tolist()
        vectors, texts, own = [vectors[text] for text in order], [texts[text] for text in order], own[order]
        sampled = np.arange(len(texts) - len(sampled), len(texts), dtype=np.int32)
        targets = np.zeros((len(texts), classes), dtype=np.float32)
        targets[np.arange(len(texts)), own] = 1.0
        lists = Lists(vectors, columns)
        wholes = Wholes(texts)
        _one_thread_a_product()
        coefficients, left_out = solve(_system(wholes, Gram(vectors, lists)), targets, sampled)
        return cls(Folded.of(lists, coefficients), wholes), left_out

    def scores(self, vector: Vector, text: str) -> Doubles:
        """One score a class. `text`: the words, mended, with a space between."""
        # All rows: to pick those of the third of the texts that are near takes longer than to multiply the noughts.
        whole = self._wholes.likeness([text])[0] @ self._folded.coefficients
        scores = self._folded.scores(vector) + SHARE_OF_WHOLES * whole
        return np.asarray(scores, dtype=np.float64)

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "texts": join_names(self._wholes.texts),
            "frequent": self._folded.frequent,
            "owner": self._folded.owner,
            "weight": self._folded.weight,
            "coefficients": self._folded.coefficients,
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Ridge":
        """What `arrays` gave. Raises KeyError where something is missing."""
        folded = Folded(arrays["frequent"], arrays["owner"], arrays["weight"], arrays["coefficients"])
        return cls(folded, Wholes(split_names(arrays["texts"])))
