"""Days, hours, numbers and sizes as French writes them; knows no call and no template."""

import re
from datetime import date, datetime, time

from babel.dates import format_date
from babel.numbers import format_decimal
from babel.units import format_unit

LOCALE = "fr"

#: Where a mark of light Markdown can be broken: inside « ]( » and « ** », behind « > » at the start of a line.
_MARKS = re.compile(r"\](?=\()|\*(?=\*)|^>(?= |$)", re.MULTILINE)


def write_date(day: date) -> str:
    """Return « vendredi 6 novembre 2020 »; the first of a month is « 1er », which Babel does not write."""
    return _first_of_month(format_date(day, "EEEE d MMMM y", locale=LOCALE))


def write_short_date(day: date) -> str:
    """Return « 6 novembre 2020 »."""
    return _first_of_month(format_date(day, "d MMMM y", locale=LOCALE))


def _first_of_month(text: str) -> str:
    words = text.split(" ")
    return " ".join("1er" if word == "1" else word for word in words)


def write_hour(at: datetime | time) -> str:
    """Return « 9 h », « 9 h 30 »."""
    return f"{at.hour}\N{NO-BREAK SPACE}h" + (f"\N{NO-BREAK SPACE}{at.minute:02}" if at.minute else "")


def write_days(count: int) -> str:
    """Return « 18 jours »."""
    return format_unit(count, "duration-day", locale=LOCALE)


def write_size(count: int) -> str:
    """Return « 340 ko », « 1,2 Mo » for so many bytes: what a file is called by, so rounded up."""
    kilobytes = max(1, -(-count // 1000))
    if kilobytes < 1000:
        return f"{kilobytes}\N{NO-BREAK SPACE}ko"
    return f"{format_decimal(round(count / 1_000_000, 1), locale=LOCALE)}\N{NO-BREAK SPACE}Mo"


def as_written(text: str | None) -> str:
    """Return what somebody typed so that no channel reads light Markdown in it: no link, nothing bold or folded.

    What is put between its marks is not seen.
    """
    return _MARKS.sub(lambda mark: f"{mark[0]}\N{WORD JOINER}", text or "")


def write_number(number: int) -> str:
    """Return « 50 000 »."""
    return format_decimal(number, locale=LOCALE)
