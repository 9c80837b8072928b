"""What a text has read of facts that may stand otherwise another time; where they stand alike, it reads alike."""

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.templates.plain import Plain

#: Where a value stands within the names: « waves », its key, the key of its part.
Place = tuple[str | int, ...]

ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}
_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {**ORDER, "eq": operator.eq, "ne": operator.ne}


class Watched:
    """Some of the names that a text may quote, as they stand at a time."""

    def __init__(self, names: Mapping[str, Plain], watched: Collection[str]) -> None:
        """Lists that are watched hold as many each time, and groups have the same keys."""
        self.names = frozenset(watched)
        #: Their groups, by identity, and where each stands. They live as long as `names`: no other object is one.
        self.groups: dict[int, Place] = {}
        #: What stands where; None for a list or group.
        self.values: dict[Place, Any] = {}
        self._kept = names
        for name in self.names & names.keys():
            self._note((name,), names[name])

    def _note(self, place: Place, value: Plain) -> None:
        if isinstance(value, Mapping):
            self.groups[id(value)] = place
            parts: Iterable[tuple[str | int, Plain]] = value.items()
        elif isinstance(value, tuple):
            parts = enumerate(value)
        else:
            self.values[place] = value
            return
        self.values[place] = None
        for key, part in parts:
            self._note((*place, key), part)


@dataclass(frozen=True, slots=True)
class Read:
    """What a text has read of what is watched: it depends on nothing else of that."""

    #: None for a list or group.
    values: dict[Place, Any] = field(default_factory=dict)
    #: A place, an operator, what the value was compared with, whether it stood on the right of it -> the outcome.
    compared: dict[tuple[Place, str, Any, bool], bool] = field(default_factory=dict)

    def note(self, place: Place, value: Any) -> None:
        self.values[place] = None if isinstance(value, (Mapping, tuple)) else value

    def note_comparison(self, place: Place, op: str, value: Any, other: Any, *, is_right: bool) -> None:
        """Note that a value was read only to be compared with another, which is not watched."""
        if op not in _COMPARISONS or not _is_comparable(value, other):
            self.note(place, value)
            return
        self.compared[place, op, other, is_right] = _outcome(op, value, other, is_right)

    def stands_in(self, watched: Watched) -> bool:
        """Whether a text that has read this reads the same there."""
        values = watched.values
        return self.values.items() <= values.items() and all(
            place in values and _outcome(op, values[place], other, is_right) is outcome
            for (place, op, other, is_right), outcome in self.compared.items()
        )


def _is_comparable(value: Any, other: Any) -> bool:
    return type(value) is type(other) and not isinstance(value, (tuple, Mapping))


def _outcome(op: str, value: Any, other: Any, is_right: bool) -> bool:
    left, right = (other, value) if is_right else (value, other)
    return bool(_COMPARISONS[op](left, right))
