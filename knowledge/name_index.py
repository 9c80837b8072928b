"""Names to numbers: exactly, without small words, by their beginning, or nearly; knows no register."""

from collections.abc import Collection, Sequence

from knowledge.ngrams import NearestNames
from knowledge.spelling import CONNECTORS, core, loose

EXACT = 100.0
OTHER_ARTICLE = 99.0
LOOSE = 96.0
BEGINNING = 91.0
NEAREST_AT_BEST = 95.0

# The beginning of too many names to tell anything.
TOO_COMMON = CONNECTORS | {"saint", "sainte", "saints", "saintes", "notre", "grand", "grande", "petit", "val", "mont"}

Matches = dict[int, float]


class NameIndex:
    """Entry i has the words `names[i]`; `long_names` are those that may be called by their beginning."""

    def __init__(self, names: Sequence[Sequence[str]], long_names: Collection[int] = ()) -> None:
        self._names = names
        self._exact: dict[str, tuple[int, ...]] = {}
        self._loose: dict[str, tuple[int, ...]] = {}
        self._beginnings: dict[str, tuple[int, ...]] = {}
        for number, name in enumerate(names):
            if name:
                key = core(name)
                _add(self._exact, key, number)
                if len(name) > 2 and (spare := loose(name)) != key:
                    _add(self._loose, spare, number)
        for number in long_names:
            for beginning in _beginnings(names[number]):
                _add(self._beginnings, beginning, number)
        self._keys = list(self._exact)
        self._nearest = NearestNames(self._keys)
        self._longest = max(map(len, self._keys))

    def words_of(self, number: int) -> Sequence[str]:
        return self._names[number]

    def exact(self, key: str) -> tuple[int, ...]:
        """The entries whose `core` is this key."""
        return self._exact.get(key, ())

    def beginning(self, key: str) -> tuple[int, ...]:
        return self._beginnings.get(key, ())

    def same(self, name: Sequence[str]) -> Matches:
        """Entry -> score of the entries that bear this name, but for articles and small words."""
        found = dict.fromkeys(self._loose.get(loose(name) or "-", ()), LOOSE)
        for number in self.exact(loose(name)):
            found[number] = LOOSE
        for number in self.exact(core(name)):
            found[number] = EXACT if list(name) == list(self._names[number]) else OTHER_ARTICLE
        return found

    def begun(self, name: Sequence[str]) -> Matches:
        """Entry -> score of the entries whose name begins so."""
        return dict.fromkeys(self.beginning(core(name)), BEGINNING)

    def nearly(self, name: Sequence[str]) -> Matches:
        """Entry -> score of the entries a few slips away from this name."""
        key = core(name)
        if len(key) > self._longest + 3:
            return {}
        return {
            number: min(NEAREST_AT_BEST, 100 * likeness)
            for found, likeness in self._nearest.nearest(key)
            for number in self._exact[self._keys[found]]
        }


def _beginnings(name: Sequence[str]) -> list[str]:
    found = []
    for end in range(1, len(name)):
        part = name[:end]
        if part[-1] not in TOO_COMMON and not part[-1].isdigit():
            found.append(core(part))
    return found


def _add(index: dict[str, tuple[int, ...]], key: str, number: int) -> None:
    index[key] = (*index.get(key, ()), number)
