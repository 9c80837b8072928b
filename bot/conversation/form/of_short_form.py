"""A short form while it is filled: kept in the state, read over as a whole, told to nobody before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.fields.needed_by import is_pressing
from bot.conversation.form.asking import at_sheet
from bot.conversation.talk.choice_ids import NO, YES, Verb, form_choice
from bot.conversation.talk.effects import Effect
from bot.conversation.talk.messages import EDITED, Choice, Reply
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Event
from bot.conversation.values.sheet import KeptAnswer, Sheet, ShortSheet, answer_of, next_question, visible_questions
from knowledge.call.form import FieldType, Question, ShortForm
from knowledge.templates.plain import Plain


@dataclass(frozen=True, slots=True)
class OfShortForm:
    """See `keeping.Keeping`."""

    visit: Visit
    sheet: ShortSheet
    insists: bool = True
    is_read_over: bool = True

    @property
    def form(self) -> ShortForm:
        return self.visit.library.call.forms[self.sheet.reference]

    @property
    def deadline(self) -> KeptAnswer | None:
        return answer_of(self.form, self.sheet, FieldType.DEADLINE)

    @property
    def is_urgent(self) -> bool:
        return self.deadline is not None and is_pressing(self.deadline.value, self.visit.now)

    @property
    def rows(self) -> list[Plain]:
        """The answers, each under its label."""
        answers = self.sheet.answers
        visible = visible_questions(self.form, self.sheet)
        return [{"label": each.label, "shown": answers[each.id].shown} for each in visible if each.id in answers]

    def text(self, template: str, **values: Plain) -> str:
        """Return a text of the form, filled with how it stands."""
        visit = self.visit
        standing: dict[str, Plain] = {"is_urgent": self.is_urgent, "to_press": visit.context.has_press_desk}
        return visit.library.renderer.render(template, visit.now, **standing, **values)

    def refuse(self, _: Question | None) -> Turn | None:
        return None

    def next(self, after: str | None) -> Question | None:
        return next_question(self.form, self.sheet, after)

    def effects(self, changed: Sheet, events: Sequence[Event]) -> Sequence[Effect]:
        return []

    def next_step(self, changed: Sheet) -> Choice | None:
        return None

    def acknowledgement(self, changed: Sheet) -> str:
        if changed == self.sheet:
            return "answer_unchanged"
        return "answer_corrected" if self.visit.incoming.unread == EDITED else "answer_kept"

    def elsewhere(self, question: Question, lead: str) -> Turn | None:
        return None

    def show(self, lead: str | None) -> Turn:
        return self.show_whole(lead)

    def show_whole(self, lead: str | None) -> Turn:
        """Read the request over: what it says, what becomes of it, and that nothing is sent yet."""
        name = self.sheet.reference
        reading = self.visit.say(
            "request_reading",
            form_choice(name, Verb.SEND, "", YES, label=self.visit.text("offer_team_yes")),
            form_choice(name, Verb.CHOOSE_ANSWER, "", NO, label=self.visit.text("confirm_no")),
            self.drop(),
            rows=self.rows,
            urgent=self.text(self.form.urgent) if self.form.urgent and self.is_urgent else None,
            privacy=self.text(self.form.privacy),
        )
        reply = Reply("\n\n".join([lead, reading.text] if lead else [reading.text]), reading.choices)
        return self.visit.turn(reply, cursor=at_sheet(self.visit, self.sheet))

    def drop(self) -> Choice:
        return form_choice(self.sheet.reference, Verb.DROP, label=self.visit.text("request_drop"))

    def waits(self, ask: str) -> str:
        return self.visit.text("request_waits", name=self.form.name, ask=ask)

    def resume(self) -> Choice:
        return form_choice(self.sheet.reference, Verb.RESUME, label=self.visit.text("request_resume"))
