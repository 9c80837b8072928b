"""What a person does with a whole dossier: start it, find it again, leave it, change it."""

from collections.abc import Sequence

from bot.conversation.answers.answers import team_choices
from bot.conversation.form.asking import current
from bot.conversation.form.interview import ask_question, go_on, keep_ticked
from bot.conversation.form.summary import (
    deadline,
    editable,
    list_dossiers,
    name_of,
    show_progress,
    show_standing,
    show_summary,
)
from bot.conversation.reminders import reminders
from bot.conversation.talk.choice_ids import FROM_MENU, Verb, form_choice
from bot.conversation.talk.effects import Effect, SaveDossier
from bot.conversation.talk.quotas import MOST_DRAFTS
from bot.conversation.talk.state import Cursor
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier, Event, EventKind
from bot.conversation.values.field import UNDECIDED
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import answer_of, visible_questions
from knowledge.call.form import FieldType

#: What may be started: a dossier that was closed or withdrawn keeps nobody from a new one.
_LIVE = frozenset(Status) - {Status.CLOSED, Status.WITHDRAWN}


# --- starting, finding again


def start(visit: Visit) -> Turn:
    """Begin a dossier, or find the one there is."""
    live = [dossier for dossier in visit.context.dossiers if dossier.status in _LIVE]
    if live:
        new = form_choice("", Verb.START_ANOTHER, label=visit.text("do_new"))
        may_start = visit.phase != "closed"
        return visit.turn(list_dossiers(visit, live, "start_existing", *((new,) if may_start else ())))
    return start_new(visit)


def start_new(visit: Visit) -> Turn:
    """Show the first screen: what it is, how long it takes, what becomes of the data; consent is asked."""
    if visit.phase == "closed":
        return visit.turn(
            visit.say("start_closed", *team_choices(visit.library, visit.now)),
            unanswered=visit.text("start_closed_question"),
            guesses=(),
        )
    drafts = [each for each in visit.context.dossiers if _is_own_draft(visit, each)]
    if len(drafts) >= MOST_DRAFTS:
        return visit.turn(list_dossiers(visit, drafts, "start_too_many"))
    reply = visit.say(
        "start",
        form_choice("", Verb.CONSENT, "", "yes", label=visit.text("start_yes")),
        form_choice("", Verb.CONSENT, "", "no", label=visit.text("start_no")),
        **visit.form.length(),
        privacy=visit.library.renderer.render(visit.form.privacy, visit.now),
    )
    return visit.turn(reply)


def _is_own_draft(visit: Visit, dossier: Dossier) -> bool:
    return dossier.status is Status.DRAFT and dossier.reference in visit.context.owned


def consent(visit: Visit, said: str, choice: str) -> Turn:
    """Create the dossier on a yes to the screen that is on show; a yes to an older one shows it anew."""
    if said != "yes":
        return visit.turn(visit.say("start_declined"))
    if all(offered.id != choice for offered in visit.state.offered):
        return start(visit)
    empty = next((each for each in visit.context.dossiers if each.status is Status.DRAFT and not each.answers), None)
    is_full = sum(_is_own_draft(visit, each) for each in visit.context.dossiers) >= MOST_DRAFTS
    if empty or is_full or visit.context.fresh is None or visit.phase == "closed":
        return go_on(visit, empty) if empty else start_new(visit)
    now = visit.now
    dossier = Dossier(reference=visit.context.fresh.reference, created_at=now, updated_at=now, consented_at=now)
    turn = go_on(visit.with_sheet(dossier), dossier, lead=visit.text("started"))
    return Turn(turn.state, turn.replies, (SaveDossier(dossier, (Event(EventKind.CREATED),)), *turn.effects))


def show_dossiers(visit: Visit) -> Turn:
    """Show the person's dossier; which, where there are several; the way to one, where there is none."""
    dossiers = visit.context.dossiers
    if not dossiers:
        return start_new(visit)
    if len(dossiers) == 1:
        return show_summary(visit, dossiers[0])
    return visit.turn(list_dossiers(visit, dossiers, "dossiers_which"))


def tell_progress(visit: Visit, dossier: Dossier | None = None) -> Turn:
    """Answer « où en est mon dossier ? »."""
    if dossier is not None:
        return show_progress(visit, dossier)
    dossiers = visit.context.dossiers
    return show_progress(visit, dossiers[0]) if len(dossiers) == 1 else show_dossiers(visit)


def resume(visit: Visit, dossier: Dossier) -> Turn:
    """Go on where the person left."""
    cursor = visit.dossier_cursor
    lead = visit.text("dossier_resumed", name=name_of(visit, dossier))
    if dossier.status is Status.DRAFT and cursor and cursor.sheet == dossier.reference and cursor.question:
        question = visit.form.question(cursor.question)
        if question in visible_questions(visit.form, dossier):
            return ask_question(visit, dossier, question, lead, to_summary=cursor.to_summary)
    return go_on(visit, dossier, lead=lead)


def focus(visit: Visit) -> Dossier | None:
    """Return the dossier that a word without more is about: the one in hand, else the only one."""
    cursor = visit.dossier_cursor
    held = visit.context.dossier(cursor.sheet) if cursor else None
    if held is None and len(visit.context.dossiers) == 1:
        return visit.context.dossiers[0]
    return held


def leave_for_later(visit: Visit) -> Turn:
    """Put the dossier aside; all of it is kept already."""
    cursor = visit.dossier_cursor
    dossier = focus(visit)
    if dossier is None:
        return visit.turn(visit.say("later_nothing"))
    effects: Sequence[Effect] = ()
    if (asked := current(visit)) is not None and asked.cursor.ticked and asked.sheet == dossier:
        visit, effects, _ = keep_ticked(asked)
        dossier = visit.context.dossier(dossier.reference) or dossier
        cursor = visit.dossier_cursor
    if cursor is None or cursor.sheet != dossier.reference:
        cursor = Cursor(sheet=dossier.reference, asked_at=visit.now)
    kept = cursor.put_aside()
    days = (deadline(visit, dossier) - visit.library.day(visit.now)).days
    wave = answer_of(visit.form, dossier, FieldType.WAVE)
    offered = reminders.offer(visit, str(wave.value) if wave and wave.value != UNDECIDED else reminders.NEXT)
    reply = visit.say(
        "later",
        *(offered if dossier.status is Status.DRAFT else ()),
        name=name_of(visit, dossier),
        is_draft=dossier.status is Status.DRAFT,
        day=deadline(visit, dossier),
        days=days,
    )
    return visit.turn(reply, effects=effects, cursor=kept)


def choose_question(visit: Visit, dossier: Dossier) -> Turn:
    """Ask which answer is to be changed."""
    questions = visible_questions(visit.form, dossier)
    refusals = [editable(visit, dossier, question) for question in questions]
    if all(refusals):
        return show_standing(visit, dossier, refusals[0])
    choices = []
    for question in questions:
        kept = dossier.answers.get(question.id)
        message = "change_answered" if kept else "change_empty"
        label = visit.text(message, label=question.label, shown=_brief(kept.shown) if kept else "")
        choices.append(form_choice(dossier.reference, Verb.CHANGE_ANSWER, question.id, label=label))
    choices.append(form_choice(dossier.reference, Verb.SUMMARY, "", FROM_MENU, label=visit.text("do_summary")))
    cursor = Cursor(sheet=dossier.reference, asked_at=visit.now)
    return visit.turn(visit.say("change_which", *choices), cursor=cursor)


def change_answer(visit: Visit, dossier: Dossier, question_id: str, lead: str | None = None) -> Turn | None:
    """Ask one question again, then come back to the summary. None for a question that is not asked."""
    question = visit.form.question(question_id)
    if question is None or question not in visible_questions(visit.form, dossier):
        return None
    refusal = editable(visit, dossier, question)
    if refusal:
        return show_standing(visit, dossier, refusal)
    # In the midst of the questions, the form goes on where it was.
    cursor = visit.cursor if dossier.status is Status.DRAFT and visit.dossier_in_hand == dossier else None
    is_midway = cursor is not None and cursor.question is not None and not cursor.to_summary
    back_to = (cursor.back_to or cursor.question) if cursor is not None and is_midway else None
    return ask_question(visit, dossier, question, lead, to_summary=not is_midway, back_to=back_to)


_LABEL = 40


def _brief(shown: str) -> str:
    line = " ".join(shown.split())
    return line if len(line) <= _LABEL else line[: _LABEL - 1].rstrip() + "…"
