"""Handing a dossier to the staff: what keeps it from being sent, and what follows when it is."""

from bot.conversation.answers.answers import team_choices, where_choice
from bot.conversation.fields.options import offered_options
from bot.conversation.form.asking import asking
from bot.conversation.form.interview import keep
from bot.conversation.form.summary import for_the_staff, name_of, receipt, show_standing, show_summary
from bot.conversation.reminders.reminders import offer as offer_reminder
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.effects import Effect, SaveDossier, TellDesks, TellOthers
from bot.conversation.talk.messages import Reply, enclosed_attachment
from bot.conversation.talk.state import Cursor
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier, Event, EventKind, moved
from bot.conversation.values.field import UNDECIDED, Parsed
from bot.conversation.values.moves import Move, Status
from bot.conversation.values.sheet import answer_of, missing_questions
from knowledge.call.form import FieldType


def send(visit: Visit, dossier: Dossier) -> Turn:
    """Hand the dossier to the staff, or say what keeps it."""
    if dossier.status is not Status.DRAFT:
        return show_standing(visit, dossier, visit.text("send_already"))
    if missing_questions(visit.form, dossier):
        return show_summary(visit, dossier, visit.text("send_missing"))
    if visit.phase == "before":
        return show_summary(visit, dossier, visit.text("send_before"))
    if visit.phase == "closed":
        return visit.turn(
            visit.say("send_closed", *team_choices(visit.library, visit.now), name=name_of(visit, dossier)),
            unanswered=visit.text("send_closed_question", name=name_of(visit, dossier)),
            guesses=(),
            cursor=Cursor(sheet=dossier.reference, paused=True, asked_at=visit.now),
        )
    return _other_wave(visit, dossier) or _hand_over(visit, dossier)


def _other_wave(visit: Visit, dossier: Dossier) -> Turn | None:
    """Offer the waves still open when the one aimed at has closed since."""
    kept = answer_of(visit.form, dossier, FieldType.WAVE)
    question = visit.form.first_of(FieldType.WAVE)
    if kept is None or question is None or kept.value == UNDECIDED:
        return None
    options = offered_options(question, visit.library, visit.now)
    if any(option.id == kept.value for option in options):
        return None
    choices = [form_choice(dossier.reference, Verb.CHANGE_WAVE, option.id, label=option.label) for option in options]
    reply = visit.say("send_wave_closed", *choices, aimed=kept.shown)
    return visit.turn(reply, cursor=Cursor(sheet=dossier.reference, asked_at=visit.now))


def change_wave(visit: Visit, dossier: Dossier, wave: str) -> Turn | None:
    """Aim at another wave, then show the dossier, ready to be sent."""
    question = visit.form.first_of(FieldType.WAVE)
    option = (
        next((each for each in offered_options(question, visit.library, visit.now) if each.id == wave), None)
        if question
        else None
    )
    if question is None or option is None or dossier.status is not Status.DRAFT:
        return None
    return keep(asking(visit, dossier, question, to_summary=True), Parsed(option.id, option.label))


def _hand_over(visit: Visit, dossier: Dossier) -> Turn:
    sent = moved(dossier, Move.SEND, visit.now)
    assert sent is not None
    sent = sent.model_copy(update={"sent_at": visit.now})
    wave = answer_of(visit.form, sent, FieldType.WAVE)
    name = name_of(visit, sent)
    told = for_the_staff(visit, sent)
    effects: tuple[Effect, ...] = (
        SaveDossier(sent, (Event(EventKind.SENT),)),
        TellDesks(told, sent.reference),
        *_documents(visit, sent, name),
        TellOthers(sent.reference, visit.say("others_sent", name=name, reference=sent.reference)),
    )
    # The preliminary dossier is no filing: to be reminded of the filing's last day is asked for anew.
    aimed = str(wave.value) if wave else None
    reminder = offer_reminder(visit.with_sheet(sent), aimed) if aimed else ()
    choices = (*reminder, where_choice(visit.library, visit.now))
    told_here = Reply(receipt(visit, sent), choices, enclosed=(f"copy:{sent.reference}",))
    return visit.turn(told_here, effects=effects, cursor=None)


def _documents(visit: Visit, dossier: Dossier, name: str) -> list[TellDesks]:
    """Hand the documents over, one a message: those still on their way follow when they are here."""
    effects = []
    for document in dossier.documents:
        if document.is_here:
            text = visit.text(
                "desk_document",
                reference=dossier.reference,
                name=name,
                thread=None,
                document=document.name,
                caption=document.caption,
            )
            reply = Reply(text, enclosed=(enclosed_attachment(document.id),))
            effects.append(TellDesks(reply, dossier.reference))
    return effects
