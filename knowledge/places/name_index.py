"""Names to numbers: exactly, without small words, by their beginning, or nearly; knows no register."""

from bisect import bisect_left
from collections.abc import Collection, Sequence

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


class NameIndex:
    """Entry i has the words `names[i]`; `known` are those that people call by a part of their name, or by ear.

    The words are kept as one text: lists by the ten thousand weigh on the garbage collector.
    """

    def __init__(self, names: Sequence[Sequence[str]], known: Collection[int] = ()) -> None:
        self._names = [" ".join(name) for name in names]
        self._exact: dict[str, tuple[int, ...]] = {}
        self._loose: dict[str, tuple[int, ...]] = {}
        self._beginnings: dict[str, tuple[int, ...]] = {}
        for number, name in enumerate(names):
            if name:
                key = core(name)
                _add(self._exact, key, number)
                if len(name) > 2 and (spare := loose(name)) != key:
                    _add(self._loose, spare, number)
        self._endings: dict[str, tuple[int, ...]] = {}
        self._sounds: dict[str, tuple[int, ...]] = {}
        for number in known:
            name = names[number]
            _add(self._sounds, sound(core(name)), number)
            for beginning in _beginnings(name):
                _add(self._beginnings, beginning, number)
            if len(name) == 2 and name[0] not in TOO_COMMON and name[1] not in TOO_COMMON:
                _add(self._endings, name[1], number)
        self._known_keys = sorted((core(names[number]), number) for number in known)
        self._keys = list(self._exact)
        self._nearest = NearestNames(self._keys)
        self._longest = max(map(len, self._keys))

    def words_of(self, number: int) -> Sequence[str]:
        return self._names[number].split()

    def exact(self, key: str) -> tuple[int, ...]:
        """The entries whose `core` is this key."""
        return self._exact.get(key, ())

    def beginning(self, key: str) -> tuple[int, ...]:
        return self._beginnings.get(key, ())

    def same(self, name: Sequence[str]) -> Matches:
        """Entry -> score of the entries that bear this name, but for articles and small words."""
        spare = loose(name)
        found = dict.fromkeys(self._loose.get(spare, ()), LOOSE) if spare else {}
        for number in self.exact(spare):
            found[number] = LOOSE
        for number in self.exact(core(name)):
            found[number] = EXACT if " ".join(name) == self._names[number] else OTHER_ARTICLE
        return found

    def part(self, name: Sequence[str]) -> Matches:
        """Entry -> score of the known entries whose name begins or ends so: « Charleville », « Jallieu »."""
        key = core(name)
        return dict.fromkeys(self._endings.get(key, ()), ENDING) | dict.fromkeys(self.beginning(key), BEGINNING)

    def nearly(self, name: Sequence[str]) -> Matches:
        """Entry -> score of the entries a few slips away from this name, sounding so, or cut short."""
        key = core(name)
        if len(key) > self._longest + 3:
            return {}
        found = {
            number: min(NEAREST_AT_BEST, 100 * likeness)
            for near, likeness in self._nearest.nearest(key)
            for number in self._exact[self._keys[near]]
        }
        heard = sound(key)
        for number in self._sounds.get(heard, ()) if len(heard) >= MIN_SOUND else ():
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
        start = bisect_left(self._known_keys, (key, -1))
        end = bisect_left(self._known_keys, (key + "~", -1))
        return [number for _, number in self._known_keys[start:end]][:MAX_CUT]


def _beginnings(name: Sequence[str]) -> list[str]:
    found = []
    for end in range(1, len(name)):
        part = name[:end]
        if part[-1] not in TOO_COMMON and not part[-1].isdigit():
            found.append(core(part))
    return found


def _add(index: dict[str, tuple[int, ...]], key: str, number: int) -> None:
    index[key] = (*index.get(key, ()), number)
