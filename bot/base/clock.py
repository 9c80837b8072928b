"""The clock. Everything else receives the time as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

#: Returns an aware UTC instant.
Clock = Callable[[], datetime]

#: What `--today` and GUICHET_TODAY are told in.
PARIS = ZoneInfo("Europe/Paris")

#: The hour of a day given without one: when offices are open, and far from midnight in every time zone of France.
DEFAULT_HOUR = time(12)


def system_clock() -> datetime:
    return datetime.now(UTC)


def clock_starting_at(start: datetime) -> Clock:
    """Return a clock that shows `start` (aware) now and goes on at the system's pace."""
    offset = start.astimezone(UTC) - system_clock()
    return lambda: system_clock() + offset


def read_today(text: str) -> datetime:
    """Return the instant that « 2020-10-15 » or « 2020-10-15T09:30 » means in Paris. Errors: ValueError for others."""
    day, _, hour = text.strip().partition("T")
    start = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007  # the zone is put on below
    at = time.fromisoformat(hour) if hour else DEFAULT_HOUR
    if at.tzinfo is not None:
        raise ValueError(text)
    return datetime.combine(start, at, PARIS)
