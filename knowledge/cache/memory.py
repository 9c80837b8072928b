"""What one round of work leaves to the next: the same work on the same things is not done again."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Results by what they were worked out from. Of rounds before the last nothing is kept: it does not grow."""

    def __init__(self) -> None:
        self._before: dict[Hashable, tuple[tuple[object, ...], Any]] = {}
        self._now: dict[Hashable, tuple[tuple[object, ...], Any]] = {}

    def begin(self) -> None:
        """Begin a round: what the last one neither made nor used is forgotten."""
        self._before, self._now = self._now, {}

    def of(self, name: Hashable, things: tuple[object, ...], work: Callable[[], T]) -> T:
        """Return what `work` gives; it depends on `name`, by its value, and on these very `things`, and on no more."""
        key = (name, *map(id, things))
        found = self._now.get(key) or self._before.get(key)
        # The things are kept with it: no other can come to have the id of one of them.
        kept = self._now[key] = found if found is not None else (things, work())
        result: T = kept[1]
        return result

    def all_of(self, name: Hashable, things: tuple[object, ...], work: Callable[[], Iterable[T]]) -> tuple[T, ...]:
        """As `of`, for what `work` gives one by one."""
        return self.of(name, things, lambda: tuple(work()))
