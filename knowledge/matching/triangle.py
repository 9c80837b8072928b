"""A symmetric positive system, kept as its lower half and solved in place. Knows numbers only.

Half the memory of a square, and a quarter of the time of numpy's solve, which cannot know that half of it is enough:
numpy's own Cholesky factor of a large matrix runs at a tenth of the speed of its products, so this is made of products.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: Rows of a band. Fewer: small products, which run slowly; more: more of the upper half is kept with each band.
BAND = 384
#: Rows that are asked for at once: what they are made of needs several times their memory.
MADE = 192
#: Rows of what numpy's own Cholesky factor is asked for.
SMALL = 128
#: Bands that are worked on side by side.
THREADS = 2


class Triangle:
    """The lower half of a symmetric matrix, in bands of BAND rows: band i holds its rows up to their last column.

    Single precision. After `factor` it holds the Cholesky factor instead, and solves.
    """

    def __init__(self, size: int, band: Callable[[int, int], Floats]) -> None:
        """`band`: (first row, row after the last) -> those rows, up to the column of the last of them."""
        self.bounds = [(low, min(low + BAND, size)) for low in range(0, size, BAND)]
        self.bands = [_made(band, low, high) for low, high in self.bounds]
        self._inverses: list[Floats] = []

    def factor(self) -> None:
        """Put the Cholesky factor in the matrix's place. Errors: LinAlgError where it is not positive."""
        with ThreadPoolExecutor(THREADS) as threads:
            for step, (left, right) in enumerate(self.bounds):
                of_step = self.bands[step][:, :left]

                def subtract(own: Floats, left: int = left, right: int = right, of_step: Floats = of_step) -> None:
                    own[:, left:right] -= own[:, :left] @ of_step.T

                list(threads.map(subtract, self.bands[step:]))
                self.bands[step][:, left:right], inverse = _factor(self.bands[step][:, left:right])
                self._inverses.append(inverse)

                def divide(own: Floats, left: int = left, right: int = right, inverse: Floats = inverse) -> None:
                    _divide(own[:, left:right], inverse)

                list(threads.map(divide, self.bands[step + 1 :]))

    def forward(self, sides: Floats, noughts: int = 0) -> Floats:
        """Solve with the factor: (size, any) -> the same; `sides` is overwritten. Its first `noughts` rows are 0."""
        first = noughts // BAND * BAND
        for own, (low, high), inverse in zip(self.bands, self.bounds, self._inverses, strict=True):
            if low >= first:
                sides[low:high] = inverse @ (sides[low:high] - own[:, first:low] @ sides[first:low])
        return sides

    def backward(self, sides: Floats) -> Floats:
        """Solve with the transposed factor, as `forward`: after it, this is the solution of the system."""
        for own, (low, high), inverse in zip(self.bands[::-1], self.bounds[::-1], self._inverses[::-1], strict=True):
            sides[low:high] = inverse.T @ sides[low:high]
            sides[:low] -= own[:, :low].T @ sides[low:high]
        return sides

    def inverse_diagonal(self, rows: NDArray[np.int32], at_once: int = 64) -> Floats:
        """Return what stands in the diagonal of the inverse, in these rows, which ascend."""
        found = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), at_once):
            some = rows[start : start + at_once]
            units = np.zeros((self.bounds[-1][1], len(some)), dtype=np.float32)
            units[some, np.arange(len(some))] = 1.0
            solved = self.forward(units, noughts=int(some.min()))
            found[start : start + at_once] = np.einsum("ij,ij->j", solved, solved)
        return found


def _made(band: Callable[[int, int], Floats], low: int, high: int) -> Floats:
    """Return the rows `low` to `high`, a few at a time; what is above the diagonal may be noughts."""
    rows = np.zeros((high - low, high), dtype=np.float32)
    for start in range(low, high, MADE):
        end = min(start + MADE, high)
        rows[start - low : end - low, :end] = band(start, end)
    return rows


def _factor(block: Floats) -> tuple[Floats, Floats]:
    """Return the Cholesky factor of a block and its inverse, made by halves. Errors: LinAlgError."""
    if len(block) <= SMALL:
        factor = np.linalg.cholesky(block)
        return factor, np.linalg.inv(factor)
    half = len(block) // 2
    factor, inverse = np.zeros_like(block), np.zeros_like(block)
    factor[:half, :half], inverse[:half, :half] = _factor(block[:half, :half])
    below = block[half:, :half] @ inverse[:half, :half].T
    factor[half:, half:], inverse[half:, half:] = _factor(block[half:, half:] - below @ below.T)
    factor[half:, :half] = below
    inverse[half:, :half] = -(inverse[half:, half:] @ below) @ inverse[:half, :half]
    return factor, inverse


def _divide(block: Floats, inverse: Floats) -> None:
    """Multiply a block, in place, by the transposed inverse of a factor, half of which is noughts."""
    half = len(inverse) // 2
    first = block[:, :half] @ inverse[:half, :half].T
    block[:, half:] = block @ inverse[half:].T
    block[:, :half] = first
