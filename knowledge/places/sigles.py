"""The sigles by which intercommunalités go: made of their names, as « CUCM » is of Le Creusot Montceau-les-Mines."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from knowledge.places.place_query import GROUP_WORDS
from knowledge.places.spelling import CONNECTORS, words

#: Letters of the beginning of a word that a sigle may take: « CA du CEntre de la Martinique ».
_MOST_OF_A_WORD = 3
#: Significant words at the end of a name that a sigle may leave out.
_LEFT_OUT = 1
_LEAST = 3
#: Beyond the plainest reading of a sigle, how much less plain another may be and still be meant.
_AS_PLAIN = 2
#: Kind of EPCI, as the register has it -> the letters for it before or behind those of the name.
_STARTS = {"CC": ("cc", "c"), "CA": ("ca", "c"), "CU": ("cu", "c"), "ME": ("m", "e"), "METRO": ("m",)}
_ENDS = {"CC": ("c",), "CA": ("a", "c"), "CU": ("u", "m"), "ME": ("m",), "METRO": ("m",)}


def sigle_ranks(said: str, kinds: Sequence[str], names: Sequence[str]) -> list[tuple[int, int]]:
    """Return (how far, row) of each name that `said` may be the sigle of, the plainest first."""
    letters = said.lower()
    if len(letters) < _LEAST:
        return []
    found = []
    for row, (kind, name) in enumerate(zip(kinds, names, strict=True)):
        parts = _parts(name)
        if not _may_begin(letters, parts):
            continue
        starts, ends = ("", *_STARTS.get(kind, ())), ("", *_ENDS.get(kind, ()))
        costs = [
            cost
            for start in starts
            for end in ends
            if letters.startswith(start) and letters.endswith(end)
            if (cost := _cost(letters[len(start) : len(letters) - len(end) or None], parts)) is not None
            if start or end or cost == 0
        ]
        if costs:
            found.append((min(costs), row))
    return sorted(found)


@lru_cache(maxsize=2_000)
def _parts(name: str) -> tuple[str, ...]:
    """The words of a name, without those that only say what it is; it begins with one that counts."""
    parts = [word for word in words(name) if word not in GROUP_WORDS]
    while parts and parts[0] in CONNECTORS:
        parts.pop(0)
    return tuple(parts)


def _may_begin(letters: str, parts: Sequence[str]) -> bool:
    return bool(parts) and parts[0][0] in letters[:3]


def _cost(letters: str, parts: tuple[str, ...]) -> int | None:
    """Return by how much `letters` are more, or less, than the first letter of each word; None: not made of them."""
    full = sum(part not in CONNECTORS for part in parts)
    if not letters or full < 2 or letters[0] != parts[0][0]:
        return None
    return _match(letters, parts, full)


def _match(letters: str, parts: tuple[str, ...], full: int) -> int | None:
    if not letters:
        left = sum(part not in CONNECTORS for part in parts)
        return left * 2 if left <= (_LEFT_OUT if full > 2 else 0) else None
    if not parts:
        return None
    first, rest = parts[0], parts[1:]
    options: list[int] = []
    if first in CONNECTORS and (skipped := _match(letters, rest, full)) is not None:
        options.append(skipped)
    for taken in range(1, _MOST_OF_A_WORD + 1):
        if len(first) < taken or len(letters) < taken or letters[:taken] != first[:taken]:
            break
        if (cost := _match(letters[taken:], rest, full)) is not None:
            options.append(cost + taken - 1)
    return min(options, default=None)


def plainest(found: Iterable[tuple[int, int]], limit: int) -> list[int]:
    """Return the rows of those that are nearly as plain as the plainest."""
    ranked = list(found)
    if not ranked:
        return []
    return [row for cost, row in ranked if cost <= ranked[0][0] + _AS_PLAIN][:limit]
