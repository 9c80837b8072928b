"""The filters of templates: each a function of plain values, with the kinds of value that it takes. No other exists."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from babel.lists import format_list

from knowledge.language.articles import with_article
from knowledge.language.written import (
    LOCALE,
    as_written,
    write_date,
    write_days,
    write_hour,
    write_number,
    write_short_date,
    write_size,
)
from knowledge.templates.faults import TemplateFault

#: The tests of `selectattr`.
SELECTING = ("in", "equalto")

#: What an editor calls a kind of value, in the order in which kinds are tried: a moment is also a day to Python.
_KINDS: Sequence[tuple[type, str]] = (
    (bool, "un oui ou non"),
    (datetime, "un moment"),
    (date, "une date"),
    (time, "une heure"),
    (int, "un nombre"),
    (float, "un nombre à virgule"),
    (str, "un texte"),
    (tuple, "une liste"),
    (Mapping, "un groupe de valeurs"),
    (type(None), "rien"),
)

_DAY, _MOMENT, _HOUR, _NUMBER, _TEXT, _LIST, _GROUP, _NOTHING = (
    "une date", "un moment", "une heure", "un nombre", "un texte", "une liste", "un groupe de valeurs", "rien",
)  # fmt: skip


def kind_of(value: Any) -> str:
    """Return what an editor calls the kind of `value`: « une date »."""
    return next(name for kind, name in _KINDS if isinstance(value, kind))


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: what it does, the kinds of value it takes, and the arguments that may follow it."""

    apply: Callable[..., Any]
    takes: tuple[str, ...]
    fewest: int = 0
    most: int = 0
    keywords: tuple[tuple[str, ...], ...] = ((),)
    #: Its first argument is the name of another filter.
    takes_filter: bool = False
    #: What its value must hold, when it is a list.
    of: tuple[str, ...] = ()


def apply_filter(name: str, value: Any, arguments: Sequence[Any], line: int) -> Any:
    """Return what the filter `name` makes of `value`. Errors: TemplateFault for a value that it does not take."""
    kind = FILTERS[name]
    _require(name, value, kind.takes, line)
    if kind.of and isinstance(value, tuple):
        for item in value:
            _require(name, item, kind.of, line)
    try:
        return kind.apply(value, *arguments)
    except (ValueError, ArithmeticError, OverflowError):  # a number or a year beyond what can be written
        raise TemplateFault("filter-value", line, name=name, given=kind_of(value)) from None


def _require(name: str, value: Any, kinds: tuple[str, ...], line: int) -> None:
    if (given := kind_of(value)) not in kinds:
        raise TemplateFault("filter-type", line, name=name, known=kinds, given=given)


def _enumerate(items: tuple[str | int, ...]) -> str:
    # Babel writes a list piece by piece, each time anew: all but the last are joined before.
    texts = list(map(str, items))
    return format_list([", ".join(texts[:-1]), texts[-1]] if len(texts) > 2 else texts, locale=LOCALE)


def _join(items: tuple[Any, ...], between: str) -> str:
    return str(between).join(map(str, items))


def _unique(items: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


def _day(at: datetime) -> date:
    return at.date()


_SCALARS = (_TEXT, _NUMBER, _DAY)

FILTERS: Mapping[str, Filter] = {
    "date": Filter(write_date, (_DAY, _MOMENT)),
    "short_date": Filter(write_short_date, (_DAY, _MOMENT)),
    "iso_date": Filter(date.isoformat, (_DAY,)),
    "day": Filter(_day, (_MOMENT,)),
    "year": Filter(lambda day: day.year, (_DAY, _MOMENT)),
    "days": Filter(write_days, (_NUMBER,)),
    "hour": Filter(write_hour, (_MOMENT, _HOUR)),
    "number": Filter(write_number, (_NUMBER,)),
    "size": Filter(write_size, (_NUMBER,)),
    "with_article": Filter(with_article, (_TEXT,)),
    "as_written": Filter(as_written, (_TEXT, _NOTHING)),
    "length": Filter(len, (_LIST, _TEXT, _GROUP)),
    "list": Filter(tuple, (_LIST,)),
    "unique": Filter(_unique, (_LIST,), of=_SCALARS),
    "enumeration": Filter(_enumerate, (_LIST,), of=(_TEXT, _NUMBER)),
    "join": Filter(_join, (_LIST,), fewest=1, most=1, of=_SCALARS),
    # These two are worked out by `evaluation`, item by item.
    "map": Filter(tuple, (_LIST,), fewest=1, most=1, keywords=((), ("attribute",)), takes_filter=True),
    "selectattr": Filter(tuple, (_LIST,), fewest=3, most=3),
}
