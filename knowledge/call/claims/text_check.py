"""The rules of what messages, forms and verdicts may claim on a day, and of how sources are dated."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from knowledge.call.claims import wording
from knowledge.call.claims.placed_texts import PlacedText, texts_beside_entries
from knowledge.call.claims.written_dates import out_by
from knowledge.call.criteria import Eligibility, winners
from knowledge.call.faults import Fault
from knowledge.call.loader import Draft, Placed
from knowledge.call.model import CallFacts, Source
from knowledge.call.positions import Path as DataPath
from knowledge.call.rendering import Renderer, phase_of
from knowledge.templates.faults import TemplateFault
from knowledge.templates.plain import Examples

#: What the staff read among themselves.
_OF_STAFF = ("desk_", "group_")


def texts_for_towns(draft: Draft, messages: Examples) -> Iterator[PlacedText]:
    """Yield every text that a town reads and that is no entry's."""
    return filter(_is_for_towns, texts_beside_entries(draft, messages))


def _is_for_towns(text: PlacedText) -> bool:
    return not text.message.startswith(_OF_STAFF)


def text_faults(
    draft: Draft, renderer: Renderer, days: tuple[date, ...], sources: Placed[Any], messages: Examples
) -> Iterator[Fault]:
    """Yield each kind of fault once a text: what it names too early, and what it advises when it is too late.

    Dates are not judged: those of an example are nobody's.
    """
    known = sources.model.sources
    for text in texts_beside_entries(draft, messages):
        if text.example is not None:
            work = partial(_faults_of, text, renderer, days, known)
            name = ("told", days, text.path, text.template, text.message)
            yield from draft.memory.all_of(name, (text.placed, renderer, sources, messages), work)


def _faults_of(
    text: PlacedText, renderer: Renderer, days: Sequence[date], sources: Sequence[Source]
) -> Iterator[Fault]:
    if _is_for_towns(text) and _may_be_faulty(text.template, sources):
        yield from _on_days(text, renderer, days, sources)
    yield from _read_aloud(text, renderer)


def _read_aloud(text: PlacedText, renderer: Renderer) -> Iterator[Fault]:
    """Yield what is hard to read in a text, or bare: on a day before the call, one of it, its last and one after."""
    facts, seen = renderer.facts, set[str]()
    for day in (facts.opens_on - timedelta(1), facts.opens_on, facts.closes_on, facts.closes_on + timedelta(1)):
        try:
            written = renderer.render_on(text.template, day, **(text.example or {}))
        except TemplateFault:
            return  # told by the check of the templates
        for code, shown in reading_faults(written):
            if code not in seen:
                seen.add(code)
                yield text.placed.fault(text.path, code, is_warning=True, day=day, text=shown)
        words = None if text.message.startswith(_OF_STAFF) else wording.bare_countdown_in(written)
        if words and "claim-countdown" not in seen:
            seen.add("claim-countdown")
            yield text.placed.fault(text.path, "claim-countdown", day=day, text=words)


def reading_faults(text: str) -> Iterator[tuple[str, str]]:
    """Yield what makes a text hard to read aloud: the fault, the sentence that shows it."""
    if sentence := wording.long_sentence_in(text):
        yield "claim-sentence-long", sentence
    if sentence := wording.two_colons_in(text):
        yield "claim-two-colons", sentence


def _may_be_faulty(template: str, sources: Sequence[Source]) -> bool:
    """Whether a text is worth its rendering on each day: most name no source and advise nothing."""
    late = any(_names(template, each) for each in sources if each.since)
    return late or bool(wording.advice_to_apply_in(template))


def _on_days(text: PlacedText, renderer: Renderer, days: Sequence[date], sources: Sequence[Source]) -> Iterator[Fault]:
    seen: set[str] = set()
    named = [each for each in sources if _names(text.template, each)]  # by itself, not by what it is filled with
    written_on = renderer.render_each_day(text.template, days, text.example or {})
    for day in days:
        try:
            written = next(written_on)
        except TemplateFault:
            return  # told by the check of the templates
        for code, known in _told_on(written, day, renderer.facts, named):
            if code not in seen:
                seen.add(code)
                yield text.placed.fault(text.path, code, day=day, **known)


def _told_on(
    written: str, day: date, facts: CallFacts, sources: Sequence[Source]
) -> Iterator[tuple[str, dict[str, Any]]]:
    said = " ".join(each for each in wording.sentences_of(written) if not wording.says_to_come(each))
    for source in sources:
        if not source.exists_on(day) and (name := _names(said, source)):
            yield "claim-quoted-early", {"text": name, "id": source.id}
    if phase_of(facts, day) == "closed" and (words := wording.advice_to_apply_in(written)):
        yield "claim-after-close", {"text": words}


def _names(text: str, source: Source) -> str | None:
    """Return the words of `text` by which it names a source."""
    return next((each for each in source.quoted_as if wording.names(text, each)), None)


def source_date_faults(placed: Placed[Any], facts: CallFacts) -> Iterator[Fault]:
    """Yield the sources that are shown before a day on which, dated as they are, they surely exist."""
    for rank, source in enumerate(placed.model.sources):
        shown: list[tuple[DataPath, str, date]] = [
            (("published_on",), source.published_on, source.since or facts.opens_on)
        ]
        shown += [
            (("editions", place, "published_on"), each.published_on, each.since)
            for place, each in enumerate(source.editions)
        ]
        for path, words, since in shown:
            out = out_by(words)
            if out and out > since:
                yield placed.fault(("sources", rank, *path), "source-dated-late", text=words, day=since, out=out)


def winner_faults(placed: Placed[Eligibility], sources: Sequence[Source]) -> Iterator[Fault]:
    """Yield who is told to be chosen before the source that tells it can be quoted."""
    since = {source.id: source.since for source in sources if source.since}
    for path, winner in winners(placed.model):
        day = since.get(winner.source)
        if day and winner.known_from < day:
            yield placed.fault((*path, "known_from"), "winner-early", name=winner.name, id=winner.source, day=day)


def unsupported_faults(texts: Iterator[tuple[Placed[Any], DataPath, str]], facts: CallFacts) -> Iterator[Fault]:
    """Yield where a text says what `call.yaml` lists as told by no source."""
    for placed, path, template in texts:
        for rank, line in enumerate(template.split("\n"), start=1):
            for each in facts.unsupported:
                if re.search(rf"\b{re.escape(each.words)}(?!\w)", line, re.IGNORECASE):
                    yield placed.fault(path, "claim-unsupported", offset=rank, text=each.words, because=each.because)
