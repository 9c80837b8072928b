"""The questions of a dossier, one at a time: where the person is, what they answered, where to go next."""

from dataclasses import replace
from datetime import timedelta

from bot.conversation.fields.fields import parsed_choices, read_field
from bot.conversation.fields.places import parsed_place, place_of
from bot.conversation.form import prompts
from bot.conversation.form.doubt import Kind, weigh
from bot.conversation.form.summary import editable, name_of, show_standing, show_summary, status_name
from bot.conversation.talk.choice_ids import DossierChoice, dossier_choice
from bot.conversation.talk.effects import SaveDossier, TellDesks
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.messages import EDITED, Reply
from bot.conversation.talk.state import Cursor, Pending, Written
from bot.conversation.values.dossier import (
    Dossier,
    Event,
    answer_of,
    close_documents,
    forget_answer,
    is_answered,
    is_requested,
    keep_answer,
    missing_questions,
    next_question,
    open_questions,
    previous_question,
    requested_question,
    skip_question,
    visible_questions,
)
from bot.conversation.values.field import Parsed, Refused, Several
from bot.conversation.values.moves import Status
from knowledge.call.form import FieldType, Question
from knowledge.language.text import fold

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
#: What is answered by one option or more.
_SEVERAL = frozenset({FieldType.CHOICES, FieldType.PROGRAMMES})
#: After so long, a person may have forgotten that the form waits for an answer.
LATE = timedelta(hours=12)


def current(exchange: Exchange) -> tuple[Dossier, Question, Cursor] | None:
    """Return what is being asked; None when nothing is, or when it is not asked any more."""
    cursor = exchange.cursor
    if cursor is None or cursor.question is None:
        return None
    dossier = exchange.context.dossier(cursor.dossier)
    question = exchange.form.question(cursor.question)
    if dossier is None or question is None or question not in visible_questions(exchange.form, dossier):
        return None
    return dossier, question, cursor


def ask_question(
    exchange: Exchange, dossier: Dossier, question: Question, lead: str | None = None, *, to_summary: bool = False
) -> Turn:
    """Put `question`, whatever was asked before."""
    cursor = Cursor(
        dossier=dossier.reference,
        question=question.id,
        pending=prompts.proposal(exchange, dossier, question),
        to_summary=to_summary,
        asked_at=exchange.now,
    )
    return _put(exchange, dossier, cursor, lead)


def ask_again(exchange: Exchange, lead: str | None = None) -> Turn:
    """Put the question that waits once more; the summary if none does."""
    cursor = exchange.cursor
    assert cursor is not None
    dossier = exchange.context.dossier(cursor.dossier)
    assert dossier is not None
    found = current(exchange)
    if found is None:
        return go_on(exchange, dossier, lead=lead) if cursor.question else show_summary(exchange, dossier, lead)
    return _put(exchange, dossier, cursor.model_copy(update={"asked_at": exchange.now, "doubted": None}), lead)


def go_on(exchange: Exchange, dossier: Dossier, after: str | None = None, lead: str | None = None) -> Turn:
    """Ask what is asked next; the summary when nothing is open."""
    if dossier.status is Status.ASKED:
        question = requested_question(exchange.form, dossier)
    else:
        question = next_question(exchange.form, dossier, after) if dossier.status is Status.DRAFT else None
    if question:
        return ask_question(exchange, dossier, question, lead)
    show = show_summary if dossier.status is Status.DRAFT else show_standing
    return show(exchange, dossier, lead)


def answer(exchange: Exchange) -> Turn | None:
    """Take what was written as the answer to the question that waits; None: it is a question to the assistant."""
    found = current(exchange)
    if found is None:
        return None
    dossier, question, cursor = found
    cursor = cursor.model_copy(update={"written": exchange.incoming.message})
    text = exchange.incoming.text
    reading = read_field(text, prompts.asked(exchange, question))
    is_late = exchange.now - cursor.asked_at > LATE
    match weigh(text, question, reading, exchange.library, is_late=is_late):
        case Kind.QUESTION:
            return None
        case Kind.DOUBT:
            return _put(exchange, dossier, cursor.model_copy(update={"doubted": text}))
    return _take(exchange, dossier, question, cursor, reading)


def read_again(exchange: Exchange, dossier: Dossier, question: Question, cursor: Cursor) -> Turn:
    """Take what was written as the answer to `question`, whatever else it may be."""
    cursor = cursor.model_copy(
        update={"written": exchange.incoming.message, "pending": None, "doubted": None, "ticked": ()}
    )
    reading = read_field(exchange.incoming.text, prompts.asked(exchange, question))
    return _take(exchange, dossier, question, cursor, reading)


def answer_to_a_request(exchange: Exchange) -> Turn | None:
    """Ask whether what was written, with no question of the form on show, is the complement that the staff wait for.

    None: nothing is waited for, or the text is a question to the assistant.
    """
    if current(exchange) is not None:
        return None
    asked = (dossier for dossier in exchange.context.dossiers if dossier.status is Status.ASKED)
    dossier = next(asked, None)
    question = requested_question(exchange.form, dossier) if dossier else None
    if dossier is None or question is None:
        return None
    text = exchange.incoming.text
    reading = read_field(text, prompts.asked(exchange, question))
    if weigh(text, question, reading, exchange.library) is Kind.QUESTION:
        return None
    cursor = Cursor(
        dossier=dossier.reference, question=question.id, written=exchange.incoming.message, asked_at=exchange.now
    )
    # What the staff wait for is put, and how to answer it.
    if isinstance(reading, Refused) and not _is_explained(dossier, question):
        return _put(exchange, dossier, cursor, exchange.text(reading.message, **reading.values))
    return _put(exchange, dossier, cursor.model_copy(update={"doubted": text}))


def answer_at_summary(exchange: Exchange) -> Turn | None:
    """Ask whether what was written at the summary of a draft is the answer to the question that is open next.

    None: nothing is open, or the text is a question to the assistant.
    """
    cursor = exchange.cursor
    dossier = exchange.context.dossier(cursor.dossier) if cursor and cursor.question is None else None
    if dossier is None or dossier.status is not Status.DRAFT:
        return None
    missing = missing_questions(exchange.form, dossier)
    question = next_question(exchange.form, dossier) or next(iter(missing), None)
    if question is None:
        return None
    text = exchange.incoming.text
    reading = read_field(text, prompts.asked(exchange, question))
    is_refused = isinstance(reading, Refused) and not reading.is_attempt
    if is_refused or weigh(text, question, reading, exchange.library) is Kind.QUESTION:
        return None
    waiting = Cursor(
        dossier=dossier.reference,
        question=question.id,
        doubted=text,
        written=exchange.incoming.message,
        asked_at=exchange.now,
    )
    return _put(exchange, dossier, waiting, exchange.text("at_summary", label=question.label))


def resume_at_summary(exchange: Exchange) -> Turn:
    """« Continuer », said at the summary, goes on with the questions that are open; elsewhere asks again."""
    cursor = exchange.cursor
    dossier = exchange.context.dossier(cursor.dossier) if cursor and cursor.question is None else None
    return ask_again(exchange) if dossier is None else go_on(exchange, dossier)


def _take(
    exchange: Exchange, dossier: Dossier, question: Question, cursor: Cursor, reading: Parsed | Several | Refused
) -> Turn:
    match reading:
        case Refused() if _is_explained(dossier, question):
            kept = dossier.answers[question.id]
            return keep(exchange.with_state(cursor=cursor), dossier, question, Parsed(kept.value, kept.shown))
        case Refused(message, values):
            refusal = exchange.text(message, **values)
            return _put(exchange, dossier, cursor.model_copy(update={"doubted": None}), refusal)
        case Several(candidates):
            return _offer_places(exchange, dossier, question, cursor, candidates)
        case Parsed() if cursor.ticked and question.type in _SEVERAL:  # what was ticked before is meant as well
            both = parsed_choices((*cursor.ticked, *reading.value), prompts.options_of(exchange, question))
            left = cursor.model_copy(update={"ticked": ()})
            both = replace(both, needs_confirmation=reading.needs_confirmation)
            return _take(exchange, dossier, question, left, both)
        case Parsed(value, shown, True):
            pending = Pending(value=value, shown=shown)
            return _put(exchange, dossier, cursor.model_copy(update={"pending": pending, "doubted": None}))
        case _:
            return keep(exchange.with_state(cursor=cursor), dossier, question, reading)


def keep(exchange: Exchange, dossier: Dossier, question: Question, parsed: Parsed) -> Turn:
    """Keep the answer, and go on."""
    refusal = editable(exchange, dossier, question)
    if refusal is not None:
        return show_standing(exchange, dossier, refusal)
    kept, events = keep_answer(dossier, question, parsed, exchange.now)
    events = _in_their_words(exchange, dossier, question, parsed, events)
    old_place = dossier.answers.get(question.id)
    if question.type is FieldType.PLACE and events and old_place and old_place.value != parsed.value:
        kept, more = _without_programmes(exchange, kept)
        events += more
    effects = _effects(exchange, dossier, kept, events)
    changed = exchange.with_dossier(kept)
    lead = exchange.text(_acknowledgement(exchange, dossier, kept), shown=_short(parsed.shown))
    turn = _twin(changed, kept, question, lead) or _after(changed, dossier, kept, question, lead)
    cursor = exchange.state.cursor
    message = cursor.written if cursor else None
    written = Written(message=message, dossier=dossier.reference, question=question.id) if message else None
    state = turn.state.model_copy(update={"written": written})
    return Turn(state, turn.replies, (*effects, *turn.effects))


def _is_explained(dossier: Dossier, question: Question) -> bool:
    """Whether the staff ask about an answer that was picked: what is written then explains it."""
    kept = dossier.answers.get(question.id)
    return question.type in _PICKED and kept is not None and kept.is_answer and is_requested(dossier, question)


def _in_their_words(
    exchange: Exchange, dossier: Dossier, question: Question, parsed: Parsed, events: list[Event]
) -> list[Event]:
    """Return the events with the town's own words, where the staff asked for more than what can be picked."""
    cursor = exchange.state.cursor
    words = (cursor.doubted if cursor else None) or exchange.incoming.text.strip()
    is_doubted = cursor is not None and cursor.doubted is not None
    is_button = exchange.incoming.choice is not None and not is_doubted
    if (
        is_button
        or question.type not in _PICKED
        or not words
        or not is_requested(dossier, question)
        or fold(words) == fold(parsed.shown)
    ):
        return events
    told = exchange.text("answer_in_words", shown=parsed.shown, words=words)
    return [replace(event, new=told) if event.question == question.id else event for event in events]


def _acknowledgement(exchange: Exchange, before: Dossier, kept: Dossier) -> str:
    """Return the message that says what was understood; it tells when all that is required is there."""
    is_correction = exchange.incoming.unread == EDITED
    if kept == before:
        return "answer_unchanged"
    if before.status is not Status.DRAFT:
        return "answer_corrected_sent" if is_correction else "answer_sent"
    if is_correction:
        return "answer_corrected"
    is_enough = missing_questions(exchange.form, before) and not missing_questions(exchange.form, kept)
    return "answer_kept_enough" if is_enough else "answer_kept"


def _after(exchange: Exchange, before: Dossier, dossier: Dossier, question: Question, lead: str) -> Turn:
    """Go on; after the change of one answer, back to the summary, unless the change asks for more."""
    cursor = exchange.state.cursor
    if cursor is None or not cursor.to_summary or cursor.dossier != dossier.reference:
        return go_on(exchange, dossier, after=question.id, lead=lead)
    known = open_questions(exchange.form, before)
    asked_for = [each for each in open_questions(exchange.form, dossier) if each not in known]
    if asked_for and editable(exchange, dossier, asked_for[0]) is None:
        return ask_question(exchange, dossier, asked_for[0], lead, to_summary=True)
    show = show_summary if dossier.status is Status.DRAFT else show_standing
    return show(exchange, dossier, lead)


def _effects(exchange: Exchange, before: Dossier, after: Dossier, events: list[Event]) -> list[SaveDossier | TellDesks]:
    if after == before:
        return []
    effects: list[SaveDossier | TellDesks] = [SaveDossier(after, tuple(events))]
    if before.status is not Status.DRAFT and events:
        told = [event for event in events if event.question]
        lines = "\n".join(
            exchange.text("desk_change", label=_label(exchange, event), old=event.old, new=event.new) for event in told
        )
        message = "desk_completed" if after.status is not before.status else "desk_changed"
        reply = exchange.say(message, reference=after.reference, name=name_of(exchange, after), changes=lines)
        effects.append(TellDesks(reply, after.reference))
    return effects


def _label(exchange: Exchange, event: Event) -> str:
    question = exchange.form.question(event.question or "")
    return question.label if question else exchange.text("question_gone")


def _without_programmes(exchange: Exchange, dossier: Dossier) -> tuple[Dossier, list[Event]]:
    programmes = exchange.form.first_of(FieldType.PROGRAMMES)
    return forget_answer(dossier, programmes.id) if programmes else (dossier, [])


def _twin(exchange: Exchange, dossier: Dossier, question: Question, lead: str) -> Turn | None:
    """Offer the other dossier when the person already has one for this place."""
    if question.type is not FieldType.PLACE or dossier.status is not Status.DRAFT:
        return None
    code = dossier.answers[question.id].value["code"]
    for other in exchange.context.dossiers:
        place = answer_of(exchange.form, other, FieldType.PLACE)
        if other.reference != dossier.reference and place and place.value["code"] == code:
            reply = exchange.say(
                "dossier_twin",
                dossier_choice(other.reference, "r", label=exchange.text("twin_other")),
                dossier_choice(dossier.reference, "r", label=exchange.text("twin_this")),
                name=place.shown,
                status=status_name(exchange, other),
            )
            cursor = Cursor(dossier=dossier.reference, paused=True, asked_at=exchange.now)
            return exchange.turn(Reply(f"{lead}\n\n{reply.text}", reply.choices), cursor=cursor)
    return None


def _offer_places(
    exchange: Exchange,
    dossier: Dossier,
    question: Question,
    cursor: Cursor,
    candidates: tuple[tuple[str, Parsed], ...],
) -> Turn:
    choices = [
        dossier_choice(dossier.reference, "p", question.id, code, label=parsed.shown) for code, parsed in candidates
    ]
    choices.append(dossier_choice(dossier.reference, "p", question.id, "none", label=exchange.text("place_other")))
    waiting = cursor.model_copy(update={"pending": None, "doubted": None})
    return exchange.turn(exchange.say("place_which", *choices), cursor=waiting)


# --- what the choices do


def pick_for_question(exchange: Exchange, choice: DossierChoice) -> Turn | None:
    """Do what a choice shown with a question does; None: that question is not the one that waits."""
    found = current(exchange)
    if found is None or (found[0].reference, found[1].id) != (choice.reference, choice.question):
        return None
    dossier, question, cursor = found
    match choice.verb:
        case "o":
            return _pick_option(exchange, dossier, question, cursor, choice.argument)
        case "p":
            return _pick_place(exchange, dossier, question, choice.argument)
        case "k":
            return _confirm(exchange, dossier, question, cursor, choice.argument)
        case "t":
            return _settle_doubt(exchange, dossier, question, cursor, choice.argument)
        case "f":
            return done(exchange)
        case "s":
            return skip(exchange)
        case "g":
            return keep_as_it_is(exchange)
    return None


def _pick_option(
    exchange: Exchange, dossier: Dossier, question: Question, cursor: Cursor, option_id: str
) -> Turn | None:
    options = prompts.options_of(exchange, question)
    option = next((option for option in options if option.id == option_id), None)
    if option is None:
        return None
    if question.type in (FieldType.CHOICES, FieldType.PROGRAMMES):
        if not exchange.incoming.choice:  # written: it is the whole answer
            written = parsed_choices((*cursor.ticked, option.id), options)
            return keep(_in_writing(exchange, cursor), dossier, question, written)
        ticked = set(cursor.ticked) ^ {option.id}
        ordered = tuple(each.id for each in options if each.id in ticked)
        return _put(exchange, dossier, cursor.model_copy(update={"ticked": ordered, "pending": None}))
    return keep(_in_writing(exchange, cursor), dossier, question, Parsed(option.id, option.label))


def _in_writing(exchange: Exchange, cursor: Cursor) -> Exchange:
    """Note which message gave the answer: an option's number or label, where it was typed."""
    message = None if exchange.incoming.choice else exchange.incoming.message
    return exchange.with_state(cursor=cursor.model_copy(update={"written": message}))


def _pick_place(exchange: Exchange, dossier: Dossier, question: Question, code: str) -> Turn | None:
    if code == "none":
        return ask_question(exchange, dossier, question, exchange.text("place_again"))
    asked = prompts.asked(exchange, question)
    place = place_of(code, asked)
    return keep(exchange, dossier, question, parsed_place(place, asked)) if place else None


def _confirm(exchange: Exchange, dossier: Dossier, question: Question, cursor: Cursor, said: str) -> Turn | None:
    if cursor.pending is None:
        return None
    if said == "yes":
        return keep(exchange, dossier, question, Parsed(cursor.pending.value, cursor.pending.shown))
    lead = exchange.text("confirm_again")
    return _put(exchange, dossier, cursor.model_copy(update={"pending": None}), lead)


def _settle_doubt(exchange: Exchange, dossier: Dossier, question: Question, cursor: Cursor, said: str) -> Turn | None:
    if cursor.doubted is None or said != "answer":
        return None
    reading = read_field(cursor.doubted, prompts.asked(exchange, question))
    return _take(exchange, dossier, question, cursor, reading)


# --- what the words do


def back(exchange: Exchange) -> Turn:
    """Go to the question before; undo what waits for a yes first."""
    cursor = exchange.cursor
    assert cursor is not None
    dossier = exchange.context.dossier(cursor.dossier)
    assert dossier is not None
    found = current(exchange)
    if found and (cursor.doubted is not None or (cursor.pending and found[1].type is not FieldType.PROGRAMMES)):
        return _put(exchange, dossier, cursor.model_copy(update={"doubted": None, "pending": None}))
    before = previous_question(exchange.form, dossier, cursor.question)
    if before is None:
        return ask_again(exchange, exchange.text("back_first"))
    return ask_question(exchange, dossier, before)


def skip(exchange: Exchange) -> Turn:
    """Pass over the question that waits; a required one is told to be missing."""
    found = current(exchange)
    if found is None:
        return ask_again(exchange)
    dossier, question, cursor = found
    if question.id in dossier.answers and dossier.answers[question.id].is_answer and not cursor.ticked:
        return keep_as_it_is(exchange)
    if is_answered(dossier, question):
        return _close_documents(exchange, dossier, question)
    if cursor.ticked:  # to pass over what was picked a moment ago may be a slip: it is asked
        return _ask_about_ticked(exchange, dossier, question, cursor)
    skipped = skip_question(dossier, question.id, exchange.now)
    lead = exchange.text("skipped_required" if question.required else "skipped")
    turn = _after(exchange.with_dossier(skipped), dossier, skipped, question, lead)
    effects = () if skipped == dossier else (SaveDossier(skipped),)
    return Turn(turn.state, turn.replies, (*effects, *turn.effects))


def _ask_about_ticked(exchange: Exchange, dossier: Dossier, question: Question, cursor: Cursor) -> Turn:
    ticked = parsed_choices(cursor.ticked, prompts.options_of(exchange, question))
    lead = exchange.text("skip_ticked", shown=ticked.shown)
    if question.type is FieldType.PROGRAMMES:  # what waits for a yes there is worded as found in the registers
        return _put(exchange, dossier, cursor, lead)
    pending = Pending(value=ticked.value, shown=ticked.shown)
    return _put(exchange, dossier, cursor.model_copy(update={"pending": pending, "ticked": ()}), lead)


def done(exchange: Exchange) -> Turn | None:
    """End the answer to a question that takes several; None: the one that waits does not."""
    found = current(exchange)
    if found is None:
        return None
    dossier, question, cursor = found
    if cursor.ticked:
        return keep(exchange, dossier, question, parsed_choices(cursor.ticked, prompts.options_of(exchange, question)))
    if question.type is not FieldType.FILE:
        return None
    return _close_documents(exchange, dossier, question) if dossier.documents else skip(exchange)


def _close_documents(exchange: Exchange, dossier: Dossier, question: Question) -> Turn:
    """Go on behind the question that asks for documents: those that are here or on their way answer it."""
    kept, events = close_documents(dossier, question, exchange.now)
    lead = exchange.text("form_documents", names=[each.name for each in dossier.documents])
    turn = _after(exchange.with_dossier(kept), dossier, kept, question, lead)
    return Turn(turn.state, turn.replies, (*_effects(exchange, dossier, kept, events), *turn.effects))


def keep_as_it_is(exchange: Exchange) -> Turn:
    found = current(exchange)
    if found is None or found[1].id not in found[0].answers or not found[0].answers[found[1].id].is_answer:
        return ask_again(exchange)
    dossier, question, _ = found
    if is_requested(dossier, question):  # kept as it is, on purpose: the staff are told
        kept = dossier.answers[question.id]
        confirmed = replace(exchange, incoming=replace(exchange.incoming, text=""))
        return keep(confirmed, dossier, question, Parsed(kept.value, kept.shown))
    return _after(exchange, dossier, dossier, question, exchange.text("answer_unchanged"))


def help_with_question(exchange: Exchange) -> Turn:
    found = current(exchange)
    assert found is not None
    return ask_again(exchange, prompts.help_text(exchange, found[1]))


def _put(exchange: Exchange, dossier: Dossier, cursor: Cursor, lead: str | None = None) -> Turn:
    return exchange.turn(prompts.ask(exchange, dossier, cursor, lead), cursor=cursor)


#: Characters of an answer that are repeated.
_REPEATED = 200


def _short(shown: str) -> str:
    return shown if len(shown) <= _REPEATED else shown[: _REPEATED - 1].rstrip() + "…"
