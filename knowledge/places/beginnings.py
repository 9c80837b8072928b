"""Places by the beginning of their name, for who is still typing it: the largest first. No spelling is mended here."""

from bisect import bisect_left
from collections.abc import Iterator

from knowledge.places.registers import Registers
from knowledge.places.spelling import fold

#: Places looked at for one beginning: short ones have thousands, of which only the largest are offered.
LOOKED_AT = 4_000


class Beginnings:
    """The names of communes and EPCI in order. Entry i below the number of communes is a row of communes."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        names = [*registers.names, *registers.epci_names]
        self._keys = sorted((_key(name), number) for number, name in enumerate(names))

    def communes(self, typed: str, limit: int) -> list[int]:
        """Return the rows of the communes that begin so, the largest first."""
        population = self._registers.population
        found = {number for number in self._beginning(typed) if number < len(self._registers.names)}
        return sorted(found, key=lambda row: (-population[row], row))[:limit]

    def groups(self, typed: str, limit: int) -> list[int]:
        """Return the rows of the EPCI that begin so."""
        first = len(self._registers.names)
        return sorted({number - first for number in self._beginning(typed) if number >= first})[:limit]

    def _beginning(self, typed: str) -> Iterator[int]:
        key = _key(typed)
        start = bisect_left(self._keys, (key, -1)) if key else len(self._keys)
        for known, number in self._keys[start : start + LOOKED_AT]:
            if not known.startswith(key):
                return
            yield number


def _key(name: str) -> str:
    return " ".join(fold(name).replace("-", " ").replace("'", " ").split())
