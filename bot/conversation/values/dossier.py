"""A dossier as a value: its answers, what is still missing, what was done to it. Says nothing to anyone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import field_validator

from bot.conversation.values.field import Parsed
from bot.conversation.values.member import Member
from bot.conversation.values.moves import Move, Status, after
from bot.conversation.values.sheet import (
    KeptAnswer,
    S,
    Sheet,
    is_requested,
    visible_questions,
    with_answer,
    without_answer,
)
from knowledge.call.form import Form, Question


class Dossier(Sheet):
    """Kept as versioned JSON. A new field needs a default; a changed meaning needs a new `version`."""

    version: Literal[1] = 1
    status: Status = Status.DRAFT
    #: How many times it was saved; 0: not yet.
    revision: int = 0
    created_at: datetime
    #: When the person agreed to what is done with the data.
    consented_at: datetime
    sent_at: datetime | None = None
    #: Who of the staff has it in hand; whoever reads a dossier looks up what they are called now.
    holder: Member | None = None
    #: The id of what the staff decided when they closed it; None: it is open, or was closed before decisions were.
    decision: str | None = None

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
    #: The id of what was decided.
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class DatedEvent:
    event: Event
    at: datetime


def answers_sent(form: Form, dossier: Dossier) -> dict[str, KeptAnswer]:
    """Return the answers that count: those to questions no longer asked are left out."""
    visible = visible_questions(form, dossier)
    return {each.id: dossier.answers[each.id] for each in visible if each.id in dossier.answers}


def requested_question(form: Form, dossier: Dossier) -> Question | None:
    """Return the first question that the staff wait for."""
    wanted = {request.question for request in dossier.requests}
    return next((question for question in form.questions() if question.id in wanted), None)


def keep_answer(sheet: S, question: Question, parsed: Parsed, now: datetime) -> tuple[S, list[Event]]:
    """Return the sheet with this answer, and what is to be told in its history: nothing if it is the same."""
    old = sheet.answers.get(question.id)
    changed = with_answer(sheet, question, parsed, now)
    if changed is sheet:
        return sheet, []
    event = Event(EventKind.ANSWERED, question.id, old.shown if old else None, parsed.shown)
    return _fulfilled(changed, question, event, now)


def close_documents(dossier: Dossier, question: Question, now: datetime) -> tuple[Dossier, list[Event]]:
    """Return the dossier once the town says that its documents are all there, if the staff waited for them."""
    if not is_requested(dossier, question):
        return dossier, []
    names = ", ".join(document.name for document in dossier.documents)
    return _fulfilled(dossier, question, Event(EventKind.ANSWERED, question.id, None, names), now)


def _fulfilled(sheet: S, question: Question, event: Event, now: datetime) -> tuple[S, list[Event]]:
    """Return the sheet, of which the staff wait no more for this question; the last one completes a dossier."""
    requests = tuple(request for request in sheet.requests if request.question != question.id)
    changed = sheet.model_copy(update={"requests": requests})
    if isinstance(sheet, Dossier) and sheet.status is Status.ASKED and not requests:
        completed = changed.model_copy(update={"status": after(sheet.status, Move.COMPLETE), "updated_at": now})
        return completed, [event, Event(EventKind.COMPLETED)]
    return changed, [event]


def forget_answer(sheet: S, question_id: str) -> tuple[S, list[Event]]:
    """Return the sheet without the answer, which must be asked again."""
    old = sheet.answers.get(question_id)
    event = Event(EventKind.ANSWERED, question_id, old.shown, None) if old else None
    return without_answer(sheet, question_id), [event] if event else []


def moved(dossier: Dossier, move: Move, now: datetime) -> Dossier | None:
    """Return the dossier after `move`, None if it is not allowed: nothing is then to be done."""
    status = after(dossier.status, move)
    if status is None:
        return None
    return dossier.model_copy(update={"status": status, "updated_at": now})
