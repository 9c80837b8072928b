"""Keys to numbers, kept as columns: a tuple for each of ten thousand keys takes long to make and to look through."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.cache.arrays import Arrays, Names, join_names


class Postings:
    """The numbers under each key, in the order in which they were given."""

    def __init__(self, keys: Sequence[str], starts: NDArray[np.int32], numbers: NDArray[np.int32]) -> None:
        """`numbers[starts[i]:starts[i + 1]]` are those of the i-th key."""
        self.keys = keys
        self._arrays = starts, numbers
        # One number of an array takes long to get out; of what lies behind it, it does not.
        self._starts, self._numbers = starts.data, numbers.data

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> "Postings":
        found: dict[str, list[int]] = {}
        for key, number in pairs:
            found.setdefault(key, []).append(number)
        ends = np.cumsum([0, *map(len, found.values())], dtype=np.int32)
        numbers = [number for listed in found.values() for number in listed]
        return cls(list(found), ends, np.array(numbers, dtype=np.int32))

    @classmethod
    def of_arrays(cls, arrays: Arrays, name: str) -> "Postings":
        """What `arrays` of the same name gave. Errors: KeyError, ValueError."""
        keys, starts, numbers = Names(arrays[f"{name}.keys"]), arrays[f"{name}.starts"], arrays[f"{name}.numbers"]
        if len(starts) != len(keys) + 1 or starts[-1] != len(numbers):
            raise ValueError(name)
        return cls(keys, starts, numbers)

    def arrays(self, name: str) -> Arrays:
        starts, numbers = self._arrays
        return {f"{name}.keys": join_names(self.keys), f"{name}.starts": starts, f"{name}.numbers": numbers}

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where each key stands; made when one is first asked for."""
        return dict(zip(self.keys, range(len(self.keys)), strict=True))

    def get(self, key: str) -> tuple[int, ...]:
        place = self._places.get(key)
        return () if place is None else tuple(self._numbers[self._starts[place] : self._starts[place + 1]])
