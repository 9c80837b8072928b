"""Finds the names nearest to a misspelt one: pairs of letters choose a few, rapidfuzz measures those."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from knowledge.cache.arrays import Arrays

LETTERS = 64  # codes 0..63: 0 bounds a name, then a to z, digits, and one code for all else
SHORTLIST = 48  # names measured; more did not change what is found
KEPT = 4096  # keys of which it is kept what is near: a language has few words that are asked about often

_PARTS = ("owners", "starts", "lengths")


class NearestNames:
    """An index of keys made of plain lower-case letters and digits."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        codes = _codes("\n" + "\n".join(keys) + "\n")
        bound = codes == 0
        owner = np.cumsum(bound)[:-1] - 1
        # The pair that ends a name starts with its last letter: it has that name's number already;
        # the bound itself carries the number of the name it opens.
        pairs = codes[:-1].astype(np.int32) * LETTERS + codes[1:]
        order = np.argsort(pairs, kind="stable")
        self._owners: NDArray[np.int32] = owner[order].astype(np.int32)
        self._starts = np.searchsorted(pairs[order], np.arange(LETTERS * LETTERS + 1)).astype(np.int32)
        self._lengths = np.fromiter((len(key) + 1 for key in keys), np.float32, len(keys))
        self._found = lru_cache(maxsize=KEPT)(self._find)

    @classmethod
    def of_arrays(cls, keys: Sequence[str], arrays: Arrays, name: str) -> Self:
        """What `arrays` of the same name gave for these keys. Errors: KeyError, ValueError."""
        index = cls.__new__(cls)
        index._keys = keys
        index._owners, index._starts, index._lengths = (arrays[f"{name}.{part}"] for part in _PARTS)
        if len(index._lengths) != len(keys):
            raise ValueError(name)
        index._found = lru_cache(maxsize=KEPT)(index._find)
        return index

    def arrays(self, name: str) -> Arrays:
        """All of it but the keys, to be kept."""
        return {f"{name}.{part}": getattr(self, f"_{part}") for part in _PARTS}

    def nearest(self, key: str, limit: int = 8) -> list[tuple[int, float]]:
        """(number of the key, likeness in 0..1), likest first; only names a few slips away."""
        return self._found(key)[:limit]

    def _find(self, key: str) -> list[tuple[int, float]]:
        slips = allowed_slips(len(key))
        if not slips:
            return []
        found = []
        for number in self._shortlist(key):
            distance = OSA.distance(key, self._keys[number], score_cutoff=slips)
            if distance <= slips:
                found.append((number, 1 - distance / max(len(key), len(self._keys[number]))))
        found.sort(key=lambda pair: -pair[1])
        return found

    def _shortlist(self, key: str) -> list[int]:
        codes = _codes(f"\n{key}\n").astype(np.int32)
        pairs = set((codes[:-1] * LETTERS + codes[1:]).tolist())  # np.unique would import another part of numpy first
        postings = [self._owners[self._starts[pair] : self._starts[pair + 1]] for pair in pairs]
        shared = np.bincount(np.concatenate(postings), minlength=len(self._keys))
        # A slip spoils at most two pairs, a thread of neighbours three.
        enough = max(2, len(key) + 1 - 3 * allowed_slips(len(key)))
        chosen = np.flatnonzero(shared >= enough)
        likeness = shared[chosen] / (self._lengths[chosen] + len(key) + 1)
        if len(chosen) > SHORTLIST:
            best = np.argpartition(-likeness, SHORTLIST)[:SHORTLIST]
            chosen = chosen[best]
        shortlist: list[int] = chosen.tolist()
        return shortlist


def allowed_slips(length: int) -> int:
    """How many letters of a name may be wrong: none in a very short one, three in a long one."""
    if length < 4:
        return 0
    if length < 6:
        return 1
    return 2 if length < 12 else 3


def _codes(text: str) -> NDArray[np.uint8]:
    raw = np.frombuffer(text.encode("ascii", "replace"), np.uint8)
    coded: NDArray[np.uint8] = _code_table()[raw]
    return coded


@cache
def _code_table() -> NDArray[np.uint8]:
    table = np.full(256, 63, np.uint8)
    table[ord("\n")] = 0
    table[ord("a") : ord("z") + 1] = np.arange(1, 27)
    table[ord("0") : ord("9") + 1] = np.arange(27, 37)
    return table
