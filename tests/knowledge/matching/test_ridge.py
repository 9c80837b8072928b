import numpy as np
import pytest

from knowledge.matching.features import Vector
from knowledge.matching.ridge import PENALTY, Folded, Ridge, gram, solve

DENSE = np.array([[1, 0, 2, 0], [0, 3, 1, 0], [1, 1, 0, 2], [2, 0, 0, 0]], dtype=np.float32)
OWN = np.array([0, 1, 1, 0], dtype=np.int32)


def sparse(dense: np.ndarray) -> list[Vector]:
    return [Vector(np.flatnonzero(row).astype(np.int32), row[np.flatnonzero(row)]) for row in dense]


def by_frequency() -> np.ndarray:
    return DENSE[:, np.argsort(-np.count_nonzero(DENSE, axis=0), kind="stable")]


def test_the_gram_of_sparse_rows_is_that_of_dense_ones() -> None:
    assert gram(sparse(DENSE), 4) == pytest.approx(DENSE @ DENSE.T)


def test_the_left_out_scores_are_those_of_a_fit_without_the_text() -> None:
    likeness = DENSE @ DENSE.T
    targets = np.eye(2, dtype=np.float32)[OWN]
    _, left_out = solve(likeness.copy(), targets, PENALTY, np.array([0, 2], np.int32))
    others = [0, 1, 3]
    without, _ = solve(likeness[np.ix_(others, others)], targets[others], PENALTY, np.array([0], np.int32))
    assert left_out[1] == pytest.approx(likeness[2, others] @ without, abs=1e-5)


def test_folded_scores_are_the_kernel_scores() -> None:
    dense = by_frequency()
    coefficients = np.arange(8, dtype=np.float32).reshape(4, 2)
    folded = Folded.of(sparse(dense), 4, coefficients)
    for row, vector in zip(dense, sparse(dense), strict=True):
        assert folded.scores(vector) == pytest.approx((dense @ row) @ coefficients)


def test_a_ridge_survives_its_arrays() -> None:
    dense = by_frequency()
    ridge, _ = Ridge.fit(
        sparse(dense), 4, ["un texte", "deux", "trois textes", "quatre"], OWN, 2, np.arange(4, dtype=np.int32)
    )
    again = Ridge.of_arrays(ridge.arrays())
    assert again.scores(sparse(dense)[0], "un texte") == pytest.approx(ridge.scores(sparse(dense)[0], "un texte"))
