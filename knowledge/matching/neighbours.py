"""The scorer of a very large knowledge base: the nearest texts are looked up, and a small ridge solved on them.

The ridge of `ridge.py` needs a square of the number of texts; this needs a list of each text's features and
each feature's texts. A question costs a bounded number of list entries and one system of NEAREST unknowns.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.features import Doubles, Ints, Vector
from knowledge.matching.ridge import PENALTY, by_column

NEAREST = 48  # texts that have their say; 32 and 96 measured alike
MOST_ENTRIES = 60_000  # list entries summed for one question, rarest features first
LONGEST_LIST = 15_000  # texts; a feature of more tells them apart too little to be worth its memory
Halves = NDArray[np.float16]  # weights are kept in half precision: three digits decide no ranking


class Neighbours:
    """`row_*`: each text's features, by text; `list_*`: each feature's texts, by column; `own`: each text's class."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._row_start: Ints = arrays["row_start"]
        self._row_columns: Ints = arrays["row_columns"]
        self._row_weights: Halves = arrays["row_weights"]
        self._list_start: Ints = arrays["list_start"]
        self._list_rows: Ints = arrays["list_rows"]
        self._list_weights: Halves = arrays["list_weights"]
        self._own: Ints = arrays["own"]
        self._classes = int(arrays["classes"][0])

    @classmethod
    def fit(cls, vectors: Sequence[Vector], columns: int, own: Ints, classes: int) -> "Neighbours":
        rows, cells, weights = by_column(vectors)
        counts = np.bincount(cells, minlength=columns)
        counts[counts > LONGEST_LIST] = 0
        listed = (counts > 0)[cells]
        lengths = [len(vector.columns) for vector in vectors]
        return cls(
            {
                "row_start": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
                "row_columns": np.concatenate([vector.columns for vector in vectors]),
                "row_weights": np.concatenate([vector.weights for vector in vectors]).astype(np.float16),
                "list_start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
                "list_rows": rows[listed],
                "list_weights": weights[listed].astype(np.float16),
                "own": np.asarray(own, dtype=np.int32),
                "classes": np.array([classes], dtype=np.int32),
            }
        )

    def scores(self, vector: Vector, text: str, without: int | None = None) -> Doubles:
        """One score a class; `without`: a text left out of the count. `text` has no say here."""
        scores = np.zeros(self._classes)
        near = self._nearest(vector, without)
        if not len(near):
            return scores
        rows = [vector, *(self._row(int(row)) for row in near)]
        cells, place = np.unique(np.concatenate([row.columns for row in rows]), return_inverse=True)
        dense = np.zeros((len(rows), len(cells)), dtype=np.float32)
        dense[np.repeat(np.arange(len(rows)), [len(row.columns) for row in rows]), place] = np.concatenate(
            [row.weights for row in rows]
        )
        likeness = (dense[1:] @ dense[1:].T).astype(np.float64)
        likeness[np.diag_indices(len(near))] += PENALTY
        say = np.linalg.solve(likeness, (dense[1:] @ dense[0]).astype(np.float64))
        np.add.at(scores, self._own[near], say)
        return scores

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "row_start": self._row_start,
            "row_columns": self._row_columns,
            "row_weights": self._row_weights,
            "list_start": self._list_start,
            "list_rows": self._list_rows,
            "list_weights": self._list_weights,
            "own": self._own,
            "classes": np.array([self._classes], dtype=np.int32),
        }

    def _nearest(self, vector: Vector, without: int | None) -> NDArray[np.int64]:
        """The texts that share the most with the question, by its rarest features."""
        starts = self._list_start[vector.columns].astype(np.int64)
        lengths = self._list_start[vector.columns + 1].astype(np.int64) - starts
        order = np.argsort(lengths, kind="stable")
        order = order[: max(1, int(np.searchsorted(np.cumsum(lengths[order]), MOST_ENTRIES, side="right")))]
        lengths, starts = lengths[order], starts[order]
        entries = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        entries += np.repeat(starts, lengths)
        shared = self._list_weights[entries] * np.repeat(vector.weights[order], lengths)
        rows, place = np.unique(self._list_rows[entries], return_inverse=True)
        total = np.bincount(place, shared)
        if without is not None:
            total[rows == without] = 0.0
        best = np.argsort(-total, kind="stable")[:NEAREST]
        return np.asarray(rows[best[total[best] > 0]], dtype=np.int64)

    def _row(self, row: int) -> Vector:
        start, end = self._row_start[row], self._row_start[row + 1]
        return Vector(self._row_columns[start:end], self._row_weights[start:end].astype(np.float32))
