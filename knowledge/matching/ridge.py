"""Kernel ridge regression over sparse vectors, in closed form. Knows columns and rows, no words."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge.matching.features import Floats, Ints, Vector
from knowledge.matching.fitted import join_names, split_names

SHARE_OF_WHOLES = 0.10  # of the likeness of two texts; the blocks of features have the rest
PENALTY = 0.3  # the ridge's; 0.2 to 0.5 measured alike, 0.8 worse
COMMON = 20  # a feature in more than one text of COMMON is multiplied as a dense column, else entry by entry
COLUMNS_AT_ONCE = 1_024
ROWS_AT_ONCE = 256
UNRELATED = 40.0  # rapidfuzz ratio of two sentences that have only a language in common

Doubles = NDArray[np.float64]


def gram(vectors: Sequence[Vector], columns: int) -> Floats:
    """Every text's likeness with every text: (texts, texts)."""
    texts = len(vectors)
    rows, cells, weights = by_column(vectors)
    bounds = np.searchsorted(cells, np.arange(columns + 1))
    likeness = np.zeros((texts, texts), dtype=np.float32)
    often = max(8, texts // COMMON)
    dense: list[tuple[int, int]] = []
    diagonal = np.zeros(texts, dtype=np.float32)
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if high - low > often:
            dense.append((low, high))
        elif high - low == 1:
            diagonal[rows[low]] += weights[low] ** 2
        elif high > low:
            at, amount = rows[low:high], weights[low:high]
            likeness[at[:, None], at] += amount[:, None] * amount
    likeness[np.diag_indices(texts)] += diagonal
    for start in range(0, len(dense), COLUMNS_AT_ONCE):
        part = dense[start : start + COLUMNS_AT_ONCE]
        block = np.zeros((texts, len(part)), dtype=np.float32)
        for place, (low, high) in enumerate(part):
            block[rows[low:high], place] = weights[low:high]
        likeness += block @ block.T
    return likeness


def by_column(vectors: Sequence[Vector]) -> tuple[Ints, Ints, Floats]:
    """All entries of the vectors as (row, column, weight), by column, then by row."""
    if not vectors:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32)
    cells = np.concatenate([vector.columns for vector in vectors])
    weights = np.concatenate([vector.weights for vector in vectors])
    rows = np.repeat(np.arange(len(vectors), dtype=np.int32), [len(vector.columns) for vector in vectors])
    order = np.argsort(cells, kind="stable")
    return rows[order], cells[order], weights[order]


def solve(likeness: Floats, targets: Floats, penalty: float, sampled: Ints) -> tuple[Floats, Doubles]:
    """The ridge's coefficients (texts, classes), and the scores of the sampled texts, were each left out.

    Single precision: the penalty keeps the system's condition near a thousand. Overwrites `likeness`.
    """
    likeness[np.diag_indices(len(likeness))] += penalty
    units = np.zeros((len(likeness), len(sampled)), dtype=np.float32)
    units[sampled, np.arange(len(sampled))] = 1.0
    solved = _solve_positive(likeness, np.hstack([targets, units]))
    coefficients = np.ascontiguousarray(solved[:, : targets.shape[1]])
    inverse_diagonal = solved[sampled, targets.shape[1] + np.arange(len(sampled))]
    return coefficients, (targets[sampled] - coefficients[sampled] / inverse_diagonal[:, None]).astype(np.float64)


def _solve_positive(system: Floats, sides: Floats) -> Floats:
    """`system` is symmetric and positive: a sixth of the time of numpy's solve, which cannot know. Overwrites both."""
    steps = [slice(start, min(start + ROWS_AT_ONCE, len(system))) for start in range(0, len(system), ROWS_AT_ONCE)]
    inverses = _factor(system, steps)
    for step, inverse in zip(steps, inverses, strict=True):
        sides[step] = inverse @ (sides[step] - system[step, : step.start] @ sides[: step.start])
    for step, inverse in zip(reversed(steps), reversed(inverses), strict=True):
        sides[step] = inverse.T @ (sides[step] - system[step.stop :, step].T @ sides[step.stop :])
    return sides


def _factor(system: Floats, steps: Sequence[slice]) -> list[Floats]:
    """Put the Cholesky factor in the lower half of `system`, block by block; return the inverse of each diagonal block.

    numpy's own factor of a large matrix runs at a tenth of the speed of its products: so it is made of products.
    """
    inverses = []
    for step in steps:
        panel = system[step.start :, step]
        panel -= system[step.start :, : step.start] @ system[step, : step.start].T
        size = step.stop - step.start
        diagonal = np.linalg.cholesky(panel[:size])
        inverses.append(np.linalg.inv(diagonal))
        panel[:size] = diagonal
        panel[size:] = panel[size:] @ inverses[-1].T
    return inverses


class Wholes:
    """The knowledge base's texts as wholes: how few letters must change to make one from a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)

    def likeness(self, questions: Sequence[str]) -> Floats:
        """(questions, texts), 0 for what two unrelated texts have in common, 1 for the same text."""
        ratio = process.cdist(
            questions,
            self.texts,
            scorer=fuzz.ratio,
            score_cutoff=UNRELATED,
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
    def of(cls, vectors: Sequence[Vector], columns: int, coefficients: Floats) -> "Folded":
        rows, cells, weights = by_column(vectors)
        counts = np.bincount(cells, minlength=columns)
        several = int(np.count_nonzero(counts > 1))
        frequent = np.zeros((several, coefficients.shape[1]), dtype=np.float32)
        for row, vector in enumerate(vectors):
            kept = vector.columns < several
            frequent[vector.columns[kept]] += vector.weights[kept, None] * coefficients[row]
        first = int(np.searchsorted(cells, several))
        return cls(frequent, rows[first:], weights[first:], coefficients)

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
        targets = np.zeros((len(texts), classes), dtype=np.float32)
        targets[np.arange(len(texts)), own] = 1.0
        wholes = Wholes(texts)
        likeness = wholes.likeness(texts)
        likeness *= SHARE_OF_WHOLES
        likeness += gram(vectors, columns)
        coefficients, left_out = solve(likeness, targets, PENALTY, sampled)
        return cls(Folded.of(vectors, columns, coefficients), wholes), left_out

    def scores(self, vector: Vector, text: str) -> Doubles:
        """One score a class. `text`: the words, mended, with a space between."""
        whole = self._wholes.likeness([text])[0]
        scores = self._folded.scores(vector) + SHARE_OF_WHOLES * (whole @ self._folded.coefficients)
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
