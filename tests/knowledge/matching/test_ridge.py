import numpy as np
import pytest

from knowledge.matching.features import Vector
from knowledge.matching.ridge import PENALTY, Folded, Gram, Lists, Ridge, solve
from knowledge.matching.triangle import Triangle

DENSE = np.array([[1, 0, 2, 0], [0, 3, 1, 0], [1, 1, 0, 2], [2, 0, 0, 0]], dtype=np.float32)
OWN = np.array([0, 1, 1, 0], dtype=np.int32)


def sparse(dense: np.ndarray) -> list[Vector]:
    return [Vector(np.flatnonzero(row).astype(np.int32), row[np.flatnonzero(row)]) for row in dense]


def by_frequency() -> np.ndarray:
    return DENSE[:, np.argsort(-np.count_nonzero(DENSE, axis=0), kind="stable")]


def test_the_gram_of_sparse_rows_is_that_of_dense_ones() -> None:
    gram = Gram(sparse(DENSE), Lists(sparse(DENSE), 4))
    assert gram.band(0, 2) == pytest.approx(DENSE[:2] @ DENSE[:2].T)
    assert gram.band(2, 4) == pytest.approx(DENSE[2:] @ DENSE.T)


def test_features_that_many_texts_have_count_like_those_that_few_have() -> None:
    many = np.vstack([DENSE] * 5)
    assert Gram(sparse(many), Lists(sparse(many), 4)).band(0, len(many)) == pytest.approx(many @ many.T)


def test_rare_and_common_features_count_together_in_each_band() -> None:
    chance = np.random.default_rng(7)
    frequency = np.repeat([0.6, 0.03], [10, 60])
    dense = (chance.random((150, 70)) * (chance.random((150, 70)) < frequency)).astype(np.float32)
    lists = Lists(sparse(dense), 70)
    assert 0 < np.count_nonzero(lists.is_common) < 70
    gram = Gram(sparse(dense), lists)
    for low, high in ((0, 67), (67, 150)):
        assert gram.band(low, high) == pytest.approx(dense[low:high] @ dense[:high].T, abs=1e-5)


def test_whichever_texts_are_sampled_the_ridge_is_the_same() -> None:
    vectors, texts = sparse(by_frequency()), ["un texte", "deux", "trois textes", "quatre"]
    whole, all_left_out = Ridge.fit(vectors, 4, texts, OWN, 2, np.arange(4, dtype=np.int32))
    other, left_out = Ridge.fit(vectors, 4, texts, OWN, 2, np.array([0, 2], np.int32))
    assert left_out == pytest.approx(all_left_out[[0, 2]], abs=1e-5)
    assert other.scores(vectors[1], "deux") == pytest.approx(whole.scores(vectors[1], "deux"), abs=1e-5)


def system(likeness: np.ndarray) -> Triangle:
    ridged = likeness + PENALTY * np.eye(len(likeness), dtype=np.float32)
    return Triangle(len(likeness), lambda low, high: ridged[low:high, :high])


def test_the_left_out_scores_are_those_of_a_fit_without_the_text() -> None:
    likeness = DENSE @ DENSE.T
    targets = np.eye(2, dtype=np.float32)[OWN]
    _, left_out = solve(system(likeness), targets, np.array([0, 2], np.int32))
    others = [0, 1, 3]
    without, _ = solve(system(likeness[np.ix_(others, others)]), targets[others], np.array([0], np.int32))
    assert left_out[1] == pytest.approx(likeness[2, others] @ without, abs=1e-5)


def test_folded_scores_are_the_kernel_scores() -> None:
    dense = by_frequency()
    coefficients = np.arange(8, dtype=np.float32).reshape(4, 2)
    folded = Folded.of(Lists(sparse(dense), 4), coefficients)
    for row, vector in zip(dense, sparse(dense), strict=True):
        assert folded.scores(vector) == pytest.approx((dense @ row) @ coefficients)


def test_a_ridge_survives_its_arrays() -> None:
    dense = by_frequency()
    ridge, _ = Ridge.fit(
        sparse(dense), 4, ["un texte", "deux", "trois textes", "quatre"], OWN, 2, np.arange(4, dtype=np.int32)
    )
    again = Ridge.of_arrays(ridge.arrays())
    assert again.scores(sparse(dense)[0], "un texte") == pytest.approx(ridge.scores(sparse(dense)[0], "un texte"))
