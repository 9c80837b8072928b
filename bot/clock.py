"""The clock. Everything else receives the time as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime

#: Returns an aware UTC instant.
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


def clock_starting_at(start: datetime) -> Clock:
    """Return a clock that shows `start` (aware) now and goes on at the system's pace."""
    offset = start.astimezone(UTC) - system_clock()
    return lambda: system_clock() + offset
