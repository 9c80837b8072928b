"""A dossier while it is filled: each answer is kept at once; once handed over, the staff are told of each change."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.form.asking import at_sheet
from bot.conversation.form.summary import editable, name_of, show_standing, show_summary, status_name
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.effects import Effect, SaveDossier, TellDesks
from bot.conversation.talk.messages import EDITED, Choice, Reply
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier, Event, requested_question
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import Sheet, answer_of, missing_questions, next_question
from knowledge.call.form import FieldType, Question


@dataclass(frozen=True, slots=True)
class OfDossier:
    """See `keeping.Keeping`."""

    visit: Visit
    dossier: Dossier
    insists: bool = False
    is_read_over: bool = False

    def refuse(self, question: Question | None) -> Turn | None:
        refusal = editable(self.visit, self.dossier, question)
        return show_standing(self.visit, self.dossier, refusal) if refusal is not None else None

    def next(self, after: str | None) -> Question | None:
        match self.dossier.status:
            case Status.ASKED:
                return requested_question(self.visit.form, self.dossier)
            case Status.DRAFT:
                return next_question(self.visit.form, self.dossier, after)
        return None

    def effects(self, changed: Sheet, events: Sequence[Event]) -> Sequence[Effect]:
        assert isinstance(changed, Dossier)
        if changed == self.dossier:
            return []
        effects: list[Effect] = [SaveDossier(changed, tuple(events))]
        if self.dossier.status is not Status.DRAFT and events:
            effects.append(TellDesks(self._change(changed, events), changed.reference))
        return effects

    def _change(self, changed: Dossier, events: Sequence[Event]) -> Reply:
        say = self.visit.text
        lines = "\n".join(
            say("desk_change", label=self._label(event), old=event.old, new=event.new)
            for event in events
            if event.question
        )
        message = "desk_completed" if changed.status is not self.dossier.status else "desk_changed"
        name = name_of(self.visit, changed)
        return self.visit.say(message, reference=changed.reference, name=name, changes=lines)

    def _label(self, event: Event) -> str:
        question = self.visit.form.question(event.question or "")
        return question.label if question else self.visit.text("question_gone")

    def acknowledgement(self, changed: Sheet) -> str:
        """It tells as well when all that is required is there."""
        is_correction = self.visit.incoming.unread == EDITED
        if changed == self.dossier:
            return "answer_unchanged"
        if self.dossier.status is not Status.DRAFT:
            return "answer_corrected_sent" if is_correction else "answer_sent"
        if is_correction:
            return "answer_corrected"
        return "answer_kept_enough" if self._is_now_enough(changed) else "answer_kept"

    def next_step(self, changed: Sheet) -> Choice | None:
        is_filled = self.dossier.status is Status.DRAFT and self.visit.incoming.unread != EDITED
        if not (is_filled and self._is_now_enough(changed)):
            return None
        return form_choice(self.dossier.reference, Verb.SUMMARY, label=self.visit.text("reminder_read"))

    def _is_now_enough(self, changed: Sheet) -> bool:
        form = self.visit.form
        return bool(missing_questions(form, self.dossier)) and not missing_questions(form, changed)

    def elsewhere(self, question: Question, lead: str) -> Turn | None:
        """Offer the other dossier when the person already has one for this place."""
        if question.type is not FieldType.PLACE or self.dossier.status is not Status.DRAFT:
            return None
        visit, code = self.visit, self.dossier.answers[question.id].value["code"]
        for other in visit.context.dossiers:
            place = answer_of(visit.form, other, FieldType.PLACE)
            if other.reference != self.dossier.reference and place and place.value["code"] == code:
                reply = visit.say(
                    "dossier_twin",
                    form_choice(other.reference, Verb.RESUME, label=visit.text("twin_other")),
                    form_choice(self.dossier.reference, Verb.RESUME, label=visit.text("twin_this")),
                    name=place.shown,
                    status=status_name(visit, other),
                )
                cursor = at_sheet(visit, self.dossier, paused=True)
                return visit.turn(Reply(f"{lead}\n\n{reply.text}", reply.choices), cursor=cursor)
        return None

    def show(self, lead: str | None) -> Turn:
        show = show_summary if self.dossier.status is Status.DRAFT else show_standing
        return show(self.visit, self.dossier, lead)

    def show_whole(self, lead: str | None) -> Turn:
        return show_summary(self.visit, self.dossier, lead)

    def waits(self, ask: str) -> str:
        return self.visit.text("dossier_waits", ask=ask)

    def resume(self) -> Choice:
        return form_choice(self.dossier.reference, Verb.RESUME, label=self.visit.text("do_back_to_form"))
