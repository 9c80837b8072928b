"""Keys to numbers, kept as columns: a tuple for each of ten thousand keys takes long to make and to look through."""

from collections.abc import Iterable, Iterator

import numpy as np

from knowledge.cache.arrays import Arrays, join_names, split_names


class Postings:
    """The numbers under each key, in the order in which they were given."""

    def __init__(self, keys: list[str], starts: list[int], numbers: list[int]) -> None:
        """`numbers[starts[i]:starts[i + 1]]` are those of the i-th key."""
        self._places = dict(zip(keys, range(len(keys)), strict=True))
        self._starts = starts
        self._numbers = numbers

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> "Postings":
        found: dict[str, list[int]] = {}
        for key, number in pairs:
            found.setdefault(key, []).append(number)
        starts = [0]
        for listed in found.values():
            starts.append(starts[-1] + len(listed))
        return cls(list(found), starts, [number for listed in found.values() for number in listed])

    @classmethod
    def of_arrays(cls, arrays: Arrays, name: str) -> "Postings":
        """What `arrays` of the same name gave. Errors: KeyError, ValueError."""
        starts, numbers = arrays[f"{name}.starts"].tolist(), arrays[f"{name}.numbers"].tolist()
        keys = split_names(arrays[f"{name}.keys"])
        if len(starts) != len(keys) + 1 or starts[-1] != len(numbers):
            raise ValueError(name)
        return cls(keys, starts, numbers)

    def arrays(self, name: str) -> Arrays:
        return {
            f"{name}.keys": join_names(list(self._places)),
            f"{name}.starts": np.array(self._starts, dtype=np.int32),
            f"{name}.numbers": np.array(self._numbers, dtype=np.int32),
        }

    def get(self, key: str) -> tuple[int, ...]:
        place = self._places.get(key)
        return () if place is None else tuple(self._numbers[self._starts[place] : self._starts[place + 1]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)
