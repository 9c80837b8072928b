"""Answers and messages are templates: here they become French text on a day of the call, out of plain values."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from knowledge.call.model import CallFacts, Wave
from knowledge.call.privacy import Privacy, stated
from knowledge.templates.evaluation import Evaluation
from knowledge.templates.grammar import read_phrases, read_template
from knowledge.templates.plain import Plain, plain_mapping
from knowledge.templates.watching import Read, Watched

#: What `phase` can be.
PHASES = ("before", "open", "closed")

#: Distinct days whose names are kept; the clock shows one, the check of the shipped call some hundred.
_DAYS_KEPT = 256
#: What the operator says of personal data, where nothing was filled in.
NOT_FILLED = Privacy()
#: Texts of a day that are kept: more than a call has.
_TEXTS_KEPT = 1_000
#: Wordings of a template that are kept: it reads differently before, during and after, rarely otherwise.
_WORDINGS_KEPT = 32
#: What reads differently on another day, and nothing else does.
_OF_THE_DAY = frozenset({"phase", "today", "waves", "wave_list", "current_wave"})


def wave_on(wave: Wave, today: date) -> dict[str, Plain]:
    """Return a wave as it stands on a day: id, number, closes_on, is_closed, is_last_day, days_left.

    `days_left` is 0 on the last day and after.
    """
    left = (wave.closes_on - today).days
    return {
        "id": wave.id,
        "number": wave.number,
        "closes_on": wave.closes_on,
        "is_closed": left < 0,
        "is_last_day": left == 0,
        "days_left": max(left, 0),
    }


def phase_of(facts: CallFacts, today: date) -> str:
    """Return "before", "open" or "closed"."""
    if today < facts.opens_on:
        return "before"
    return "open" if today <= facts.closes_on else "closed"


def names_on(facts: CallFacts, today: date, privacy: Privacy = NOT_FILLED) -> Mapping[str, Plain]:
    """Return what every template may quote on a day; `privacy.contact` and its like are none until filled in."""
    return {**_lasting_names(facts, privacy), **_names_of_day(facts, today)}


def _lasting_names(facts: CallFacts, privacy: Privacy) -> Mapping[str, Plain]:
    dumped = facts.model_dump()
    names: dict[str, Plain] = {
        "call": dumped,
        "figures": {figure.id: figure.value for figure in facts.figures},
        "organisers": dumped["organisers"],
        "privacy": {**stated(privacy), "retention": privacy.retention.model_dump()},
    }
    for group in ("contacts", "links", "programmes"):
        names[group] = {item["id"]: item for item in dumped[group]}
    return plain_mapping(names)


def _names_of_day(facts: CallFacts, today: date) -> Mapping[str, Plain]:
    waves = [wave_on(wave, today) for wave in facts.waves]
    names: dict[str, Plain] = {
        "phase": phase_of(facts, today),
        "today": today,
        "waves": {str(wave["id"]): wave for wave in waves},
        "wave_list": waves,
    }
    current = next((wave for wave in waves if not wave["is_closed"]), None)
    if current is not None:  # absent after the last wave: a template that quotes it then is found by the check
        names["current_wave"] = current
    return plain_mapping(names)


@dataclass(frozen=True, slots=True)
class _Day:
    """What templates may quote on a day, and what of it stands otherwise on another."""

    names: Mapping[str, Plain]
    watched: Watched


@dataclass(frozen=True, slots=True)
class _Wording:
    """A text, and what it read of its day: it is the same on each day that gives the same."""

    text: str
    read: Read


class _Wordings:
    """The wordings of one template, filled with the same values; the latest first."""

    def __init__(self) -> None:
        self._kept: tuple[_Wording, ...] = ()

    def on(self, day: _Day, write: Callable[[], _Wording]) -> str:
        """Return the text of a day, written where none is kept that fits. Errors: those of `write`."""
        found = next((each for each in self._kept if each.read.stands_in(day.watched)), None)
        if found is None:
            found = write()
            self._kept = (found, *self._kept[: _WORDINGS_KEPT - 1])
        return found.text


class Renderer:
    """Renders the templates of one call. `render` is pure: the same template, instant and values give the same text."""

    def __init__(self, facts: CallFacts, phrases: str, privacy: Privacy = NOT_FILLED) -> None:
        """Errors: TemplateFault when the phrases cannot be read."""
        self.facts = facts
        self._zone = ZoneInfo(facts.time_zone)
        self._phrases = read_phrases(phrases)
        self._lasting_names = _lasting_names(facts, privacy)
        self._days: Callable[[date], _Day] = lru_cache(maxsize=_DAYS_KEPT)(self._make_day)
        # Of the call alone, nobody's: what is said with values of a person is not kept.
        self._texts: Callable[[str, date], str] = lru_cache(maxsize=_TEXTS_KEPT)(self._find)
        self._filled: Callable[[str, date, frozenset[tuple[str, Plain]]], str] = lru_cache(maxsize=_TEXTS_KEPT)(
            lambda template, today, values: self._write(template, self._days(today), dict(values)).text
        )
        self._wordings: dict[str, _Wordings] = {}

    def day(self, now: datetime) -> date:
        """Return the day it is at the aware instant `now` where the call takes place."""
        return now.astimezone(self._zone).date()

    def phase(self, now: datetime) -> str:
        return phase_of(self.facts, self.day(now))

    def render(self, template: str, now: datetime, **values: Plain) -> str:
        """Return the text of `template` at `now`. Errors: TemplateFault; NotPlain for a value that is no plain one."""
        return self.render_on(template, self.day(now), **values)

    def render_of_call(self, template: str, now: datetime, **values: bool | int | str | date | None) -> str:
        """As `render`, with values that are the call's own, nobody's: such a text is kept."""
        return self._filled(template, self.day(now), frozenset(values.items()))

    def render_on(self, template: str, today: date, **values: Plain) -> str:
        """As `render`, for a day of the call's time zone."""
        return self._write(template, self._days(today), values).text if values else self._texts(template, today)

    def render_each_day(self, template: str, days: Iterable[date], values: Mapping[str, Plain]) -> Iterator[str]:
        """Yield the text of `template` on each of the days. Errors: as `render`, on the day on which they show."""
        wordings = _Wordings() if values else self._wordings_of(template)
        for today in days:
            day = self._days(today)
            yield wordings.on(day, partial(self._write, template, day, values))

    def _find(self, template: str, today: date) -> str:
        day = self._days(today)
        return self._wordings_of(template).on(day, partial(self._write, template, day, {}))

    def _wordings_of(self, template: str) -> _Wordings:
        return self._wordings.setdefault(template, _Wordings())

    def _write(self, template: str, day: _Day, values: Mapping[str, Plain]) -> _Wording:
        evaluation = Evaluation(self._phrases, day.names, day.watched)
        written = evaluation.write(read_template(template), {**day.names, **plain_mapping(values)})
        return _Wording(written.strip(), evaluation.read)

    def _make_day(self, today: date) -> _Day:
        names = {**self._lasting_names, **_names_of_day(self.facts, today)}
        return _Day(names, Watched(names, _OF_THE_DAY))
