"""The rules of a knowledge base across its files: `check_folder` lists every fault, `load_call` refuses faulty ones."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from knowledge.cache.memory import Memory
from knowledge.call.claims.claim_check import claim_faults
from knowledge.call.claims.statements import statements_of
from knowledge.call.criteria import quoted_sources
from knowledge.call.faults import Fault, KnowledgeError, describe, suggest
from knowledge.call.form import FormId, ShortForm
from knowledge.call.form_check import form_faults, formerly_faults
from knowledge.call.loader import (
    DECISIONS,
    ELIGIBILITY,
    FORM,
    HEARING,
    PRIVACY,
    Draft,
    Placed,
    read_folder,
    read_known_good,
)
from knowledge.call.model import Basis, Call, CallFacts, Entry, TopicsFile
from knowledge.call.privacy import FILLED_BY_OPERATOR, stated
from knowledge.call.template_check import MessageChoices, template_faults
from knowledge.hearing.lists import Hearing, clashes
from knowledge.hearing.polarity import Fit, fit, opens
from knowledge.language.text import fold
from knowledge.templates.plain import Examples

NO_CHOICES: MessageChoices = {}
#: Faults that are looked for by each kind of rule: nobody mends more at once.
MOST_FAULTS = 1_000


def load_call(folder: Path, *, is_known_good: bool = False) -> Call:
    """Return the call of `folder`; `is_known_good`: its files have passed once. Errors: as `sound_draft`."""
    return (read_known_good(folder) if is_known_good else sound_draft(folder)).assemble()


def sound_draft(folder: Path) -> Draft:
    """Return what stands in `folder`. Errors: KnowledgeError with all faults (not the warnings).

    The rules across files, above all each template on each day that matters, take most of the time: `read_known_good`
    is for files that have passed once.
    """
    draft = read_folder(folder)
    found = _bounded(draft.faults, _cross_faults(draft), _all_template_faults(draft, {}, {}))
    if found:
        raise KnowledgeError(folder, tuple(sorted(found)))
    return draft


def check_folder(
    folder: Path,
    today: date,
    messages: Examples,
    choices: MessageChoices = NO_CHOICES,
    *,
    is_production: bool = False,
    memory: Memory | None = None,
) -> tuple[Fault, ...]:
    """Return all faults and warnings of `folder` in order of file and line, MOST_FAULTS of each rule at most.

    `messages`: the ids of what the program says, each with an example of the values it fills in; `choices`: those of
    the values that are one of few texts; `today`: the day on which review dates are judged; `is_production`: what
    whoever runs the counter has to write must be written. `memory`: what was found out in its last round, and did not
    change, is not again; the faults are the same. It serves for these very `messages` and `choices`.
    """
    draft = read_folder(folder, memory=memory)
    found = _bounded(
        draft.faults,
        _cross_faults(draft),
        _all_template_faults(draft, messages, choices),
        _message_faults(draft, messages),
        _reviews(draft, today),
        _openings(draft),
        claim_faults(draft, messages, has_sound_dates=_has_sound_dates(draft)),
        _unfilled(draft) if is_production else (),
    )
    return tuple(sorted(found))


def _bounded(*rules: Iterable[Fault]) -> set[Fault]:
    return {fault for rule in rules for fault in islice(rule, MOST_FAULTS)}


def _cross_faults(draft: Draft) -> Iterator[Fault]:
    yield from _duplicates(draft)
    yield from _references(draft)
    yield from _entry_rules(draft)
    yield from _variants(draft)
    yield from _topics_without_entry(draft)
    yield from _clashes(draft)
    if form := draft.files.get(FORM):
        yield from form_faults(form)
    for short in draft.forms:
        yield from _name_faults(short)
        yield from form_faults(short)
    if decisions := draft.files.get(DECISIONS):
        yield from formerly_faults(decisions, ("decisions",), decisions.model.decisions)
    if call := draft.files.get("call.yaml"):
        yield from _date_faults(call)
        yield from formerly_faults(call, ("waves",), call.model.waves)
        yield from formerly_faults(call, ("programmes",), call.model.programmes)


def _all_template_faults(draft: Draft, messages: Examples, choices: MessageChoices) -> Iterator[Fault]:
    return template_faults(draft, messages, choices, has_sound_dates=_has_sound_dates(draft))


def _has_sound_dates(draft: Draft) -> bool:
    call = draft.files.get("call.yaml")
    return call is not None and not any(_date_faults(call))


def _duplicates(draft: Draft) -> Iterator[Fault]:
    for name, placed in draft.files.items():
        for group in (
            "sources",
            "topics",
            "waves",
            "contacts",
            "links",
            "figures",
            "programmes",
            "organisers",
            "decisions",
            "replies",
        ):
            seen: dict[str, int] = {}
            for rank, item in enumerate(getattr(placed.model, group, ())):
                path = (group, rank, "id")
                if item.id in seen:
                    where = f"{name}:{placed.document.line_of((group, seen[item.id], 'id'))}"
                    yield placed.fault(path, "duplicate-id", id=item.id, where=where)
                seen.setdefault(item.id, rank)
    yield from _duplicate_entries(draft)


def _duplicate_entries(draft: Draft) -> Iterator[Fault]:
    first: dict[str, Placed[Entry]] = {}
    for entry in draft.entries:
        other = first.setdefault(entry.model.id, entry)
        if other is not entry:
            yield entry.fault(("id",), "duplicate-id", id=entry.model.id, where=other.file)
        elif Path(entry.file).stem != entry.model.id:
            yield entry.fault(("id",), "name-differs", file=Path(entry.file).name, id=entry.model.id)
    for entry in draft.entries:
        for rank, former in enumerate(entry.model.formerly):
            other = first.setdefault(former, entry)
            if other is not entry:
                yield entry.fault(("formerly", rank), "duplicate-id", id=former, where=other.file)


#: A name that is referred to -> None: as a mapping, it keeps the order in which they are suggested.
_Known = Mapping[str, None]
_FORM_ID: TypeAdapter[str] = TypeAdapter(FormId)


def _name_faults(form: Placed[ShortForm]) -> Iterator[Fault]:
    """A short form is known by the name of its file, which stands in the ids of buttons."""
    name = Path(form.file)
    try:
        _FORM_ID.validate_python(name.stem)
    except ValidationError:
        yield form.fault((), "form-name", file=name.name)


def _references(draft: Draft) -> Iterator[Fault]:
    yield from _unknown_sources(draft)
    entries = dict.fromkeys(entry.model.id for entry in draft.entries)
    call = draft.files.get("call.yaml")
    if call and not draft.has_unread_answers:
        for rank, shared in enumerate(call.model.shared):
            yield from _unless_known(call, ("shared", rank), "unknown-shared", shared, entries)
    for entry in draft.entries:
        yield from _unknown_names(draft, entry)
        yield from _unknown_follow_ups(draft, entry, entries)


def _unknown_sources(draft: Draft) -> Iterator[Fault]:
    sources = draft.files.get("sources.yaml")
    if sources is None:
        return
    known = dict.fromkeys(source.id for source in sources.model.sources)
    if call := draft.files.get("call.yaml"):
        yield from _unknown_sources_of_call(call, known)
    if criteria := draft.files.get(ELIGIBILITY):
        for path, source in quoted_sources(criteria.model):
            yield from _unless_known(criteria, path, "unknown-source", source, known)
    for entry in draft.entries:
        for path, statement in statements_of(entry.model):
            for rank, source in enumerate(statement.sources):
                yield from _unless_known(entry, (*path, "sources", rank), "unknown-source", source, known)


def _unknown_names(draft: Draft, entry: Placed[Entry]) -> Iterator[Fault]:
    """Yield the topic, the contact and the form of an entry that stand nowhere."""
    topics, call = draft.files.get("topics.yaml"), draft.files.get("call.yaml")
    if topics:
        known = dict.fromkeys(topic.id for topic in topics.model.topics)
        yield from _unless_known(entry, ("topic",), "unknown-topic", entry.model.topic, known)
    if call and entry.model.contact:
        known = dict.fromkeys(contact.id for contact in call.model.contacts)
        yield from _unless_known(entry, ("contact",), "unknown-contact", entry.model.contact, known)
    if entry.model.form and not draft.has_unread_forms:
        known = dict.fromkeys(Path(form.file).stem for form in draft.forms)
        yield from _unless_known(entry, ("form",), "unknown-form", entry.model.form, known)


def _unknown_follow_ups(draft: Draft, entry: Placed[Entry], entries: _Known) -> Iterator[Fault]:
    for rank, follow_up in enumerate(entry.model.follow_ups):
        if not draft.has_unread_answers:
            yield from _unless_known(entry, ("follow_ups", rank), "unknown-follow-up", follow_up, entries)
        if follow_up == entry.model.id:
            yield entry.fault(("follow_ups", rank), "follow-up-itself", id=follow_up)


def _unknown_sources_of_call(call: Placed[CallFacts], known: _Known) -> Iterator[Fault]:
    yield from _unless_known(call, ("dates_source",), "unknown-source", call.model.dates_source, known)
    for group in ("waves", "organisers", "programmes", "contacts", "links", "figures"):
        for rank, item in enumerate(getattr(call.model, group)):
            yield from _unless_known(call, (group, rank, "source"), "unknown-source", item.source, known)


def _unless_known(
    placed: Placed[Any], path: tuple[str | int, ...], code: str, wanted: str, known: _Known
) -> Iterator[Fault]:
    if wanted not in known:
        yield placed.fault(path, code, id=wanted, near=suggest(wanted, list(known)))


def _entry_rules(draft: Draft) -> Iterator[Fault]:
    for entry in draft.entries:
        for path, statement in statements_of(entry.model):
            needs_source = statement.basis not in (Basis.NONE, Basis.SERVICE)
            if needs_source and not statement.sources:
                yield entry.fault(path or ("id",), "no-source")
        if entry.model.review_by < entry.model.checked_on:
            yield entry.fault(("review_by",), "review-before-check")
        asked: list[tuple[tuple[str | int, ...], str]] = [(("question",), entry.model.question)]
        asked += [(("variants", rank), variant) for rank, variant in enumerate(entry.model.variants)]
        for path, text in asked:
            if text.count("«") != text.count("»"):
                yield entry.fault(path, "quote-open", text=text)


def _variants(draft: Draft) -> Iterator[Fault]:
    """The matcher cannot serve two entries by one phrasing: compared as it reads them, without case or accents."""
    first: dict[str, tuple[Placed[Entry], int]] = {}
    for entry in draft.entries:
        folded = draft.memory.all_of("folded", (entry,), partial(map, fold, entry.model.variants))
        for rank, (variant, key) in enumerate(zip(entry.model.variants, folded, strict=True)):
            other, place = first.setdefault(key, (entry, rank))
            if other is not entry:
                where = f"{other.file}:{other.document.line_of(('variants', place))}"
                yield entry.fault(("variants", rank), "variant-twice", text=variant, id=other.model.id, where=where)


def _clashes(draft: Draft) -> Iterator[Fault]:
    """The same expression in two lists that exclude each other would be heard as either."""
    placed: Placed[Hearing] | None = draft.files.get(HEARING)
    if placed is None:
        return
    for name, place, phrase, other in clashes(placed.model):
        yield placed.fault((name, place), "heard-twice", text=phrase, list=name, other=other)


def _openings(draft: Draft) -> Iterator[Fault]:
    """An answer that opens with « Oui » or « Non » must answer its own question, and the way most people put it."""
    placed = draft.files.get(HEARING)
    hearing = placed.model if placed else Hearing()
    for entry in draft.entries:
        if not any(opens(line) for line in entry.model.answer.splitlines()):
            continue
        question = entry.model.question
        if fit(question, question, hearing) is not Fit.SAME:
            yield entry.fault(("question",), "opening-open", is_warning=True, question=question)
            continue
        for rank, variant in enumerate(entry.model.variants):
            if fit(question, variant, hearing) is Fit.OPPOSITE:
                yield entry.fault(("variants", rank), "opening-opposite", is_warning=True, text=variant)
                break


def _topics_without_entry(draft: Draft) -> Iterator[Fault]:
    topics: Placed[TopicsFile] | None = draft.files.get("topics.yaml")
    if topics is None or draft.has_unread_answers:
        return
    covered = {entry.model.topic for entry in draft.entries}
    for rank, topic in enumerate(topics.model.topics):
        if topic.id not in covered:
            yield topics.fault(("topics", rank), "topic-empty", id=topic.id)


def _date_faults(call: Placed[CallFacts]) -> Iterator[Fault]:
    facts = call.model
    try:
        ZoneInfo(facts.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield call.fault(("time_zone",), "unknown-time-zone", id=facts.time_zone)
    if facts.closes_on < facts.opens_on:
        yield call.fault(("closes_on",), "dates-reversed", closes=facts.closes_on, opens=facts.opens_on)
        return
    before = None
    for rank, wave in enumerate(facts.waves):
        path = ("waves", rank, "closes_on")
        if not facts.opens_on <= wave.closes_on <= facts.closes_on:
            opens, end = facts.opens_on, facts.closes_on
            yield call.fault(path, "wave-outside", number=wave.number, closes=wave.closes_on, opens=opens, end=end)
        if before and (wave.closes_on <= before.closes_on or wave.number <= before.number):
            yield call.fault(path, "waves-order", number=wave.number)
        if len({wave.closes_on, *wave.earlier}) != 1 + len(wave.earlier):
            yield call.fault(("waves", rank, "earlier"), "wave-earlier", number=wave.number, closes=wave.closes_on)
        before = wave


def _message_faults(draft: Draft, wanted: Examples) -> Iterator[Fault]:
    placed = draft.files.get("messages.yaml")
    if placed is None:
        return
    for name in sorted(wanted):
        if name not in placed.model.messages:
            yield placed.fault(("messages",), "message-missing", id=name)
    for name in placed.model.messages:
        if name not in wanted:
            yield placed.fault(("messages", name), "message-unknown", id=name, near=suggest(name, sorted(wanted)))


def _reviews(draft: Draft, today: date) -> Iterator[Fault]:
    for entry in draft.entries:
        if entry.model.review_by < today:
            yield entry.fault(("review_by",), "review-passed", is_warning=True, day=entry.model.review_by)


def _unfilled(draft: Draft) -> Iterator[Fault]:
    placed = draft.files.get(PRIVACY)
    if placed is None:
        yield Fault(PRIVACY, 1, describe("privacy-missing"))
        return
    for name, value in stated(placed.model).items():
        if value is None:
            yield placed.fault((name,), FILLED_BY_OPERATOR[name])
