"""Handing a dossier to the staff: what keeps it from being sent, and what follows when it is."""

from bot.conversation.answers.answers import team_choices
from bot.conversation.form.asking import asking
from bot.conversation.form.interview import keep
from bot.conversation.form.options import offered_options
from bot.conversation.form.summary import for_the_staff, name_of, receipt, show_standing, show_summary
from bot.conversation.reminders.reminders import offer as offer_reminder
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.effects import Effect, SaveDossier, TellDesks, TellOthers
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import Reply, enclosed_attachment
from bot.conversation.talk.state import Cursor
from bot.conversation.values.dossier import Dossier, Event, EventKind, moved
from bot.conversation.values.field import UNDECIDED, Parsed
from bot.conversation.values.moves import Move, Status
from bot.conversation.values.sheet import answer_of, missing_questions
from knowledge.call.form import FieldType


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
            exchange.say("send_closed", *team_choices(exchange.library, exchange.now), name=name_of(exchange, dossier)),
            unanswered=exchange.text("send_closed_question", name=name_of(exchange, dossier)),
            guesses=(),
            cursor=Cursor(sheet=dossier.reference, paused=True, asked_at=exchange.now),
        )
    return _other_wave(exchange, dossier) or _hand_over(exchange, dossier)


def _other_wave(exchange: Exchange, dossier: Dossier) -> Turn | None:
    """Offer the waves still open when the one aimed at has closed since."""
    kept = answer_of(exchange.form, dossier, FieldType.WAVE)
    question = exchange.form.first_of(FieldType.WAVE)
    if kept is None or question is None or kept.value == UNDECIDED:
        return None
    options = offered_options(question, exchange.library, exchange.now)
    if any(option.id == kept.value for option in options):
        return None
    choices = [form_choice(dossier.reference, Verb.CHANGE_WAVE, option.id, label=option.label) for option in options]
    reply = exchange.say("send_wave_closed", *choices, aimed=kept.shown)
    return exchange.turn(reply, cursor=Cursor(sheet=dossier.reference, asked_at=exchange.now))


def change_wave(exchange: Exchange, dossier: Dossier, wave: str) -> Turn | None:
    """Aim at another wave, then show the dossier, ready to be sent."""
    question = exchange.form.first_of(FieldType.WAVE)
    option = (
        next((each for each in offered_options(question, exchange.library, exchange.now) if each.id == wave), None)
        if question
        else None
    )
    if question is None or option is None or dossier.status is not Status.DRAFT:
        return None
    return keep(asking(exchange, dossier, question, to_summary=True), Parsed(option.id, option.label))


def _hand_over(exchange: Exchange, dossier: Dossier) -> Turn:
    sent = moved(dossier, Move.SEND, exchange.now)
    assert sent is not None
    sent = sent.model_copy(update={"sent_at": exchange.now})
    wave = answer_of(exchange.form, sent, FieldType.WAVE)
    name = name_of(exchange, sent)
    told = for_the_staff(exchange, sent)
    effects: tuple[Effect, ...] = (
        SaveDossier(sent, (Event(EventKind.SENT),)),
        TellDesks(told, sent.reference),
        *_documents(exchange, sent, name),
        TellOthers(sent.reference, exchange.say("others_sent", name=name, reference=sent.reference)),
    )
    # The preliminary dossier is no filing: to be reminded of the filing's last day is asked for anew.
    aimed = str(wave.value) if wave else None
    choices = offer_reminder(exchange.with_sheet(sent), aimed) if aimed else ()
    told_here = Reply(receipt(exchange, sent), choices, enclosed=(f"copy:{sent.reference}",))
    return exchange.turn(told_here, effects=effects, cursor=None)


def _documents(exchange: Exchange, dossier: Dossier, name: str) -> list[TellDesks]:
    """Hand the documents over, one a message: those still on their way follow when they are here."""
    effects = []
    for document in dossier.documents:
        if document.is_here:
            text = exchange.text(
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
