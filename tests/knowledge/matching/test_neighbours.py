import numpy as np
import pytest

from knowledge.matching.features import Vector
from knowledge.matching.neighbours import Neighbours
from knowledge.matching.ridge import PENALTY

DENSE = np.array([[1, 0, 2, 0], [0, 3, 1, 0], [1, 1, 0, 0]], dtype=np.float32)
OWN = np.array([0, 1, 1], dtype=np.int32)
VECTORS = [Vector(np.flatnonzero(row).astype(np.int32), row[np.flatnonzero(row)]) for row in DENSE]


def test_with_few_texts_the_neighbours_are_the_whole_ridge() -> None:
    scorer = Neighbours.fit(VECTORS, 4, OWN, 2)
    likeness = DENSE @ DENSE.T
    expected = likeness[0] @ np.linalg.solve(likeness + PENALTY * np.eye(3), np.eye(2)[OWN])
    assert scorer.scores(VECTORS[0], "") == pytest.approx(expected, abs=1e-5)


def test_a_text_left_out_has_no_say() -> None:
    scorer = Neighbours.fit(VECTORS, 4, OWN, 2)
    assert scorer.scores(VECTORS[0], "", without=0)[0] == 0.0


def test_a_question_that_shares_nothing_scores_nothing() -> None:
    scorer = Neighbours.fit(VECTORS, 4, OWN, 2)
    assert not scorer.scores(Vector(np.array([3], np.int32), np.array([1.0], np.float32)), "").any()


def test_neighbours_survive_their_arrays() -> None:
    scorer = Neighbours.fit(VECTORS, 4, OWN, 2)
    again = Neighbours(scorer.arrays())
    assert again.scores(VECTORS[1], "") == pytest.approx(scorer.scores(VECTORS[1], ""))
