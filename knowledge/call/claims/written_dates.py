"""The days, months, seasons and years that a French text writes, each with the days it may mean. Judges nothing."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
#: A season -> its first day, then its last, each as month and day; winter ends in the next year.
_SEASONS = {
    "printemps": ((3, 20), (6, 20)),
    "été": ((6, 21), (9, 21)),
    "automne": ((9, 22), (12, 21)),
    "hiver": ((12, 22), (3, 19)),
}
#: The same sentence is judged on each day of the call: its dates are kept for the next one.
_TEXTS_KEPT = 1_000

_WRITTEN = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:er)?\s)?(?P<month>{'|'.join(_MONTHS)})\s(?P<year>\d{{4}})\b"
    rf"|\b(?P<season>{'|'.join(_SEASONS)})\s(?P<season_year>\d{{4}})\b"
    r"|\b(?:d['’]ici|avant|en|fin)\s(?P<only_year>\d{4})\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(début\s)?(\d{4})\b", re.IGNORECASE)
#: What is of the beginning of a year is out by the end of this day, month and day.
_BEGINNING_ENDS = (6, 30)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """`first` and `last` are one for a day; `start` is where it stands in the text."""

    start: int
    words: str
    first: date
    last: date

    @property
    def is_a_day(self) -> bool:
        return self.first == self.last


@lru_cache(maxsize=_TEXTS_KEPT)
def written_dates(text: str) -> tuple[WrittenDate, ...]:
    """Return the dates of `text` in order; a day that no calendar has is none."""
    dates = []
    for found in _WRITTEN.finditer(text):
        try:
            first, last = _span(found)
        except ValueError:
            continue
        dates.append(WrittenDate(found.start(), found[0], first, last))
    return tuple(dates)


def out_by(words: str) -> date | None:
    """Return the day by which a document so dated surely exists; None where no date is written."""
    dates = [each.last for each in written_dates(words)]
    if not dates:
        dates = [date(int(year), *(_BEGINNING_ENDS if start else (12, 31))) for start, year in _YEAR.findall(words)]
    return max(dates, default=None)


def _span(found: re.Match[str]) -> tuple[date, date]:
    if found["month"]:
        year, month = int(found["year"]), _MONTHS.index(found["month"].lower()) + 1
        if found["day"]:
            day = date(year, month, int(found["day"]))
            return day, day
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if found["season"]:
        year = int(found["season_year"])
        first, last = _SEASONS[found["season"].lower()]
        return date(year, *first), date(year + (last < first), *last)
    year = int(found["only_year"])
    return date(year, 1, 1), date(year, 12, 31)
