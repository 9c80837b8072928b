import numpy as np
import pytest

from knowledge.matching.triangle import BAND, Triangle


@pytest.mark.parametrize("size", [1, 7, BAND, BAND + 1, 3 * BAND - 5])
def test_it_solves_as_numpy_does(size: int) -> None:
    chance = np.random.default_rng(size)
    rows = chance.random((size, 40), dtype=np.float32)
    matrix = rows @ rows.T / 40 + 0.3 * np.eye(size, dtype=np.float32)
    sides = chance.random((size, 3), dtype=np.float32)
    exact = np.linalg.inv(matrix.astype(np.float64))
    triangle = Triangle(size, lambda low, high: matrix[low:high, :high])
    triangle.factor()
    assert triangle.backward(triangle.forward(sides.copy())) == pytest.approx(exact @ sides, abs=2e-3)
    some = np.unique(np.array([0, size // 2, size - 1], dtype=np.int32))
    assert triangle.inverse_diagonal(some) == pytest.approx(np.diag(exact)[some], abs=1e-3)


def test_it_keeps_little_more_than_half_of_the_square() -> None:
    size = 8 * BAND
    triangle = Triangle(size, lambda low, high: np.eye(high, dtype=np.float32)[low:high])
    assert sum(band.size for band in triangle.bands) <= 0.6 * size**2


def test_what_is_not_positive_is_refused() -> None:
    triangle = Triangle(2, lambda low, high: -np.eye(2, dtype=np.float32)[low:high, :high])
    with pytest.raises(np.linalg.LinAlgError):
        triangle.factor()
