"""The rules that the questions of a form keep among themselves, and its texts. The shape of the files is in `form`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from knowledge.call.faults import Fault, suggest
from knowledge.call.form import CHECKS, PLACE_KINDS, WITH_OPTIONS, DossierForm, FieldType, Form, Question, ShortForm
from knowledge.call.loader import Placed
from knowledge.templates.plain import Plain

F = TypeVar("F", bound=Form)

#: What a condition may say of a question whose answers the editor does not write.
_ANSWERS = {FieldType.YES_NO: ("yes", "no"), FieldType.PLACE: tuple(PLACE_KINDS)}
#: The conversation looks for these in the form: it can hold one of each.
_AT_MOST_ONE = (FieldType.PLACE, FieldType.PROGRAMMES, FieldType.WAVE, FieldType.DEADLINE)

_Path = tuple[str | int, ...]


def form_faults(form: Placed[F]) -> Iterator[Fault]:
    """Yield every fault of the form but those of its templates."""
    seen: dict[str, tuple[Question, _Path]] = {}
    kinds: dict[FieldType, str] = {}
    for path, question in _placed_questions(form.model):
        if question.id in seen:
            where = f"{form.file}:{form.document.line_of((*seen[question.id][1], 'id'))}"
            yield form.fault((*path, "id"), "duplicate-id", id=question.id, where=where)
        yield from _options(form, path, question)
        yield from formerly_faults(form, (*path, "options"), question.options)
        if question.check and question.type not in CHECKS[question.check]:
            allowed = ", ".join(sorted(CHECKS[question.check]))
            yield form.fault((*path, "check"), "check-misplaced", check=question.check, allowed=allowed)
        if question.when:
            yield from _condition(form, path, question, seen)
        if question.type in _AT_MOST_ONE:
            if question.type in kinds:
                yield form.fault((*path, "type"), "type-twice", type=question.type, id=kinds[question.type])
            kinds.setdefault(question.type, question.id)
        seen.setdefault(question.id, (question, path))


def form_texts(form: DossierForm) -> Iterator[tuple[_Path, str]]:
    """Yield each text of the dossier's form that is a template, with its place in the file."""
    yield ("privacy",), form.privacy
    yield from _question_texts(form)


#: What tells of a short form as it is: how soon it is needed, and whether the press has a desk of its own.
_STANDING: Mapping[str, Plain] = {"is_urgent": True, "to_press": True}
_ROWS: Plain = [{"label": "Média", "shown": "Le Progrès"}]


def short_texts(form: ShortForm) -> Iterator[tuple[_Path, str, Mapping[str, Plain]]]:
    """Yield each text of a short form that is a template, with its place and an example of what it is filled with."""
    for path, text in _question_texts(form):
        yield path, text, {}
    yield ("offer",), form.offer, _STANDING
    yield ("privacy",), form.privacy, _STANDING
    if form.urgent:
        yield ("urgent",), form.urgent, _STANDING
    yield ("sent",), form.sent, {**_STANDING, "reference": "K7R-M3W-X9A"}
    yield ("told",), form.told, {**_STANDING, "reference": "K7R-M3W-X9A", "rows": _ROWS}


def _question_texts(form: Form) -> Iterator[tuple[_Path, str]]:
    for path, question in _placed_questions(form):
        yield (*path, "ask"), question.ask
        yield (*path, "help"), question.help


def _placed_questions(form: Form) -> Iterator[tuple[_Path, Question]]:
    for place, section in enumerate(form.sections):
        for rank, question in enumerate(section.questions):
            yield ("sections", place, "questions", rank), question


def _options(form: Placed[F], path: _Path, question: Question) -> Iterator[Fault]:
    if question.type in WITH_OPTIONS and not question.options:
        yield form.fault((*path, "id"), "options-missing", id=question.id)
    if question.options and question.type not in WITH_OPTIONS:
        yield form.fault((*path, "options"), "options-misplaced", type=question.type)
    known: set[str] = set()
    for rank, option in enumerate(question.options):
        if option.id in known:
            where = f"{form.file}:{form.document.line_of((*path, 'options'))}"
            yield form.fault((*path, "options", rank, "id"), "duplicate-id", id=option.id, where=where)
        known.add(option.id)


def formerly_faults(placed: Placed[Any], path: _Path, items: Sequence[Any]) -> Iterator[Fault]:
    """Yield what an item was called before that is also what another is, or was: which one is meant, nobody can tell.

    `items`: the options, waves or programmes that stand at `path`.
    """
    names = {item.id: item.id for item in items}
    for rank, item in enumerate(items):
        for place, name in enumerate(item.formerly):
            other = names.setdefault(name, item.id)
            if other != item.id or name == item.id or name in item.formerly[:place]:
                yield placed.fault((*path, rank, "formerly", place), "formerly-taken", id=name, where=other)


def _condition(
    form: Placed[F], path: _Path, question: Question, earlier: dict[str, tuple[Question, _Path]]
) -> Iterator[Fault]:
    assert question.when is not None
    target = question.when.question
    if target not in earlier:
        later = [other.id for other in form.model.questions() if other.id == target]
        code = "when-later" if later else "when-unknown"
        yield form.fault((*path, "when", "question"), code, id=target, near=suggest(target, list(earlier)))
        return
    other = earlier[target][0]
    known = _ANSWERS.get(other.type) or tuple(option.id for option in other.options)
    if not known:
        yield form.fault((*path, "when", "question"), "when-type", id=target, type=other.type.value)
        return
    for rank, wanted in enumerate(question.when.is_):
        if wanted not in known:
            allowed = ", ".join(known)
            yield form.fault((*path, "when", "is", rank), "when-value", value=wanted, id=target, allowed=allowed)
