"""How far a table has come when a page shows it, by which it is told later what has been added since.

A row gets its number when it is written and is seen once it is committed: on PostgreSQL, where several write at once, a
lower number may come to be seen after a higher one. A mark therefore says which of the last numbers were missing too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from storage.engine.database import Transaction

#: So many numbers below the highest may still be missing: whoever writes commits before as many others have written.
LATE = 300
_SHAPE = re.compile(r"\d{1,15}(_\d{1,15}-\d{1,15}){0,150}", re.ASCII)
#: Characters of the longest mark: of the last numbers, every other is missing.
LONGEST = 15 + LATE // 2 * 32


@dataclass(frozen=True, slots=True)
class Mark:
    """What a page showed: the highest number, and the runs below it of which no row was there, first and last."""

    last: int
    missing: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return "_".join([str(self.last), *(f"{first}-{last}" for first, last in self.missing)])

    def passed_by(self, number: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the condition under which a row was not there yet."""
        return or_(number > self.last, *(number.between(first, last) for first, last in self.missing))


def read_mark(written: str) -> Mark | None:
    """Return the mark that a page carried; None: it is none."""
    if _SHAPE.fullmatch(written) is None:
        return None
    last, *runs = written.split("_")
    return Mark(int(last), tuple((int(first), int(end)) for first, _, end in (run.partition("-") for run in runs)))


def take_mark(transaction: Transaction, number: ColumnElement[Any]) -> Mark:
    """Return how far a table has come, by its column of numbers: before what is to be shown is read."""
    lowest = select(func.max(number) - LATE).scalar_subquery()
    found = transaction.connection.execute(select(number).where(number > lowest).order_by(number)).scalars()
    return _mark_of(map(int, found))


def _mark_of(numbers: Iterable[int]) -> Mark:
    """Return the mark of the last numbers of a table, in their order."""
    there = list(numbers)
    if not there:
        return Mark(0)
    before = [max(0, there[-1] - LATE), *there]
    runs = ((below + 1, above - 1) for below, above in zip(before, there, strict=False) if above - below > 1)
    return Mark(there[-1], tuple(runs))
