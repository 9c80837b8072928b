"""The strip of the waves: how the call's time is divided, where today is, how many days are left. Geometry only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from knowledge.library import Library

#: The width of the drawing, in its own units.
WIDTH = 600


@dataclass(frozen=True, slots=True)
class Part:
    """One wave."""

    number: int
    closes_on: str
    x: float
    width: float
    is_closed: bool
    is_current: bool
    days_left: int


@dataclass(frozen=True, slots=True)
class Strip:
    parts: Sequence[Part]
    #: Where today is; None: before the call or after it.
    today_x: float | None
    phase: str
    #: Days until the call opens; 0 once it has.
    days_until: int
    #: The wave that is open, the first that is.
    current: Part | None
    #: What the call says beside days that are counted down to a closing.
    reserve: str


def strip_of(library: Library, now: datetime) -> Strip:
    """Return how the strip is drawn on the day of `now`."""
    facts, today = library.call.facts, library.day(now)
    whole = max((facts.closes_on - facts.opens_on).days, 1)

    def x_of(day: date) -> float:
        return round(min(max((day - facts.opens_on).days / whole, 0), 1) * WIDTH, 1)

    parts, begins, has_current = [], facts.opens_on, False
    for wave in sorted(facts.waves, key=lambda each: each.closes_on):
        is_closed = wave.closes_on < today
        is_current = not is_closed and not has_current and today >= facts.opens_on
        has_current |= is_current
        left = max((wave.closes_on - today).days, 0)
        width = max(x_of(wave.closes_on) - x_of(begins), 1)
        closes = format_date(wave.closes_on, "d MMMM y", locale="fr")
        closes = f"1er{closes[1:]}" if wave.closes_on.day == 1 else closes
        parts.append(Part(wave.number, closes, x_of(begins), width, is_closed, is_current, left))
        begins = wave.closes_on
    phase = "before" if today < facts.opens_on else "open" if today <= facts.closes_on else "closed"
    return Strip(
        parts,
        x_of(today) if phase == "open" else None,
        phase,
        max((facts.opens_on - today).days, 0),
        next((part for part in parts if part.is_current), None),
        library.say("waves_hour", now),
    )
