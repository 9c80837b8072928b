"""A question of a form that waits for its answer, as the message in hand finds it. Decides nothing."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self

from bot.conversation.fields.fields import read_field
from bot.conversation.fields.options import offered_options
from bot.conversation.form.doubt import Kind, weigh
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.messages import Choice
from bot.conversation.talk.state import Cursor
from bot.conversation.talk.visit import Visit
from bot.conversation.values.field import Asked, Reading
from bot.conversation.values.sheet import KeptAnswer, Sheet, is_requested, visible_questions
from knowledge.call.form import FieldType, Form, Option, Question

#: After so long, a person may have forgotten that the form waits for an answer.
LATE = timedelta(hours=12)

#: What is answered by picking: words behind it can say more.
_PICKED = frozenset(
    {
        FieldType.YES_NO,
        FieldType.CHOICE,
        FieldType.CHOICES,
        FieldType.PLACE,
        FieldType.PROGRAMMES,
        FieldType.WAVE,
    }
)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question of a sheet, and where the person is in it."""

    visit: Visit
    sheet: Sheet
    question: Question
    cursor: Cursor

    @property
    def form(self) -> Form:
        return self.visit.form_of(self.sheet)

    @property
    def options(self) -> tuple[Option, ...]:
        """The options as they are offered now."""
        return offered_options(self.question, self.visit.library, self.visit.now)

    @property
    def field(self) -> Asked:
        """What an answer is read against."""
        return Asked(self.question, self.visit.library, self.visit.now, self.options)

    @property
    def kept(self) -> KeptAnswer | None:
        return self.sheet.answers.get(self.question.id)

    @property
    def is_kept(self) -> bool:
        """Whether there is an answer that answers the question as it is asked now."""
        return self.kept is not None and self.kept.is_answer

    @property
    def is_requested(self) -> bool:
        return is_requested(self.sheet, self.question)

    @property
    def is_picked(self) -> bool:
        return self.question.type in _PICKED

    @property
    def is_explained(self) -> bool:
        """Whether the staff ask about an answer that was picked: what is written then explains it."""
        return self.is_picked and self.is_kept and self.is_requested

    def at(self, **changes: Any) -> Self:
        """Return the question with these changes of the cursor."""
        return replace(self, cursor=self.cursor.model_copy(update=changes))

    def read(self, text: str) -> Reading:
        return read_field(text, self.field)

    def weigh(self, text: str, reading: Reading) -> Kind:
        """Return whether `text`, read so, is the answer, a question to the assistant, or may be either."""
        is_late = self.visit.now - self.cursor.asked_at > LATE
        return weigh(text, self.question, reading, self.visit.library, is_late=is_late)

    def choice(self, verb: Verb, *argument: str, label: str) -> Choice:
        return form_choice(self.sheet.reference, verb, self.question.id, *argument, label=label)

    def text(self, template: str) -> str:
        """Return a text of the form, on the day that it is."""
        return self.visit.library.renderer.render(template, self.visit.now)


def asking(visit: Visit, sheet: Sheet, question: Question, **cursor: Any) -> Asking:
    """Return the question as it is put anew; `cursor`: what is known of where the person is."""
    return Asking(visit, sheet, question, at_sheet(visit, sheet, question=question.id, **cursor))


def at_sheet(visit: Visit, sheet: Sheet, **cursor: Any) -> Cursor:
    """Return the cursor of a person who is at `sheet` now, with nothing asked unless `cursor` says what."""
    return Cursor(sheet=sheet.reference, asked_at=visit.now, **cursor)


def current(visit: Visit) -> Asking | None:
    """Return what is being asked; None when nothing is, or when it is not asked any more."""
    cursor = visit.cursor
    sheet = visit.sheet(cursor.sheet) if cursor else None
    if cursor is None or cursor.question is None or sheet is None:
        return None
    form = visit.form_of(sheet)
    question = form.question(cursor.question)
    if question is None or question not in visible_questions(form, sheet):
        return None
    return Asking(visit, sheet, question, cursor)
