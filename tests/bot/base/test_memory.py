"""Memory that is settled."""

import gc
import weakref

from bot.base import memory


class Circle:
    def __init__(self) -> None:
        self.itself = self


def test_what_is_there_is_not_looked_through_again() -> None:
    memory.settle()
    assert gc.get_freeze_count() > len(gc.get_objects())


def test_circles_are_cleared_away_by_the_next_time() -> None:
    kept = Circle()
    is_there = weakref.ref(kept)
    memory.settle()
    del kept
    gc.collect()
    assert is_there() is not None  # it was counted as there for good
    memory.settle()
    assert is_there() is None
