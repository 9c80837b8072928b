"""The rules of what the texts may claim: each basis worded as such, and nothing told before or after its day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

from knowledge.call.claims import wording
from knowledge.call.claims.statements import Told, joined, statements_of, statements_on, text_path
from knowledge.call.claims.text_check import (
    reading_faults,
    source_date_faults,
    text_faults,
    texts_for_towns,
    unsupported_faults,
    winner_faults,
)
from knowledge.call.claims.written_dates import WrittenDate, written_dates
from knowledge.call.faults import Fault, describe
from knowledge.call.loader import ELIGIBILITY, PHRASES, PRIVACY, Draft, Placed
from knowledge.call.model import Basis, CallFacts, Entry, Source, SourceKind, Statement
from knowledge.call.positions import Path as DataPath
from knowledge.call.privacy import Privacy
from knowledge.call.rendering import Renderer, phase_of
from knowledge.call.template_check import ANSWER_LIMIT, days_of
from knowledge.templates.faults import TemplateFault
from knowledge.templates.plain import Examples

#: Lines of an answer, and characters, that a telephone shows without scrolling past the question.
MOST_LINES, MOST_CHARACTERS = 5, 700
#: Words of « Non. » and « Les deux. », which answer and say no more.
_SHORT = 2

#: What a rule found: the fault, what its wording quotes.
_Found = Iterator[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class _Saying:
    """A statement as it reads, on whatever day, with what the rules judge it by: each worked out once."""

    statement: Statement
    text: str
    facts: CallFacts
    sources: Mapping[str, Source]

    @cached_property
    def first(self) -> str:
        """The first sentence that tells something: not « Non. », not a question put to be answered."""
        sentences = wording.sentences_of(self.text)
        telling = (each for each in sentences if not each.rstrip("* ").endswith("?") and len(each.split()) > _SHORT)
        return next(telling, next(iter(sentences), ""))

    @cached_property
    def basis_faults(self) -> Sequence[tuple[str, dict[str, Any]]]:
        return tuple(_basis_rules(self))

    @cached_property
    def named(self) -> Sequence[tuple[Source, str]]:
        """The sources that it names, each with the words."""
        return [
            (source, name)
            for source in self.sources.values()
            for name in source.quoted_as
            if wording.names(self.text, name)
        ]

    @cached_property
    def own(self) -> Sequence[Source]:
        return [self.sources[each] for each in self.statement.sources if each in self.sources]

    @cached_property
    def late_advice(self) -> str | None:
        return wording.late_advice_in(self.text)

    @cached_property
    def advice_to_apply(self) -> str | None:
        return wording.advice_to_apply_in(self.text)

    @cached_property
    def dates(self) -> Sequence[tuple[str, str, WrittenDate]]:
        """The dates that it writes, each with its sentence and what of it stands before."""
        return [
            (sentence, sentence[: written.start], written)
            for sentence in wording.sentences_of(self.text)
            for written in written_dates(sentence)
        ]


def claim_faults(draft: Draft, messages: Examples, *, has_sound_dates: bool) -> Iterator[Fault]:
    """Yield the faults of all texts, and, where the dates of the call are sound, of what each says when."""
    yield from _line_faults(draft, messages)
    call, sources = draft.files.get("call.yaml"), draft.files.get("sources.yaml")
    for entry in draft.entries:
        yield from _source_faults(entry, sources.model.sources if sources else ())
    if call:
        yield from unsupported_faults(_all_texts(draft, messages), call.model)
    if call and sources:
        yield from source_date_faults(sources, call.model)
    if sources and (criteria := draft.files.get(ELIGIBILITY)):
        yield from winner_faults(criteria, sources.model.sources)
    renderer = renderer_of(draft) if call and sources and has_sound_dates else None
    if renderer is not None and sources is not None:
        days = tuple(days_of(draft))
        known = {source.id: source for source in sources.model.sources}
        for entry in draft.entries:
            work = partial(_day_faults, entry, renderer, days, known)
            yield from draft.memory.all_of(("days", days), (entry, renderer, sources), work)
        yield from text_faults(draft, renderer, days, sources, messages)


def renderer_of(draft: Draft) -> Renderer | None:
    """Return what renders the texts of a folder; None when its facts or phrases cannot be read."""
    call, privacy = draft.files.get("call.yaml"), draft.files.get(PRIVACY)
    if call is None:
        return None
    try:
        return draft.memory.of(
            ("renderer", draft.phrases),
            (call, privacy),
            lambda: Renderer(call.model, draft.phrases, privacy.model if privacy else Privacy()),
        )
    except TemplateFault:
        return None


def _line_faults(draft: Draft, messages: Examples) -> Iterator[Fault]:
    for entry in draft.entries:
        for path, statement in statements_of(entry.model):
            yield from _of_lines(entry, text_path(path), statement.text, wording.faults_of_answer_line)
    for placed, place, template in _all_texts(draft, messages):
        yield from _of_lines(placed, place, template, wording.faults_of_line)
    for rank, line in enumerate(draft.phrases.split("\n"), start=1):
        for code, shown in wording.faults_of_line(line):
            yield Fault(PHRASES, rank, describe(code, text=shown))


def _all_texts(draft: Draft, messages: Examples) -> Iterator[tuple[Placed[Any], DataPath, str]]:
    for entry in draft.entries:
        for path, statement in statements_of(entry.model):
            yield entry, text_path(path), statement.text
    for text in texts_for_towns(draft, messages):
        yield text.placed, text.path, text.template


def _of_lines(
    placed: Placed[Any], place: tuple[str | int, ...], template: str, rule: Callable[[str], list[tuple[str, str]]]
) -> Iterator[Fault]:
    for rank, line in enumerate(template.split("\n"), start=1):
        for code, shown in rule(line):
            yield placed.fault(place, code, offset=rank, text=shown)


def _source_faults(entry: Placed[Entry], sources: Sequence[Source]) -> Iterator[Fault]:
    kinds = {source.id: source.kind for source in sources}
    for path, statement in statements_of(entry.model):
        for rank, source in enumerate(statement.sources):
            if statement.basis is Basis.NONE:
                yield entry.fault((*path, "sources", rank), "claim-none-sourced", id=source)
            elif statement.basis is Basis.OFFICIAL and kinds.get(source, SourceKind.OFFICIAL) != SourceKind.OFFICIAL:
                yield entry.fault((*path, "sources", rank), "claim-not-official", id=source)


def _day_faults(
    entry: Placed[Entry], renderer: Renderer, days: Sequence[date], sources: Mapping[str, Source]
) -> Iterator[Fault]:
    """Yield each kind of fault once a statement: the first day on which it shows is enough for an editor."""
    paths = {statement: path for path, statement in statements_of(entry.model)}
    seen: set[tuple[str, Statement | None]] = set()
    sayings: dict[Told, _Saying] = {}
    for day in days:
        try:
            told = statements_on(entry.model, renderer, day)
        except TemplateFault:
            return  # told by the check of the templates
        whole = joined(told)
        for each in told:
            saying = sayings.get(each)
            if saying is None:
                saying = sayings[each] = _Saying(each.statement, each.text, renderer.facts, sources)
            for code, known in _rules(saying, whole, day):
                if (code, each.statement) not in seen:
                    seen.add((code, each.statement))
                    yield entry.fault(text_path(paths[each.statement]), code, day=day, **known)
        for code, shown in reading_faults(whole):
            if (code, None) not in seen:
                seen.add((code, None))
                yield entry.fault(("answer",), code, is_warning=True, day=day, text=shown)
        if (words := wording.bare_countdown_in(whole)) and ("countdown", None) not in seen:
            seen.add(("countdown", None))
            yield entry.fault(("answer",), "claim-countdown", day=day, text=words)
        lines = [line for line in whole.split("\n") if line.strip()]
        is_long = len(lines) > MOST_LINES or MOST_CHARACTERS < len(whole) <= ANSWER_LIMIT  # a longer one is a fault
        if is_long and ("long", None) not in seen:
            seen.add(("long", None))
            size = {"lines": len(lines), "length": len(whole), "most": MOST_LINES, "limit": MOST_CHARACTERS}
            yield entry.fault(("answer",), "claim-long", is_warning=True, day=day, **size)


def _rules(saying: _Saying, whole: str, day: date) -> _Found:
    """Yield what is wrong with it on a day; `whole`: the whole answer of that day."""
    yield from saying.basis_faults
    yield from _source_rules(saying, day)
    yield from _clock_rules(saying, whole, day)
    yield from _date_rules(saying, day)


def _basis_rules(saying: _Saying) -> _Found:
    basis = saying.statement.basis
    shown = {"text": saying.first}
    if basis in (Basis.OFFICIAL, Basis.PRESS):
        if word := wording.deduction_in(saying.text):
            yield "claim-deduction", {"text": word}
        if wording.says_untold(saying.first):
            yield "claim-untold-sourced", shown
    if basis is Basis.PRESS and not wording.says_press(saying.first):
        yield "claim-press-unsaid", shown
    elif basis is Basis.DEDUCED and not wording.says_deduced(saying.first):
        yield "claim-deduced-unsaid", shown
    elif basis is Basis.NONE and not wording.says_untold(saying.first):
        yield "claim-none-unsaid", shown


def _source_rules(saying: _Saying, day: date) -> _Found:
    for source, name in saying.named:
        if not source.exists_on(day):
            yield "claim-quoted-early", {"text": name, "id": source.id}
        elif saying.statement.basis is Basis.NONE:
            yield "claim-none-quotes", {"text": name, "id": source.id}
    own = saying.own
    is_organisers = saying.facts.dates_source in saying.statement.sources  # they know it before their document is out
    if own and not is_organisers and not any(source.exists_on(day) for source in own):
        yield "claim-source-early", {"id": own[0].id}


def _clock_rules(saying: _Saying, whole: str, day: date) -> _Found:
    is_last_day = any(wave.closes_on == day for wave in saying.facts.waves)
    if is_last_day and saying.late_advice and not _is_of_a_later_closing(whole, day, saying.facts):
        yield "claim-late-advice", {"text": saying.late_advice}
    if saying.advice_to_apply and phase_of(saying.facts, day) == "closed":
        yield "claim-after-close", {"text": saying.advice_to_apply}


def _is_of_a_later_closing(whole: str, day: date, facts: CallFacts) -> bool:
    """Whether the answer writes a closing that is still to come, and not this day's."""
    written = {each.first for each in written_dates(whole) if each.is_a_day}
    return day not in written and any(wave.closes_on in written for wave in facts.waves)


def _date_rules(saying: _Saying, day: date) -> _Found:
    if not saying.dates:
        return
    facts = saying.facts
    calendar = {facts.opens_on, facts.closes_on, *(wave.closes_on for wave in facts.waves)}
    for sentence, before, written in saying.dates:
        if written.last < day and wording.is_announced(before):
            yield "claim-past-announced", {"text": sentence}
        elif written.first > day and wording.is_told_as_done(before):
            yield "claim-told-as-done", {"text": sentence}
        elif written.first > day and written.is_a_day and written.first not in calendar:
            yield "claim-told-early", {"text": written.words}
