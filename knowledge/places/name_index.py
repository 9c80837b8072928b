"""Names to numbers: exactly, without small words, by their beginning, or nearly; knows no register."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Self

from knowledge.cache.arrays import Arrays, Names, join_names
from knowledge.cache.postings import Postings
from knowledge.places.ngrams import NearestNames
from knowledge.places.spelling import ARTICLES, CONNECTORS, core, loose, sound

EXACT = 100.0
OTHER_ARTICLE = 99.0
LOOSE = 96.0
BEGINNING = 91.0
CUT_SHORT = 89.0
SAME_SOUND = 85.0
ENDING = 86.0
NEAREST_AT_BEST = 95.0

# The beginning of too many names to tell anything.
TOO_COMMON = CONNECTORS | {"saint", "sainte", "saints", "saintes", "notre", "grand", "grande", "petit", "val", "mont"}

SAME_ARTICLE = 1.0
MIN_SOUND = 4  # letters
MIN_CUT = 6  # letters of a name that is cut short
MAX_CUT = 8
MAX_SILENT = 2  # letters more or less between two spellings of one sound

Matches = dict[int, float]

_PARTS = ("exact", "loose", "sounds", "beginnings", "endings", "known")


class NameIndex:
    """Entry i has the words `names[i]`; `known` are those that people call by a part of their name, or by ear.

    The words are kept as one text: lists by the ten thousand weigh on the garbage collector.
    """

    def __init__(self, names: Sequence[Sequence[str]], known: Collection[int] = ()) -> None:
        cores = [core(name) for name in names]
        self._names: Sequence[str] = [" ".join(name) for name in names]
        self._exact = Postings.of((cores[number], number) for number, name in enumerate(names) if name)
        self._loose = Postings.of(_loosely(names, cores))
        self._sounds = Postings.of((sound(cores[number]), number) for number in known)
        self._beginnings = Postings.of((each, number) for number in known for each in _beginnings(names[number]))
        self._endings = Postings.of((names[number][1], number) for number in known if _is_pair(names[number]))
        self._known = Postings.of(sorted((cores[number], number) for number in known))
        self._nearest = NearestNames(self._exact.keys)

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._exact.keys))

    @classmethod
    def of_arrays(cls, arrays: Arrays, name: str) -> Self:
        """What `arrays` of the same name gave. Errors: KeyError, ValueError."""
        index = cls.__new__(cls)
        index._names = Names(arrays[f"{name}.names"])
        for part in _PARTS:
            setattr(index, f"_{part}", Postings.of_arrays(arrays, f"{name}.{part}"))
        index._nearest = NearestNames.of_arrays(index._exact.keys, arrays, f"{name}.nearest")
        return index

    def arrays(self, name: str) -> Arrays:
        """All of it, to be kept."""
        parts = [getattr(self, f"_{part}").arrays(f"{name}.{part}") for part in _PARTS]
        near = self._nearest.arrays(f"{name}.nearest")
        return {
            f"{name}.names": join_names(self._names),
            **near,
            **{key: one for part in parts for key, one in part.items()},
        }

    def words_of(self, number: int) -> Sequence[str]:
        return self._names[number].split()

    def exact(self, key: str) -> tuple[int, ...]:
        """The entries whose `core` is this key."""
        return self._exact.get(key)

    def beginning(self, key: str) -> tuple[int, ...]:
        return self._beginnings.get(key)

    def same(self, name: Sequence[str]) -> Matches:
        """Entry -> score of the entries that bear this name, but for articles and small words."""
        spare = loose(name)
        found = dict.fromkeys(self._loose.get(spare), LOOSE) if spare else {}
        for number in self.exact(spare):
            found[number] = LOOSE
        for number in self.exact(core(name)):
            found[number] = EXACT if " ".join(name) == self._names[number] else OTHER_ARTICLE
        return found

    def part(self, name: Sequence[str]) -> Matches:
        """Entry -> score of the known entries whose name begins or ends so: « Charleville », « Jallieu »."""
        key = core(name)
        return dict.fromkeys(self._endings.get(key), ENDING) | dict.fromkeys(self.beginning(key), BEGINNING)

    def nearly(self, name: Sequence[str]) -> Matches:
        """Entry -> score of the entries a few slips away from this name, sounding so, or cut short."""
        key = core(name)
        if len(key) > self._longest + 3:
            return {}
        found = {
            number: min(NEAREST_AT_BEST, 100 * likeness)
            for near, likeness in self._nearest.nearest(key)
            for number in self._exact.get(self._exact.keys[near])
        }
        heard = sound(key)
        for number in self._sounds.get(heard) if len(heard) >= MIN_SOUND else ():
            if abs(len(key) - len(core(self.words_of(number)))) <= MAX_SILENT:
                found[number] = max(SAME_SOUND, found.get(number, 0.0))
        for number in self._cut_short(key):
            found[number] = max(CUT_SHORT, found.get(number, 0.0))
        if len(name) > 1 and name[0] in ARTICLES:
            for number in found:
                found[number] += SAME_ARTICLE * self._names[number].startswith(f"{name[0]} ")
        return found

    def _cut_short(self, key: str) -> list[int]:
        """The known entries of which this is the beginning, inside a word: « aix en prov »."""
        if len(key) < MIN_CUT:
            return []
        known_keys = self._known.keys
        start, end = bisect_left(known_keys, key), bisect_left(known_keys, key + "~")
        found = (number for known in known_keys[start:end] for number in self._known.get(known))
        return list(islice(found, MAX_CUT))


def _loosely(names: Sequence[Sequence[str]], cores: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the names that are another without their small words."""
    for number, name in enumerate(names):
        if len(name) > 2 and (spare := loose(name)) != cores[number]:
            yield spare, number


def _is_pair(name: Sequence[str]) -> bool:
    """Whether a name is of two words that both tell something: « Bourgoin-Jallieu »."""
    return len(name) == 2 and name[0] not in TOO_COMMON and name[1] not in TOO_COMMON


def _beginnings(name: Sequence[str]) -> list[str]:
    found = []
    for end in range(1, len(name)):
        part = name[:end]
        if part[-1] not in TOO_COMMON and not part[-1].isdigit():
            found.append(core(part))
    return found
