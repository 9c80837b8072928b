"""A dossier as a value: its answers, what is still missing, what was done to it. Says nothing to anyone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.conversation.values.field import Parsed
from bot.conversation.values.member import Member
from bot.conversation.values.moves import Move, Status, after
from knowledge.call.form import FieldType, Form, Question


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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


class Dossier(Frozen):
    """Kept as versioned JSON. A new field needs a default; a changed meaning needs a new `version`."""

    version: Literal[1] = 1
    reference: str
    status: Status = Status.DRAFT
    #: How many times it was saved; 0: not yet.
    revision: int = 0
    created_at: datetime
    updated_at: datetime
    #: When the person agreed to what is done with the data.
    consented_at: datetime
    sent_at: datetime | None = None
    answers: dict[str, KeptAnswer] = {}
    #: Questions that the person passed over.
    skipped: tuple[str, ...] = ()
    #: Who of the staff has it in hand; whoever reads a dossier looks up what they are called now.
    holder: Member | None = None
    requests: tuple[Request, ...] = ()
    #: Kept in rows of their own, not in this JSON: whoever reads a dossier adds them.
    documents: tuple[Document, ...] = Field(default=(), exclude=True)

    @property
    def holder_name(self) -> str | None:
        """What the town calls the member of the staff who has it in hand."""
        return self.holder.name if self.holder else None

    @field_validator("holder", mode="before")
    @classmethod
    def _read_name(cls, kept: Any) -> Any:
        """Holders were once kept by name alone."""
        return {"id": 0, "name": kept} if isinstance(kept, str) else kept


class EventKind(StrEnum):
    """What can happen to a dossier."""

    CREATED = "created"
    ANSWERED = "answered"
    SENT = "sent"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    RESUMED = "resumed"
    HANDED_OVER = "handed_over"
    JOINED = "joined"
    LEFT = "left"
    TAKEN = "taken"
    RELEASED = "released"
    #: By a colleague of who had it: `old` says who that was.
    TAKEN_OVER = "taken_over"
    #: To the member of the staff that `new` names.
    ASSIGNED = "assigned"
    ASKED = "asked"
    MESSAGE = "message"
    #: A message was taken back by who wrote it.
    RETRACTED = "retracted"
    NOTE = "note"
    SHARED = "shared"
    CLOSED = "closed"
    REOPENED = "reopened"
    REMINDED = "reminded"
    ATTACHED = "attached"
    DETACHED = "detached"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a dossier's history. Who did it and when are added where it is kept, or by the desk."""

    kind: EventKind
    question: str | None = None
    #: What the answer was, as shown; None: there was none.
    old: str | None = None
    new: str | None = None
    #: The member of the staff, as they were called then; None: the town.
    staff: str | None = None
    #: The same, by their id; None: the town, or from before members had ids.
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class DatedEvent:
    event: Event
    at: datetime


def visible_questions(form: Form, dossier: Dossier) -> list[Question]:
    """Return the questions that concern this dossier, in order: a condition that does not hold hides its question."""
    shown: dict[str, Question] = {}
    for question in form.questions():
        when = question.when
        kept = dossier.answers.get(when.question) if when else None
        if when is None or (when.question in shown and kept is not None and when.holds(kept.value)):
            shown[question.id] = question
    return list(shown.values())


def answers_sent(form: Form, dossier: Dossier) -> dict[str, KeptAnswer]:
    """Return the answers that count: those to questions no longer asked are left out."""
    visible = visible_questions(form, dossier)
    return {each.id: dossier.answers[each.id] for each in visible if each.id in dossier.answers}


def is_answered(dossier: Dossier, question: Question) -> bool:
    """Whether there is an answer; documents answer the question that asks for them."""
    kept = dossier.answers.get(question.id)
    has_documents = question.type is FieldType.FILE and bool(dossier.documents)
    return has_documents or (kept is not None and (kept.is_answer or (kept.is_empty and not question.required)))


def missing_questions(form: Form, dossier: Dossier) -> list[Question]:
    """Return the required questions without an answer."""
    return [each for each in visible_questions(form, dossier) if each.required and not is_answered(dossier, each)]


def open_questions(form: Form, dossier: Dossier) -> list[Question]:
    """Return the questions neither answered nor passed over: « à compléter » passes over a question."""
    visible = visible_questions(form, dossier)
    passed = {key for key, kept in dossier.answers.items() if kept.is_empty}.union(dossier.skipped)
    return [each for each in visible if not is_answered(dossier, each) and each.id not in passed]


def next_question(form: Form, dossier: Dossier, after_question: str | None = None) -> Question | None:
    """Return the first open question after `after_question`, else the first of all; None: nothing is open."""
    remaining = open_questions(form, dossier)
    order = [question.id for question in form.questions()]
    start = order.index(after_question) if after_question in order else -1
    later = [question for question in remaining if order.index(question.id) > start]
    return next(iter(later or remaining), None)


def previous_question(form: Form, dossier: Dossier, question_id: str | None) -> Question | None:
    """Return the question asked before this one; the last for None; None if there is none before."""
    before = None
    for question in visible_questions(form, dossier):
        if question.id == question_id:
            return before
        before = question
    return before


def requested_question(form: Form, dossier: Dossier) -> Question | None:
    """Return the first question that the staff wait for."""
    wanted = {request.question for request in dossier.requests}
    return next((question for question in form.questions() if question.id in wanted), None)


def answer_of(form: Form, dossier: Dossier, kind: FieldType) -> KeptAnswer | None:
    """Return the answer to the question of this type: the place, the wave. None also where it is no choice any more."""
    question = form.first_of(kind)
    kept = dossier.answers.get(question.id) if question else None
    return kept if kept is not None and kept.is_answer else None


def keep_answer(dossier: Dossier, question: Question, parsed: Parsed, now: datetime) -> tuple[Dossier, list[Event]]:
    """Return the dossier with this answer, and what is to be told in its history: nothing if it is the same."""
    old = dossier.answers.get(question.id)
    new = KeptAnswer(value=parsed.value, shown=parsed.shown, is_empty=parsed.is_empty)
    if old == new and not is_requested(dossier, question):
        return dossier, []
    answers = {**dossier.answers, question.id: new}
    changed = dossier.model_copy(
        update={
            "answers": answers,
            "skipped": _without(dossier.skipped, question.id),
            "updated_at": now,
        }
    )
    event = Event(EventKind.ANSWERED, question.id, old.shown if old else None, new.shown)
    return _fulfilled(changed, question, event, now)


def is_requested(dossier: Dossier, question: Question) -> bool:
    """Whether the staff wait for a complement to this answer: the same one, confirmed, is one too."""
    return any(request.question == question.id for request in dossier.requests)


def close_documents(dossier: Dossier, question: Question, now: datetime) -> tuple[Dossier, list[Event]]:
    """Return the dossier once the town says that its documents are all there, if the staff waited for them."""
    if not is_requested(dossier, question):
        return dossier, []
    names = ", ".join(document.name for document in dossier.documents)
    return _fulfilled(dossier, question, Event(EventKind.ANSWERED, question.id, None, names), now)


def _fulfilled(dossier: Dossier, question: Question, event: Event, now: datetime) -> tuple[Dossier, list[Event]]:
    """Return the dossier, of which the staff wait no more for this question; the last one completes it."""
    requests = tuple(request for request in dossier.requests if request.question != question.id)
    changed = dossier.model_copy(update={"requests": requests})
    if dossier.status is Status.ASKED and not requests:
        completed = moved(changed, Move.COMPLETE, now)
        assert completed is not None
        return completed, [event, Event(EventKind.COMPLETED)]
    return changed, [event]


def forget_answer(dossier: Dossier, question_id: str) -> tuple[Dossier, list[Event]]:
    """Return the dossier without the answer, which must be asked again."""
    old = dossier.answers.get(question_id)
    answers = {key: answer for key, answer in dossier.answers.items() if key != question_id}
    changed = dossier.model_copy(update={"answers": answers, "skipped": _without(dossier.skipped, question_id)})
    return changed, [Event(EventKind.ANSWERED, question_id, old.shown, None)] if old else []


def skip_question(dossier: Dossier, question_id: str, now: datetime) -> Dossier:
    """Return the dossier with the question passed over; an answer that it has stays."""
    kept = dossier.answers.get(question_id)
    if question_id in dossier.skipped or (kept is not None and kept.is_answer):
        return dossier
    return dossier.model_copy(update={"skipped": (*dossier.skipped, question_id), "updated_at": now})


def moved(dossier: Dossier, move: Move, now: datetime) -> Dossier | None:
    """Return the dossier after `move`, None if it is not allowed: nothing is then to be done."""
    status = after(dossier.status, move)
    if status is None:
        return None
    return dossier.model_copy(update={"status": status, "updated_at": now})


def _without(names: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)
