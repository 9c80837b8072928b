"""A form that is being filled, as a value: its answers, and what is still to be asked. Says nothing to anyone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from bot.conversation.values.field import Parsed
from knowledge.call.form import FieldType, Form, Question


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class KeptAnswer(Frozen):
    """An answer, as data and in words; see `answer_words`, by which what names a thing of the call is worded anew."""

    value: Any
    shown: str
    #: The words of then, where what was picked is no choice any more; None: it still is, or the person wrote it.
    was: str | None = None
    #: It only says that there is nothing to say yet: « à compléter ».
    is_empty: bool = False

    @property
    def is_answer(self) -> bool:
        """Whether it answers the question as it is asked now."""
        return self.was is None and not self.is_empty


class Request(Frozen):
    """What the staff ask the town to complete."""

    question: str
    reason: str


class Document(Frozen):
    """A document attached to a dossier, as its row tells it."""

    id: int
    name: str
    #: Bytes; None: not known yet.
    size: int | None
    caption: str
    sent_at: datetime
    #: Whether it has arrived; else it is being fetched.
    is_here: bool


class Sheet(Frozen):
    """What has been answered of a form: a dossier, or a request that is kept in the conversation until it is sent."""

    #: Of a dossier, its number; of a short form, the form's name.
    reference: str
    updated_at: datetime
    answers: dict[str, KeptAnswer] = {}
    #: Questions that the person passed over.
    skipped: tuple[str, ...] = ()
    #: What the staff wait for.
    requests: tuple[Request, ...] = ()
    #: Kept in rows of their own, not in this JSON: whoever reads a dossier adds them.
    documents: tuple[Document, ...] = Field(default=(), exclude=True)


class ShortSheet(Sheet):
    """A short form that is being filled; kept in the conversation's state, and nowhere else until it is sent."""


S = TypeVar("S", bound=Sheet)


def visible_questions(form: Form, sheet: Sheet) -> list[Question]:
    """Return the questions that concern this dossier, in order: a condition that does not hold hides its question."""
    shown: dict[str, Question] = {}
    for question in form.questions():
        when = question.when
        kept = sheet.answers.get(when.question) if when else None
        if when is None or (when.question in shown and kept is not None and when.holds(kept.value)):
            shown[question.id] = question
    return list(shown.values())


def is_answered(sheet: Sheet, question: Question) -> bool:
    """Whether there is an answer; documents answer the question that asks for them."""
    kept = sheet.answers.get(question.id)
    has_documents = question.type is FieldType.FILE and bool(sheet.documents)
    return has_documents or (kept is not None and (kept.is_answer or (kept.is_empty and not question.required)))


def missing_questions(form: Form, sheet: Sheet) -> list[Question]:
    """Return the required questions without an answer."""
    return [each for each in visible_questions(form, sheet) if each.required and not is_answered(sheet, each)]


def open_questions(form: Form, sheet: Sheet) -> list[Question]:
    """Return the questions neither answered nor passed over: « à compléter » passes over a question."""
    visible = visible_questions(form, sheet)
    passed = {key for key, kept in sheet.answers.items() if kept.is_empty}.union(sheet.skipped)
    return [each for each in visible if not is_answered(sheet, each) and each.id not in passed]


def next_question(form: Form, sheet: Sheet, after_question: str | None = None) -> Question | None:
    """Return the first open question after `after_question`, else the first of all; None: nothing is open."""
    remaining = open_questions(form, sheet)
    order = [question.id for question in form.questions()]
    start = order.index(after_question) if after_question in order else -1
    later = [question for question in remaining if order.index(question.id) > start]
    return next(iter(later or remaining), None)


def previous_question(form: Form, sheet: Sheet, question_id: str | None) -> Question | None:
    """Return the question asked before this one; the last for None; None if there is none before."""
    before = None
    for question in visible_questions(form, sheet):
        if question.id == question_id:
            return before
        before = question
    return before


def answer_of(form: Form, sheet: Sheet, kind: FieldType) -> KeptAnswer | None:
    """Return the answer to the question of this type: the place, the wave. None also where it is no choice any more."""
    question = form.first_of(kind)
    kept = sheet.answers.get(question.id) if question else None
    return kept if kept is not None and kept.is_answer else None


def is_requested(sheet: Sheet, question: Question) -> bool:
    """Whether the staff wait for a complement to this answer: the same one, confirmed, is one too."""
    return any(request.question == question.id for request in sheet.requests)


def with_answer(sheet: S, question: Question, parsed: Parsed, now: datetime) -> S:
    """Return the sheet with this answer; the sheet itself if it has it already and nobody waits for it."""
    new = KeptAnswer(value=parsed.value, shown=parsed.shown, is_empty=parsed.is_empty)
    if sheet.answers.get(question.id) == new and not is_requested(sheet, question):
        return sheet
    answers = {**sheet.answers, question.id: new}
    skipped = _without(sheet.skipped, question.id)
    return sheet.model_copy(update={"answers": answers, "skipped": skipped, "updated_at": now})


def without_answer(sheet: S, question_id: str) -> S:
    answers = {key: answer for key, answer in sheet.answers.items() if key != question_id}
    return sheet.model_copy(update={"answers": answers, "skipped": _without(sheet.skipped, question_id)})


def skip_question(sheet: S, question_id: str, now: datetime) -> S:
    """Return the sheet with the question passed over; an answer that it has stays."""
    kept = sheet.answers.get(question_id)
    if question_id in sheet.skipped or (kept is not None and kept.is_answer):
        return sheet
    return sheet.model_copy(update={"skipped": (*sheet.skipped, question_id), "updated_at": now})


def _without(names: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)
