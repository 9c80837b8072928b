"""What a person does with a whole dossier: start it, find it again, leave it, change it."""

from bot.conversation.answers.answers import team_choices
from bot.conversation.form.interview import ask_question, go_on
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
from bot.conversation.talk.effects import SaveDossier
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.quotas import MOST_DRAFTS
from bot.conversation.talk.state import Cursor
from bot.conversation.values.dossier import Dossier, Event, EventKind
from bot.conversation.values.field import UNDECIDED
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import answer_of, visible_questions
from knowledge.call.form import FieldType

#: What may be started: a dossier that was closed or withdrawn keeps nobody from a new one.
_LIVE = frozenset(Status) - {Status.CLOSED, Status.WITHDRAWN}


# --- starting, finding again


def start(exchange: Exchange) -> Turn:
    """Begin a dossier, or find the one there is."""
    live = [dossier for dossier in exchange.context.dossiers if dossier.status in _LIVE]
    if live:
        new = form_choice("", Verb.START_ANOTHER, label=exchange.text("do_new"))
        may_start = exchange.phase != "closed"
        return exchange.turn(list_dossiers(exchange, live, "start_existing", *((new,) if may_start else ())))
    return start_new(exchange)


def start_new(exchange: Exchange) -> Turn:
    """Show the first screen: what it is, how long it takes, what becomes of the data; consent is asked."""
    if exchange.phase == "closed":
        return exchange.turn(
            exchange.say("start_closed", *team_choices(exchange.library, exchange.now)),
            unanswered=exchange.text("start_closed_question"),
            guesses=(),
        )
    drafts = [each for each in exchange.context.dossiers if _is_own_draft(exchange, each)]
    if len(drafts) >= MOST_DRAFTS:
        return exchange.turn(list_dossiers(exchange, drafts, "start_too_many"))
    count = sum(question.when is None for question in exchange.form.questions())
    reply = exchange.say(
        "start",
        form_choice("", Verb.CONSENT, "", "yes", label=exchange.text("start_yes")),
        form_choice("", Verb.CONSENT, "", "no", label=exchange.text("start_no")),
        minutes=exchange.form.minutes,
        count=count,
        privacy=exchange.library.renderer.render(exchange.form.privacy, exchange.now),
    )
    return exchange.turn(reply)


def _is_own_draft(exchange: Exchange, dossier: Dossier) -> bool:
    return dossier.status is Status.DRAFT and dossier.reference in exchange.context.owned


def consent(exchange: Exchange, said: str, choice: str) -> Turn:
    """Create the dossier on a yes to the screen that is on show; a yes to an older one shows it anew."""
    if said != "yes":
        return exchange.turn(exchange.say("start_declined"))
    if all(offered.id != choice for offered in exchange.state.offered):
        return start(exchange)
    empty = next((each for each in exchange.context.dossiers if each.status is Status.DRAFT and not each.answers), None)
    is_full = sum(_is_own_draft(exchange, each) for each in exchange.context.dossiers) >= MOST_DRAFTS
    if empty or is_full or exchange.context.fresh is None or exchange.phase == "closed":
        return go_on(exchange, empty) if empty else start_new(exchange)
    now = exchange.now
    dossier = Dossier(reference=exchange.context.fresh.reference, created_at=now, updated_at=now, consented_at=now)
    turn = go_on(exchange.with_sheet(dossier), dossier, lead=exchange.text("started"))
    return Turn(turn.state, turn.replies, (SaveDossier(dossier, (Event(EventKind.CREATED),)), *turn.effects))


def show_dossiers(exchange: Exchange) -> Turn:
    """Show the person's dossier; which, where there are several; the way to one, where there is none."""
    dossiers = exchange.context.dossiers
    if not dossiers:
        return start_new(exchange)
    if len(dossiers) == 1:
        return show_summary(exchange, dossiers[0])
    return exchange.turn(list_dossiers(exchange, dossiers, "dossiers_which"))


def tell_progress(exchange: Exchange, dossier: Dossier | None = None) -> Turn:
    """Answer « où en est mon dossier ? »."""
    if dossier is not None:
        return show_progress(exchange, dossier)
    dossiers = exchange.context.dossiers
    return show_progress(exchange, dossiers[0]) if len(dossiers) == 1 else show_dossiers(exchange)


def resume(exchange: Exchange, dossier: Dossier) -> Turn:
    """Go on where the person left."""
    cursor = exchange.dossier_cursor
    lead = exchange.text("dossier_resumed", name=name_of(exchange, dossier))
    if dossier.status is Status.DRAFT and cursor and cursor.sheet == dossier.reference and cursor.question:
        question = exchange.form.question(cursor.question)
        if question in visible_questions(exchange.form, dossier):
            return ask_question(exchange, dossier, question, lead, to_summary=cursor.to_summary)
    return go_on(exchange, dossier, lead=lead)


def focus(exchange: Exchange) -> Dossier | None:
    """Return the dossier that a word without more is about: the one in hand, else the only one."""
    cursor = exchange.dossier_cursor
    held = exchange.context.dossier(cursor.sheet) if cursor else None
    if held is None and len(exchange.context.dossiers) == 1:
        return exchange.context.dossiers[0]
    return held


def leave_for_later(exchange: Exchange) -> Turn:
    """Put the dossier aside; all of it is kept already."""
    cursor = exchange.dossier_cursor
    dossier = focus(exchange)
    if dossier is None:
        return exchange.turn(exchange.say("later_nothing"))
    if cursor is None or cursor.sheet != dossier.reference:
        cursor = Cursor(sheet=dossier.reference, asked_at=exchange.now)
    kept = cursor.put_aside()
    days = (deadline(exchange, dossier) - exchange.library.day(exchange.now)).days
    wave = answer_of(exchange.form, dossier, FieldType.WAVE)
    offered = reminders.offer(exchange, str(wave.value) if wave and wave.value != UNDECIDED else reminders.NEXT)
    reply = exchange.say(
        "later",
        *(offered if dossier.status is Status.DRAFT else ()),
        name=name_of(exchange, dossier),
        is_draft=dossier.status is Status.DRAFT,
        day=deadline(exchange, dossier),
        days=days,
    )
    return exchange.turn(reply, cursor=kept)


def choose_question(exchange: Exchange, dossier: Dossier) -> Turn:
    """Ask which answer is to be changed."""
    questions = visible_questions(exchange.form, dossier)
    refusals = [editable(exchange, dossier, question) for question in questions]
    if all(refusals):
        return show_standing(exchange, dossier, refusals[0])
    choices = []
    for question in questions:
        kept = dossier.answers.get(question.id)
        message = "change_answered" if kept else "change_empty"
        label = exchange.text(message, label=question.label, shown=_brief(kept.shown) if kept else "")
        choices.append(form_choice(dossier.reference, Verb.CHANGE_ANSWER, question.id, label=label))
    choices.append(form_choice(dossier.reference, Verb.SUMMARY, "", FROM_MENU, label=exchange.text("do_summary")))
    cursor = Cursor(sheet=dossier.reference, asked_at=exchange.now)
    return exchange.turn(exchange.say("change_which", *choices), cursor=cursor)


def change_answer(exchange: Exchange, dossier: Dossier, question_id: str) -> Turn | None:
    """Ask one question again, then come back to the summary. None for a question that is not asked."""
    question = exchange.form.question(question_id)
    if question is None or question not in visible_questions(exchange.form, dossier):
        return None
    refusal = editable(exchange, dossier, question)
    if refusal:
        return show_standing(exchange, dossier, refusal)
    # In the midst of the questions, the form goes on where it was.
    cursor = exchange.cursor if dossier.status is Status.DRAFT and exchange.dossier_in_hand == dossier else None
    is_midway = cursor is not None and cursor.question is not None and not cursor.to_summary
    back_to = (cursor.back_to or cursor.question) if cursor is not None and is_midway else None
    return ask_question(exchange, dossier, question, to_summary=not is_midway, back_to=back_to)


_LABEL = 40


def _brief(shown: str) -> str:
    line = " ".join(shown.split())
    return line if len(line) <= _LABEL else line[: _LABEL - 1].rstrip() + "…"
