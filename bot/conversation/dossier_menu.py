"""What a person does with a whole dossier: start it, find it again, send it, withdraw it, share it, delete it."""

from bot.conversation.answers import TEAM_NO, TEAM_YES
from bot.conversation.choice_ids import dossier_choice
from bot.conversation.context import AccessKind
from bot.conversation.dossier import (
    Dossier,
    Event,
    EventKind,
    answer_of,
    missing_questions,
    moved,
    visible_questions,
)
from bot.conversation.dossier_summary import (
    deadline,
    editable,
    list_dossiers,
    name_of,
    receipt,
    show_progress,
    show_standing,
    show_summary,
)
from bot.conversation.effects import DeleteDossier, OfferAccess, SaveDossier, TellDesks, TellOthers, UseAccess
from bot.conversation.exchange import Exchange, Turn
from bot.conversation.field import Parsed
from bot.conversation.form_prompts import UNDECIDED, options_of
from bot.conversation.interview import ask_question, go_on
from bot.conversation.interview import keep as keep_answer
from bot.conversation.messages import Choice, Reply
from bot.conversation.moves import Move, Status
from bot.conversation.state import Cursor
from knowledge.form import FieldType

#: What may be started: a dossier that was closed or withdrawn keeps nobody from a new one.
_LIVE = frozenset(Status) - {Status.CLOSED, Status.WITHDRAWN}


# --- starting, finding again


def start(exchange: Exchange) -> Turn:
    """Begin a dossier, or find the one there is."""
    live = [dossier for dossier in exchange.context.dossiers if dossier.status in _LIVE]
    if live:
        new = dossier_choice("", "new", label=exchange.text("do_new"))
        may_start = exchange.phase != "closed"
        return exchange.turn(list_dossiers(exchange, live, "start_existing", *((new,) if may_start else ())))
    return start_new(exchange)


def start_new(exchange: Exchange) -> Turn:
    """Show the first screen: what it is, how long it takes, what becomes of the data; consent is asked."""
    if exchange.phase == "closed":
        return exchange.turn(
            exchange.say("start_closed", *_team_choices(exchange)),
            unanswered=exchange.text("start_closed_question"),
            guesses=(),
        )
    count = sum(question.when is None for question in exchange.form.questions())
    reply = exchange.say(
        "start",
        dossier_choice("", "c", "", "yes", label=exchange.text("start_yes")),
        dossier_choice("", "c", "", "no", label=exchange.text("start_no")),
        minutes=exchange.form.minutes,
        count=count,
        privacy=exchange.library.renderer.render(exchange.form.privacy, exchange.now),
    )
    return exchange.turn(reply)


def consent(exchange: Exchange, said: str, choice: str) -> Turn:
    """Create the dossier on a yes to the screen that is on show; a yes to an older one shows it anew."""
    if said != "yes":
        return exchange.turn(exchange.say("start_declined"))
    if all(offered.id != choice for offered in exchange.state.offered):
        return start(exchange)
    empty = next((each for each in exchange.context.dossiers if each.status is Status.DRAFT and not each.answers), None)
    if empty or exchange.context.fresh is None or exchange.phase == "closed":
        return go_on(exchange, empty) if empty else start_new(exchange)
    now = exchange.now
    dossier = Dossier(reference=exchange.context.fresh.reference, created_at=now, updated_at=now, consented_at=now)
    turn = go_on(exchange.with_dossier(dossier), dossier, lead=exchange.text("started"))
    return Turn(turn.state, turn.replies, (SaveDossier(dossier, (Event(EventKind.CREATED),)), *turn.effects))


def show_dossiers(exchange: Exchange) -> Turn:
    """Show the person's dossier; which, where there are several; the way to one, where there is none."""
    dossiers = exchange.context.dossiers
    if not dossiers:
        return start_new(exchange)
    if len(dossiers) == 1:
        return show_summary(exchange, dossiers[0])
    return exchange.turn(list_dossiers(exchange, dossiers, "dossiers_which"))


def tell_progress(exchange: Exchange) -> Turn:
    """Answer « où en est mon dossier ? »."""
    dossiers = exchange.context.dossiers
    return show_progress(exchange, dossiers[0]) if len(dossiers) == 1 else show_dossiers(exchange)


def resume(exchange: Exchange, dossier: Dossier) -> Turn:
    """Go on where the person left."""
    cursor = exchange.state.cursor
    lead = exchange.text("dossier_resumed", name=name_of(exchange, dossier))
    if dossier.status is Status.DRAFT and cursor and cursor.dossier == dossier.reference and cursor.question:
        question = exchange.form.question(cursor.question)
        if question in visible_questions(exchange.form, dossier):
            return ask_question(exchange, dossier, question, lead, to_summary=cursor.to_summary)
    return go_on(exchange, dossier, lead=lead)


def focus(exchange: Exchange) -> Dossier | None:
    """Return the dossier that a word without more is about: the one in hand, else the only one."""
    cursor = exchange.state.cursor
    held = exchange.context.dossier(cursor.dossier) if cursor else None
    if held is None and len(exchange.context.dossiers) == 1:
        return exchange.context.dossiers[0]
    return held


def leave_for_later(exchange: Exchange) -> Turn:
    """Put the dossier aside; all of it is kept already."""
    cursor = exchange.state.cursor
    dossier = focus(exchange)
    if dossier is None:
        return exchange.turn(exchange.say("later_nothing"))
    if cursor is None or cursor.dossier != dossier.reference:
        cursor = Cursor(dossier=dossier.reference, asked_at=exchange.now)
    kept = cursor.model_copy(update={"paused": True, "pending": None, "doubted": None, "ticked": ()})
    days = (deadline(exchange, dossier) - exchange.library.day(exchange.now)).days
    reply = exchange.say(
        "later",
        name=name_of(exchange, dossier),
        is_draft=dossier.status is Status.DRAFT,
        day=deadline(exchange, dossier),
        days=days,
    )
    return exchange.turn(reply, cursor=kept)


def choose_question(exchange: Exchange, dossier: Dossier) -> Turn:
    """Ask which answer is to be changed."""
    choices = []
    for question in visible_questions(exchange.form, dossier):
        kept = dossier.answers.get(question.id)
        message = "change_answered" if kept else "change_empty"
        label = exchange.text(message, label=question.label, shown=_brief(kept.shown) if kept else "")
        choices.append(dossier_choice(dossier.reference, "e", question.id, label=label))
    choices.append(dossier_choice(dossier.reference, "m", label=exchange.text("do_summary")))
    cursor = Cursor(dossier=dossier.reference, asked_at=exchange.now)
    return exchange.turn(exchange.say("change_which", *choices), cursor=cursor)


def change_answer(exchange: Exchange, dossier: Dossier, question_id: str) -> Turn | None:
    """Ask one question again, then come back to the summary. None for a question that is not asked."""
    question = exchange.form.question(question_id)
    if question is None or question not in visible_questions(exchange.form, dossier):
        return None
    refusal = editable(exchange, dossier, question)
    if refusal:
        return show_standing(exchange, dossier, refusal)
    return ask_question(exchange, dossier, question, to_summary=True)


_LABEL = 40


def _brief(shown: str) -> str:
    line = " ".join(shown.split())
    return line if len(line) <= _LABEL else line[: _LABEL - 1].rstrip() + "…"


# --- sending


def send(exchange: Exchange, dossier: Dossier) -> Turn:
    """Hand the dossier to the staff, or say what keeps it."""
    if dossier.status is not Status.DRAFT:
        return show_standing(exchange, dossier, exchange.text("send_already"))
    if missing_questions(exchange.form, dossier):
        return show_summary(exchange, dossier, exchange.text("send_missing"))
    if exchange.phase == "before":
        return show_summary(exchange, dossier, exchange.text("send_before"))
    if exchange.phase == "closed":
        return exchange.turn(
            exchange.say("send_closed", *_team_choices(exchange), name=name_of(exchange, dossier)),
            unanswered=exchange.text("send_closed_question", name=name_of(exchange, dossier)),
            guesses=(),
            cursor=Cursor(dossier=dossier.reference, paused=True, asked_at=exchange.now),
        )
    return _other_wave(exchange, dossier) or _hand_over(exchange, dossier)


def _other_wave(exchange: Exchange, dossier: Dossier) -> Turn | None:
    """Offer the waves still open when the one aimed at has closed since."""
    kept = answer_of(exchange.form, dossier, FieldType.WAVE)
    question = exchange.form.first_of(FieldType.WAVE)
    if kept is None or question is None or kept.value == UNDECIDED:
        return None
    options = options_of(exchange, question)
    if any(option.id == kept.value for option in options):
        return None
    choices = [dossier_choice(dossier.reference, "w", option.id, label=option.label) for option in options]
    reply = exchange.say("send_wave_closed", *choices, aimed=kept.shown)
    return exchange.turn(reply, cursor=Cursor(dossier=dossier.reference, asked_at=exchange.now))


def change_wave(exchange: Exchange, dossier: Dossier, wave: str) -> Turn | None:
    """Aim at another wave, then show the dossier, ready to be sent."""
    question = exchange.form.first_of(FieldType.WAVE)
    option = next((each for each in options_of(exchange, question) if each.id == wave), None) if question else None
    if question is None or option is None or dossier.status is not Status.DRAFT:
        return None
    cursor = Cursor(dossier=dossier.reference, question=question.id, to_summary=True, asked_at=exchange.now)
    return keep_answer(exchange.with_state(cursor=cursor), dossier, question, Parsed(option.id, option.label))


def _hand_over(exchange: Exchange, dossier: Dossier) -> Turn:
    sent = moved(dossier, Move.SEND, exchange.now)
    assert sent is not None
    sent = sent.model_copy(update={"sent_at": exchange.now})
    wave = answer_of(exchange.form, sent, FieldType.WAVE)
    person = answer_of(exchange.form, sent, FieldType.PERSON)
    name = name_of(exchange, sent)
    told = exchange.say(
        "desk_new",
        reference=sent.reference,
        name=name,
        wave=wave.shown if wave else None,
        person=person.shown if person else None,
    )
    effects = (
        SaveDossier(sent, (Event(EventKind.SENT),)),
        TellDesks(told, sent.reference),
        TellOthers(sent.reference, exchange.say("others_sent", name=name, reference=sent.reference)),
    )
    return exchange.turn(Reply(receipt(exchange, sent)), effects=effects, cursor=None)


def _team_choices(exchange: Exchange) -> tuple[Choice, Choice]:
    return (
        Choice(TEAM_YES, exchange.text("offer_team_yes")),
        Choice(TEAM_NO, exchange.text("offer_team_no")),
    )


# --- what needs a yes


def more(exchange: Exchange, dossier: Dossier) -> Turn:
    """Show what is done rarely."""
    choices = []
    if _owns(exchange, dossier):
        choices = [
            dossier_choice(dossier.reference, "inv", label=exchange.text("do_invite")),
            dossier_choice(dossier.reference, "tr", label=exchange.text("do_transfer")),
            dossier_choice(dossier.reference, "wd", label=exchange.text("do_withdraw")),
        ]
    choices.append(dossier_choice(dossier.reference, "m", label=exchange.text("do_summary")))
    return _at_summary(exchange, dossier, exchange.say("more", *choices))


def delete(exchange: Exchange, dossier: Dossier, said: str) -> Turn:
    if dossier.status not in (Status.DRAFT, Status.WITHDRAWN):
        return show_standing(exchange, dossier, exchange.text("delete_sent"))
    if not _owns(exchange, dossier):
        return show_standing(exchange, dossier, exchange.text("not_owner"))
    name = name_of(exchange, dossier)
    if said == "yes":
        effects = (
            TellOthers(dossier.reference, exchange.say("others_deleted", name=name)),
            DeleteDossier(dossier.reference),
        )
        return exchange.turn(exchange.say("deleted", name=name), effects=effects, cursor=None)
    return _confirmed_by(exchange, dossier, "del", ("delete_confirm", "delete_confirm_yes"), said)


def withdraw(exchange: Exchange, dossier: Dossier, said: str) -> Turn:
    withdrawn = moved(dossier, Move.WITHDRAW, exchange.now)
    if withdrawn is None:
        return show_standing(exchange, dossier, exchange.text("withdraw_not_sent"))
    if not _owns(exchange, dossier):
        return show_standing(exchange, dossier, exchange.text("not_owner"))
    name = name_of(exchange, dossier)
    if said != "yes":
        return _confirmed_by(exchange, dossier, "wd", ("withdraw_confirm", "withdraw_confirm_yes"), said)
    withdrawn = withdrawn.model_copy(update={"requests": (), "holder": None})
    effects = (
        SaveDossier(withdrawn, (Event(EventKind.WITHDRAWN),)),
        TellDesks(exchange.say("desk_withdrawn", reference=dossier.reference, name=name), dossier.reference),
        TellOthers(dossier.reference, exchange.say("others_withdrawn", name=name)),
    )
    return exchange.turn(exchange.say("withdrawn", name=name), effects=effects, cursor=None)


def take_back(exchange: Exchange, dossier: Dossier) -> Turn:
    """Make a draft again of a dossier that was withdrawn."""
    draft = moved(dossier, Move.RESUME, exchange.now)
    if draft is None:
        return show_summary(exchange, dossier)
    turn = show_summary(exchange.with_dossier(draft), draft, exchange.text("taken_back"))
    return Turn(turn.state, turn.replies, (SaveDossier(draft, (Event(EventKind.RESUMED),)),))


def share(exchange: Exchange, dossier: Dossier, kind: AccessKind, said: str) -> Turn:
    """Give a one-time code by which a colleague joins or takes over, once it is clear who loses what."""
    if not _owns(exchange, dossier):
        return show_standing(exchange, dossier, exchange.text("not_owner"))
    is_transfer = kind is AccessKind.TRANSFER
    if said != "yes" or exchange.context.fresh is None:
        if is_transfer:
            return _confirmed_by(exchange, dossier, "tr", ("transfer_confirm", "transfer_confirm_yes"), said)
        return _confirmed_by(exchange, dossier, "inv", ("invite_confirm", "invite_confirm_yes"), said)
    code = exchange.context.fresh.code
    message = "transfer_code" if is_transfer else "invite_code"
    reply = exchange.say(message, code=code, name=name_of(exchange, dossier))
    turn = _at_summary(exchange, dossier, reply)
    return Turn(turn.state, turn.replies, (OfferAccess(dossier.reference, kind, code),))


def use_code(exchange: Exchange) -> Turn:
    """Join or take over the dossier of the code that was written."""
    access = exchange.context.access
    if access is None:
        return exchange.turn(exchange.say("code_unknown"))
    name = name_of(exchange, access.dossier)
    if access.is_member:
        return show_standing(exchange, access.dossier, exchange.text("code_own", name=name))
    is_transfer = access.kind is AccessKind.TRANSFER
    event = Event(EventKind.HANDED_OVER if is_transfer else EventKind.JOINED)
    others = exchange.say("others_taken_over" if is_transfer else "others_joined", name=name)
    effects = (
        TellOthers(access.dossier.reference, others),
        UseAccess(access.dossier.reference, access.kind, event),
    )
    lead = exchange.text("code_taken_over" if is_transfer else "code_joined", name=name)
    turn = show_summary(exchange.with_dossier(access.dossier), access.dossier, lead)
    return Turn(turn.state, turn.replies, (*effects, *turn.effects))


def _owns(exchange: Exchange, dossier: Dossier) -> bool:
    return dossier.reference in exchange.context.owned


def _confirmed_by(exchange: Exchange, dossier: Dossier, verb: str, messages: tuple[str, str], said: str) -> Turn:
    """Ask for a yes by the first of `messages`, the second being its label; a no goes back to the summary."""
    if said == "no":
        return show_standing(exchange, dossier, exchange.text("unchanged"))
    reply = exchange.say(
        messages[0],
        dossier_choice(dossier.reference, verb, "", "yes", label=exchange.text(messages[1])),
        dossier_choice(dossier.reference, verb, "", "no", label=exchange.text("confirm_unchanged")),
        name=name_of(exchange, dossier),
    )
    return _at_summary(exchange, dossier, reply)


def _at_summary(exchange: Exchange, dossier: Dossier, reply: Reply) -> Turn:
    return exchange.turn(reply, cursor=Cursor(dossier=dossier.reference, asked_at=exchange.now))
