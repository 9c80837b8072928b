"""Answers and messages are templates: here they become French text at an instant, in Jinja2's sandbox."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit
from jinja2 import StrictUndefined, Template
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from knowledge.model import CallFacts, Wave

LOCALE = "fr"

#: Distinct days whose macros are kept; the clock shows one, the check a dozen.
_DAYS_KEPT = 32
#: Texts of a day that are kept: more than a call has.
_TEXTS_KEPT = 1_000
#: Where a mark of light Markdown can be broken: inside « ]( » and « ** ».
_MARKS = re.compile(r"\](?=\()|\*(?=\*)")


@dataclass(frozen=True, slots=True)
class WaveNow:
    """A wave as it stands on a day."""

    id: str
    number: int
    closes_on: date
    is_closed: bool
    is_last_day: bool
    days_left: int  # 0 on the last day and after

    @classmethod
    def on(cls, wave: Wave, today: date) -> "WaveNow":
        left = (wave.closes_on - today).days
        return cls(wave.id, wave.number, wave.closes_on, left < 0, left == 0, max(left, 0))


def phase_of(facts: CallFacts, today: date) -> str:
    """Return "before", "open" or "closed"."""
    if today < facts.opens_on:
        return "before"
    return "open" if today <= facts.closes_on else "closed"


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
    """Return what somebody typed so that no channel reads light Markdown in it: no link of theirs, nothing bold.

    What is put between its marks is not seen.
    """
    return _MARKS.sub(lambda mark: f"{mark[0]}\N{WORD JOINER}", text or "")


class Renderer:
    """Renders the templates of one call. `render` is pure: the same template, instant and values give the same text."""

    def __init__(self, facts: CallFacts, phrases: str) -> None:
        self.facts = facts
        self._zone = ZoneInfo(facts.time_zone)
        self._environment = _environment()
        self._phrases = self._environment.from_string(phrases)
        self.compile: Callable[[str], Template] = lru_cache(maxsize=None)(self._environment.from_string)
        self._names: Callable[[date], dict[str, Any]] = lru_cache(maxsize=_DAYS_KEPT)(self._names_on)
        # Of the call alone, nobody's: what is said with `values` is not kept.
        self._texts: Callable[[str, date], str] = lru_cache(maxsize=_TEXTS_KEPT)(self._render)

    def day(self, now: datetime) -> date:
        """Return the day it is at the aware instant `now` where the call takes place."""
        return now.astimezone(self._zone).date()

    def phase(self, now: datetime) -> str:
        return phase_of(self.facts, self.day(now))

    def render(self, template: str, now: datetime, **values: Any) -> str:
        """Return the text of `template` at `now`. Errors: jinja2.TemplateError for a faulty template."""
        return self.render_on(template, self.day(now), **values)

    def render_on(self, template: str, today: date, **values: Any) -> str:
        """As `render`, for a day of the call's time zone."""
        return self._render(template, today, **values) if values else self._texts(template, today)

    def _render(self, template: str, today: date, **values: Any) -> str:
        return self.compile(template).render(self._names(today) | values).strip()

    def _names_on(self, today: date) -> dict[str, Any]:
        facts = self.facts
        waves = [WaveNow.on(wave, today) for wave in facts.waves]
        names: dict[str, Any] = {
            "call": facts,
            "phase": phase_of(facts, today),
            "today": today,
            "waves": {wave.id: wave for wave in waves},
            "wave_list": waves,
            "figures": {figure.id: figure.value for figure in facts.figures},
            "contacts": {contact.id: contact for contact in facts.contacts},
            "links": {link.id: link for link in facts.links},
            "programmes": {programme.id: programme for programme in facts.programmes},
            "organisers": facts.organisers,
        }
        current = next((wave for wave in waves if not wave.is_closed), None)
        if current is not None:  # absent after the last wave: a template that quotes it then is found by the check
            names["current_wave"] = current
        phrases = self._phrases.make_module(names)
        return names | {name: macro for name, macro in vars(phrases).items() if not name.startswith("_")}


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, without the two operators by which a short template fills a memory."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(operator)


def _environment() -> ImmutableSandboxedEnvironment:
    # autoescape off: these are plain texts; each channel escapes what it sends in its own way.
    environment = _Sandbox(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    environment.globals = {}  # none of Jinja's own functions: an answer needs facts, not `range` or `lipsum`
    environment.filters["date"] = write_date
    environment.filters["short_date"] = write_short_date
    environment.filters["days"] = write_days
    environment.filters["hour"] = write_hour
    environment.filters["number"] = write_number
    environment.filters["size"] = write_size
    environment.filters["enumeration"] = _write_enumeration
    environment.filters["as_written"] = as_written
    return environment


def write_number(number: int) -> str:
    return format_decimal(number, locale=LOCALE)


def _write_enumeration(items: Iterable[str]) -> str:
    return format_list(list(items), locale=LOCALE)
