"""Answers and messages are templates: here they become French text on a day of the call, out of plain values."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from jinja2 import nodes

from knowledge.call.model import CallFacts, Wave
from knowledge.call.privacy import Privacy, stated
from knowledge.templates.evaluation import Evaluation
from knowledge.templates.grammar import read_phrases, read_template
from knowledge.templates.plain import Plain, plain_mapping

#: What `phase` can be.
PHASES = ("before", "open", "closed")

#: Distinct days whose names are kept; the clock shows one, the check of the shipped call some hundred.
_DAYS_KEPT = 256
#: What the operator says of personal data, where nothing was filled in.
NOT_FILLED = Privacy()
#: Texts of a day that are kept: more than a call has.
_TEXTS_KEPT = 1_000
#: The names that stand for something else on another day.
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
    dumped = facts.model_dump()
    waves = [wave_on(wave, today) for wave in facts.waves]
    names: dict[str, Plain] = {
        "call": dumped,
        "phase": phase_of(facts, today),
        "today": today,
        "waves": {str(wave["id"]): wave for wave in waves},
        "wave_list": waves,
        "figures": {figure.id: figure.value for figure in facts.figures},
        "organisers": dumped["organisers"],
        "privacy": {**stated(privacy), "retention": privacy.retention.model_dump()},
    }
    for group in ("contacts", "links", "programmes"):
        names[group] = {item["id"]: item for item in dumped[group]}
    current = next((wave for wave in waves if not wave["is_closed"]), None)
    if current is not None:  # absent after the last wave: a template that quotes it then is found by the check
        names["current_wave"] = current
    return plain_mapping(names)


class Renderer:
    """Renders the templates of one call. `render` is pure: the same template, instant and values give the same text."""

    def __init__(self, facts: CallFacts, phrases: str, privacy: Privacy = NOT_FILLED) -> None:
        """Errors: TemplateFault when the phrases cannot be read."""
        self.facts = facts
        self._privacy = privacy
        self._zone = ZoneInfo(facts.time_zone)
        self._phrases = read_phrases(phrases)
        self._read: Callable[[str], Sequence[nodes.Node]] = lru_cache(maxsize=None)(read_template)
        self._names: Callable[[date], Mapping[str, Plain]] = lru_cache(maxsize=_DAYS_KEPT)(self._names_on)
        # Of the call alone, nobody's: what is said with `values` is not kept.
        self._texts: Callable[[str, date], str] = lru_cache(maxsize=_TEXTS_KEPT)(self._keep)
        #: Texts that quote nothing of the day, by their template.
        self._lasting: dict[str, str] = {}

    def day(self, now: datetime) -> date:
        """Return the day it is at the aware instant `now` where the call takes place."""
        return now.astimezone(self._zone).date()

    def phase(self, now: datetime) -> str:
        return phase_of(self.facts, self.day(now))

    def render(self, template: str, now: datetime, **values: Plain) -> str:
        """Return the text of `template` at `now`. Errors: TemplateFault; NotPlain for a value that is no plain one."""
        return self.render_on(template, self.day(now), **values)

    def render_on(self, template: str, today: date, **values: Plain) -> str:
        """As `render`, for a day of the call's time zone."""
        return self._render(template, today, values)[0] if values else self._texts(template, today)

    def render_each_day(self, template: str, days: Iterable[date], values: Mapping[str, Plain]) -> Iterator[str]:
        """Yield the text of `template` on each of the days. Errors: as `render`, on the day on which they show."""
        lasting: str | None = None
        for day in days:
            if lasting is not None:
                yield lasting
                continue
            written, quoted = self._render(template, day, values)
            lasting = written if quoted.isdisjoint(_OF_THE_DAY) else None
            yield written

    def _keep(self, template: str, today: date) -> str:
        if template not in self._lasting:
            written, quoted = self._render(template, today, {})
            if not quoted.isdisjoint(_OF_THE_DAY):
                return written
            self._lasting[template] = written
        return self._lasting[template]

    def _render(self, template: str, today: date, values: Mapping[str, Plain]) -> tuple[str, set[str]]:
        """Return the text, and the names that it quoted."""
        facts = self._names(today)
        evaluation = Evaluation(self._phrases, facts)
        written = evaluation.write(self._read(template), {**facts, **plain_mapping(values)})
        return written.strip(), evaluation.quoted

    def _names_on(self, today: date) -> Mapping[str, Plain]:
        return names_on(self.facts, today, self._privacy)
