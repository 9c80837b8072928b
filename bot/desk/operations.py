"""What a member of the staff may do to a dossier, and when: pure. Who is told is said, not done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.conversation.values.dossier import Dossier, Event, EventKind, moved
from bot.conversation.values.member import Member
from bot.conversation.values.moves import Move
from bot.conversation.values.sheet import Request, visible_questions
from bot.desk.outcome import Done, NotDone, Outcome, Wording
from knowledge.call.desk.decisions import Decision
from knowledge.call.form import Form
from knowledge.templates.plain import Plain

#: How long a town is left in peace after a reminder.
REMIND_AGAIN = timedelta(hours=24)


def take(dossier: Dossier, staff: Member, now: datetime) -> Outcome:
    """Take the dossier in hand. Of two who press at once, the second is told who has it."""
    if staff.is_same(dossier.holder):
        return NotDone(Wording("desk_yours_already"))
    if dossier.holder is not None:
        return NotDone(Wording("desk_held_by", {"holder": dossier.holder.shown}), is_held=True)
    taken = moved(dossier, Move.TAKE, now)
    if taken is None:
        return _not_now(dossier)
    taken = taken.model_copy(update={"holder": staff})
    town = Wording("staff_took", {"staff": staff.name})
    return Done(taken, _event(EventKind.TAKEN, staff), town, Wording("desk_taken", {"staff": staff.shown}))


def release(dossier: Dossier, staff: Member, now: datetime) -> Outcome:
    """Give the dossier back to all."""
    released = moved(dossier, Move.RELEASE, now)
    if refused := _unless_held(dossier, staff, released):
        return refused
    assert released is not None
    released = released.model_copy(update={"holder": None})
    return Done(released, _event(EventKind.RELEASED, staff), None, Wording("desk_released", {"staff": staff.shown}))


def take_over(dossier: Dossier, staff: Member, reason: str, now: datetime) -> Outcome:
    """Take the dossier from the colleague who has it; what nobody has is simply taken. The town never sees why."""
    former = dossier.holder
    if former is None:
        return take(dossier, staff, now)
    if staff.is_same(former):
        return NotDone(Wording("desk_yours_already"))
    if not reason.strip():
        return NotDone(Wording("desk_reason_wanted", {"kind": "dossier"}))
    taken = moved(dossier, Move.PASS_ON, now)
    if taken is None:
        return _not_now(dossier)
    return Done(
        taken.model_copy(update={"holder": staff}),
        _event(EventKind.TAKEN_OVER, staff, old=former.name),
        Wording("staff_took_over", {"staff": staff.name, "former": former.name}),
        Wording("desk_taken_over", {"staff": staff.shown, "former": former.called, "reason": reason.strip()}),
        also=(_event(EventKind.NOTE, staff, new=reason.strip()),),
    )


def hand(dossier: Dossier, staff: Member, to: Member, now: datetime) -> Outcome:
    """Give the dossier to another member of the staff: one's own, or one that nobody has."""
    if to.is_same(dossier.holder):
        return NotDone(Wording("desk_theirs_already", {"member": to.shown}))
    handed = moved(dossier, Move.PASS_ON, now)
    if handed is None:
        return _not_now(dossier)
    if dossier.holder is not None and (refused := _unless_held(dossier, staff, handed)):
        return refused
    return Done(
        handed.model_copy(update={"holder": to}),
        _event(EventKind.ASSIGNED, staff, new=to.name),
        Wording("staff_took_over", {"staff": to.name, "former": dossier.holder_name}),
        Wording("desk_handed", {"staff": staff.shown, "to": to.called}),
    )


def ask(dossier: Dossier, staff: Member, question_id: str, reason: str, form: Form, now: datetime) -> Outcome:
    """Ask the town to complete the answer to a question."""
    asked = moved(dossier, Move.ASK, now)
    if refused := _unless_held(dossier, staff, asked):
        return refused
    question = next((each for each in visible_questions(form, dossier) if each.id == question_id), None)
    if question is None:
        known = ", ".join(each.id for each in visible_questions(form, dossier))
        return NotDone(Wording("desk_no_such_question", {"question": question_id, "known": known}))
    assert asked is not None
    others = tuple(request for request in dossier.requests if request.question != question_id)
    asked = asked.model_copy(update={"requests": (*others, Request(question=question_id, reason=reason))})
    event = _event(EventKind.ASKED, staff, question=question_id, new=reason)
    return Done(asked, event, Wording("staff_asked", {"staff": staff.name, "label": question.label, "reason": reason}))


def remind(dossier: Dossier, staff: Member, form: Form, last: datetime | None, now: datetime) -> Outcome:
    """Tell the town again what the staff wait for, whoever holds the dossier. `last`: when it was told before."""
    labels = {question.id: question.label for question in form.questions()}
    asked = [{"label": labels.get(each.question, each.question), "reason": each.reason} for each in dossier.requests]
    noted = moved(dossier, Move.NOTE, now)
    if noted is None or not asked:
        return NotDone(Wording("desk_nothing_asked"))
    if last is not None and now - last < REMIND_AGAIN:
        return NotDone(Wording("desk_reminded_already", {"day": last.date(), "at": last}))
    unchanged = noted.model_copy(update={"updated_at": dossier.updated_at})
    return Done(unchanged, _event(EventKind.REMINDED, staff), Wording("staff_reminded", {"requests": asked}))


def answer(dossier: Dossier, staff: Member, text: str, now: datetime) -> Outcome:
    """Write to the town."""
    answered = moved(dossier, Move.ANSWER, now)
    if refused := _unless_held(dossier, staff, answered):
        return refused
    assert answered is not None
    event = _event(EventKind.MESSAGE, staff, new=text)
    return Done(answered, event, Wording("staff_message", {"staff": staff.name, "text": text}))


def note(dossier: Dossier, staff: Member, text: str, now: datetime) -> Outcome:
    """Keep an internal note, whoever holds the dossier: the town never sees it."""
    noted = moved(dossier, Move.NOTE, now)
    if noted is None:
        return _not_now(dossier)
    unchanged = noted.model_copy(update={"updated_at": dossier.updated_at})
    return Done(unchanged, _event(EventKind.NOTE, staff, new=text), None)


def share(dossier: Dossier, staff: Member, now: datetime) -> Outcome:
    """Prepare the dossier's way to another person of the town; who has it now is told."""
    shared = moved(dossier, Move.NOTE, now)
    if refused := _unless_held(dossier, staff, shared):
        return refused
    assert shared is not None
    return Done(shared, _event(EventKind.SHARED, staff), Wording("staff_shared", {"staff": staff.name}))


@dataclass(frozen=True, slots=True)
class Closing:
    """Why a dossier is closed, and with which decision of those of the call."""

    reason: str
    #: The id; None: none was said.
    decision: str | None
    known: Sequence[Decision]

    @property
    def chosen(self) -> Decision | None:
        return next((each for each in self.known if self.decision in (each.id, *each.formerly)), None)


def close(dossier: Dossier, staff: Member, closing: Closing, now: datetime) -> Outcome:
    """Close the dossier with a decision, where the call has some, and a reason."""
    closed = moved(dossier, Move.CLOSE, now)
    if refused := _unless_held(dossier, staff, closed):
        return refused
    assert closed is not None
    chosen = closing.chosen
    if chosen is None and closing.known:
        known: list[Plain] = [{"id": each.id, "label": each.label} for each in closing.known]
        return NotDone(Wording("desk_decision_wanted", {"decision": closing.decision, "known": known}))
    closed = closed.model_copy(update={"requests": (), "decision": chosen.id if chosen else None})
    event = replace(_event(EventKind.CLOSED, staff, new=closing.reason), decision=chosen.id if chosen else None)
    said: dict[str, Plain] = {"reason": closing.reason, "decision": chosen.label if chosen else None}
    town = Wording("staff_closed", {"staff": staff.name, **said})
    return Done(closed, event, town, Wording("desk_closed", {"staff": staff.shown, **said}))


def reopen(dossier: Dossier, staff: Member, now: datetime) -> Outcome:
    """Take a closed dossier in hand again."""
    reopened = moved(dossier, Move.REOPEN, now)
    if reopened is None:
        return _not_now(dossier)
    reopened = reopened.model_copy(update={"holder": staff, "decision": None})
    town = Wording("staff_reopened", {"staff": staff.name})
    return Done(reopened, _event(EventKind.REOPENED, staff), town, Wording("desk_reopened", {"staff": staff.shown}))


def _unless_held(dossier: Dossier, staff: Member, after: Dossier | None) -> NotDone | None:
    """Refuse what only its holder may do, and what is no move at all."""
    if after is None:
        return _not_now(dossier)
    if dossier.holder is None:
        return NotDone(Wording("desk_take_first"))
    if not staff.is_same(dossier.holder):
        return NotDone(Wording("desk_held_by", {"holder": dossier.holder.shown}), is_held=True)
    return None


def _not_now(dossier: Dossier) -> NotDone:
    holder = dossier.holder.shown if dossier.holder else None
    return NotDone(Wording("desk_not_now", {"status": dossier.status.value, "holder": holder}))


def _event(kind: EventKind, staff: Member, **more: str) -> Event:
    """Return what the history says that a member did: by the name that they bear now, and by their id for ever."""
    return Event(kind, staff=staff.name, staff_id=staff.id, **more)
