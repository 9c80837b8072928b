"""The rules of the templates of a knowledge base: what each may quote, and what it gives on each day that matters."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

from knowledge.call.claims.placed_texts import texts_beside_entries
from knowledge.call.claims.statements import joined, statements_of, statements_on, text_path
from knowledge.call.desk.replies import example_values
from knowledge.call.faults import Fault, describe, suggest
from knowledge.call.loader import PHRASES, REPLIES, Draft, Placed
from knowledge.call.model import CallFacts, Entry
from knowledge.call.positions import Path as DataPath
from knowledge.call.rendering import PHASES, Renderer, names_on
from knowledge.language.written import write_short_date
from knowledge.templates.exploration import Choices, Exploration
from knowledge.templates.faults import TemplateFault
from knowledge.templates.grammar import Phrase, calls_itself, read_phrases, read_template
from knowledge.templates.plain import Examples, Plain, plain_mapping

#: Telegram carries 4096 characters; what the assistant adds to an answer (notice, sources, date) needs the rest.
ANSWER_LIMIT = 3500

#: How long before the opening and after the closing the templates are tried as well.
_BEFORE = timedelta(days=30)
_LONG_AFTER = timedelta(days=5 * 365)
#: Years whose first day is tried, from that of the opening to so many after the closing.
_YEARS_AFTER = 6
#: « days_left <= 14 » in a template: what it says turns fourteen days before a closing. Days, at most a year.
_COUNTDOWN = re.compile(r"days_left\s*[<>]=?\s*(\d{1,3})\b")
_FARTHEST = 365

#: A message -> those of its names that take few values.
MessageChoices = Mapping[str, Choices]

#: The ways of saying what only the team can tell.
_NOT_ELIGIBLE = re.compile(
    r"(?:pas|plus|jamais|non|nullement|aucunement)[ -](?:être[ ])?(?:éligible|eligible|admissible|recevable)s?\b"
    r"|\b(?:in|non-?)[ée]ligibles?\b|\birrecevables?\b",
    re.IGNORECASE,
)
_WRITTEN_DAY = re.compile(r"\b\d{1,2}(?:er)?\s[a-zéû]{3,9}\s\d{4}\b")

#: The keys, in any file, below which a template stands.
_TEMPLATE_KEYS = frozenset({"answer", "ask", "help", "privacy", "commune", "intercommunality", "other_applicant"})

_OF_EVERY_TEXT: Choices = {"phase": PHASES}


@dataclass(frozen=True, slots=True)
class _Text:
    """A template with its place, and what it is filled with: None where that is not known."""

    placed: Placed[Any]
    path: DataPath
    template: str
    values: Mapping[str, Plain] | None = field(default_factory=dict)
    choices: Choices = field(default_factory=dict)
    #: A part of an answer may say nothing on some days, as long as another does.
    may_be_empty: bool = False

    def fault(self, fault: TemplateFault, day: date | None = None) -> Fault:
        return self.placed.fault(self.path, fault.code, offset=fault.line, **_known(fault, day))


def template_faults(
    draft: Draft, messages: Examples, choices: MessageChoices, *, has_sound_dates: bool
) -> Iterator[Fault]:
    """Yield the faults of every template; without sound dates they are tried on no day.

    Errors: none; what a template does wrong is a fault, and hides no other's.
    """
    call = draft.files.get("call.yaml")
    facts: CallFacts | None = call.model if call else None
    memory, days = draft.memory, tuple(days_of(draft)) if has_sound_dates else ()
    phrases, faults = memory.of(("phrases", draft.phrases), (call,), lambda: _phrases(draft, facts))
    yield from faults
    yield from _unused(draft, phrases or {}, [text.template for text in _texts(draft, messages, choices)])
    renderer = None
    if facts and has_sound_dates and not faults:
        renderer = memory.of(("writing", draft.phrases), (call,), lambda: Renderer(facts, draft.phrases))
    context = _Context(facts, phrases, renderer, days)
    broken: set[str] = set()
    for text in _texts(draft, messages, choices):
        name = ("text", draft.phrases, days, text.path, text.template, text.may_be_empty, has_sound_dates)
        things = (text.placed, call, renderer, messages, choices)
        wordings, found = memory.of(name, things, partial(_judged, text, context))
        yield from wordings
        if found:
            broken.add(text.placed.file)
        yield from found
    for entry in draft.entries:
        if renderer and entry.model.more and entry.file not in broken:
            work = partial(_whole_on_days, entry, renderer, days)
            yield from memory.all_of(("whole", days), (entry, renderer), work)


@dataclass(frozen=True)
class _Context:
    """What texts are judged by; the facts or the phrases may be unreadable, the dates unsound."""

    facts: CallFacts | None
    phrases: Mapping[str, Phrase] | None
    renderer: Renderer | None
    days: Sequence[date]

    @cached_property
    def dates(self) -> Mapping[str, str]:
        return _dates_of(self.facts) if self.facts else {}

    @cached_property
    def names(self) -> Mapping[str, Plain] | None:
        """What can be quoted on a day of the open call: each name stands."""
        return names_on(self.facts, self.facts.opens_on) if self.facts else None


def _judged(text: _Text, context: _Context) -> tuple[Sequence[Fault], Sequence[Fault]]:
    """Return what is wrong with how a text is worded, and with it as a template."""
    found: Sequence[Fault] = _in_writing(text, context.names, context.phrases)
    if context.renderer and not found and text.values is not None:
        found = _on_days(text, context.renderer, context.days)
    return tuple(_wordings(text, context.dates)), found


def _dates_of(facts: CallFacts) -> Mapping[str, str]:
    """Return the days of the call as they are typed in full -> the fact that tells them."""
    days = {"call.closes_on": facts.closes_on, "call.opens_on": facts.opens_on}
    days |= {f"waves['{wave.id}'].closes_on": wave.closes_on for wave in facts.waves}
    days |= {f"figures.{each.id}": each.value for each in facts.figures if isinstance(each.value, date)}
    return {write_short_date(day): name for name, day in days.items()}


def _wordings(text: _Text, dates: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what an editor never writes: that a town is not eligible, and a day that stands in call.yaml."""
    for rank, line in enumerate(text.template.split("\n"), start=1):
        if found := _NOT_ELIGIBLE.search(line):
            yield text.placed.fault(text.path, "not-eligible", offset=rank, text=found[0])
        for written in _WRITTEN_DAY.findall(line):
            if name := dates.get(" ".join(written.split())):
                yield text.placed.fault(text.path, "date-in-full", offset=rank, text=written, name=name)


def _texts(draft: Draft, messages: Examples, choices: MessageChoices) -> Iterator[_Text]:
    for entry in draft.entries:
        for path, statement in statements_of(entry.model):
            yield _Text(entry, text_path(path), statement.text, may_be_empty=bool(entry.model.more))
    for text in texts_beside_entries(draft, messages):
        yield _Text(text.placed, text.path, text.template, text.example, choices.get(text.message, {}))
    if replies := draft.files.get(REPLIES):
        for rank, reply in enumerate(replies.model.replies):
            yield _Text(replies, ("replies", rank, "text"), reply.text, example_values())
    for misshapen in draft.misshapen:
        for path, template in _templates_in(misshapen.document.data, ()):
            yield _Text(misshapen, path, template, None)


def _templates_in(data: Any, path: DataPath) -> Iterator[tuple[DataPath, str]]:
    """Yield what is a template in a file whose shape is wrong: it is known by its key, or as a message."""
    parts = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    for key, value in parts:
        place = (*path, key)
        if isinstance(value, str) and (key in _TEMPLATE_KEYS or path == ("messages",)):
            yield place, value
        else:
            yield from _templates_in(value, place)


def _phrases(draft: Draft, facts: CallFacts | None) -> tuple[Mapping[str, Phrase] | None, list[Fault]]:
    """Return the phrases, None where they cannot be read, and their faults."""
    try:
        phrases = read_phrases(draft.phrases)
    except TemplateFault as fault:
        return None, [_of_phrases(fault)]
    circles = [
        TemplateFault("phrase-endless", phrase.line, name=phrase.name)
        for phrase in phrases.values()
        if calls_itself(phrase, phrases)
    ]
    if facts is None:
        return phrases, [_of_phrases(fault) for fault in circles]
    names = names_on(facts, facts.opens_on)
    exploration = Exploration(phrases, names, _OF_EVERY_TEXT)
    for phrase in phrases.values():
        exploration.explore(phrase.body, dict(names), unknown=phrase.parameters)
    return phrases, [_of_phrases(fault) for fault in (*circles, *exploration.faults)]


def _unused(draft: Draft, phrases: Mapping[str, Phrase], templates: Sequence[str]) -> Iterator[Fault]:
    """Warn of phrases that nothing calls; not where a file could not be read, which may call them."""
    if draft.faults:
        return
    for name in phrases:
        called = re.compile(rf"\b{re.escape(name)}\s*\(")
        definition = re.compile(rf"macro\s+{re.escape(name)}\s*\(")
        within = len(called.findall(draft.phrases)) - len(definition.findall(draft.phrases))
        if within <= 0 and not any(called.search(template) for template in templates):
            line = draft.phrases.count("\n", 0, next(definition.finditer(draft.phrases)).start()) + 1
            yield Fault(PHRASES, line, describe("phrase-unused", name=name), is_warning=True)


def _of_phrases(fault: TemplateFault) -> Fault:
    return Fault(PHRASES, fault.line, describe(fault.code, **_known(fault)))


def _known(fault: TemplateFault, day: date | None = None) -> dict[str, Any]:
    """Return what the wording of `fault` may quote."""
    known = [name for name in fault.known if name]
    near = suggest(fault.name, known)
    return {"name": fault.name, "given": fault.given, "allowed": ", ".join(known) or "—", "near": near, "day": day}


def _in_writing(text: _Text, names: Mapping[str, Plain] | None, phrases: Mapping[str, Phrase] | None) -> list[Fault]:
    """Return the faults that show on any day: the syntax, and what each branch quotes."""
    try:
        body = read_template(text.template)
    except TemplateFault as fault:
        return [text.fault(fault)]
    if names is None or text.values is None:
        return []
    exploration = Exploration(phrases or {}, names, {**_OF_EVERY_TEXT, **text.choices})
    found = exploration.explore(body, {**names, **plain_mapping(text.values)})
    is_judged = phrases is not None
    return list(dict.fromkeys(text.fault(fault) for fault in found if is_judged or fault.code != "phrase-unknown"))


def days_to_try(facts: CallFacts, turns: Iterable[date] = ()) -> list[date]:
    """Return the days on which a text may read differently, with the days around each, in order.

    These are the opening, each closing, each dated figure, the turn of each year, `turns`, a month before, long after.
    """
    day = timedelta(days=1)
    figures = [figure.value for figure in facts.figures if isinstance(figure.value, date)]
    years = [date(year, 1, 1) for year in range(facts.opens_on.year, facts.closes_on.year + _YEARS_AFTER)]
    closings = [wave.closes_on for wave in facts.waves]
    turning = [facts.opens_on, facts.closes_on, *closings, *figures, *years, *turns]
    around = {moment + shift for moment in turning for shift in (-day, 0 * day, day)}
    first = facts.opens_on - _BEFORE  # nobody asks before
    return sorted({first, facts.closes_on + _LONG_AFTER, *(each for each in around if each > first)})


def days_of(draft: Draft) -> list[date]:
    """Return the days on which the texts of a folder may read differently; none where its facts cannot be read."""
    call = draft.files.get("call.yaml")
    return days_to_try(call.model, _turns(draft)) if call else []


def _turns(draft: Draft) -> set[date]:
    """Return the days that the files add to those of the call: each source's first, those a template counts down to."""
    sources, call = draft.files.get("sources.yaml"), draft.files.get("call.yaml")
    turns = {source.since for source in sources.model.sources if source.since} if sources else set()
    texts = "\n".join([draft.phrases, *(each.text for entry in draft.entries for each in entry.model.statements)])
    left = {int(count) for count in _COUNTDOWN.findall(texts)}
    closings = [wave.closes_on for wave in call.model.waves] if call else []
    return turns | {closing - timedelta(days=min(count, _FARTHEST)) for closing in closings for count in left}


def _whole_on_days(entry: Placed[Entry], renderer: Renderer, days: Sequence[date]) -> Iterator[Fault]:
    """Yield the first day on which an answer of several parts says nothing, or more than a message holds."""
    for day in days:
        written = joined(statements_on(entry.model, renderer, day))
        if not written:
            yield entry.fault(("answer",), "template-empty", day=day)
            return
        if len(written) > ANSWER_LIMIT:
            yield entry.fault(("answer",), "answer-too-long", length=len(written), limit=ANSWER_LIMIT, day=day)
            return


def _on_days(text: _Text, renderer: Renderer, days: Sequence[date]) -> Sequence[Fault]:
    """Return the first fault that shows on a day: one is enough for an editor."""
    written_on = renderer.render_each_day(text.template, days, text.values or {})
    for day in days:
        try:
            written = next(written_on)
        except TemplateFault as fault:
            if fault.code == "template-unknown":  # it is known on other days
                fault.code = "template-absent"
            return [text.fault(fault, day)]
        if not written and not text.may_be_empty:
            return [text.placed.fault(text.path, "template-empty", day=day)]
        if len(written) > ANSWER_LIMIT:
            length = len(written)
            return [text.placed.fault(text.path, "answer-too-long", length=length, limit=ANSWER_LIMIT, day=day)]
    return []
