"""What a dossier looks like to the town: its summary, what is missing, its receipt, its state and its history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.conversation.form.answer_words import is_in_words_of_then
from bot.conversation.talk.choice_ids import FROM_MENU, Verb, form_choice
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.talk.state import Cursor
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import DatedEvent, Dossier, EventKind, requested_question
from bot.conversation.values.moves import Move, Status, after
from bot.conversation.values.sheet import (
    KeptAnswer,
    answer_of,
    is_answered,
    missing_questions,
    next_question,
    open_questions,
    visible_questions,
)
from knowledge.call.form import FieldType, Form, Question
from knowledge.call.rendering import wave_on
from knowledge.library import Library
from knowledge.templates.plain import Plain

#: Characters of one answer that a summary shows.
_SHOWN = 160
#: What the staff are told of first, apart from the other answers.
_TOLD_APART = frozenset({FieldType.PLACE, FieldType.WAVE, FieldType.PROGRAMMES, FieldType.PERSON})
#: Events of the history that are shown, the latest.
_EVENTS = 12
#: What a town is not told of its own dossier's history.
_INTERNAL = frozenset({EventKind.NOTE})
#: What is but the filling of the form, until the dossier is handed over.
_FILLING = frozenset({EventKind.ANSWERED, EventKind.ATTACHED, EventKind.DETACHED})


def name_of(visit: Visit, dossier: Dossier) -> str:
    """Return what the person calls the dossier: its place."""
    return place_name(dossier, visit.library, visit.now)


def place_name(dossier: Dossier, library: Library, now: datetime) -> str:
    form = library.call.form
    place = answer_of(form, dossier, FieldType.PLACE) if form else None
    return place.shown if place else library.say("dossier_unnamed", now, day=library.day(dossier.created_at))


def status_name(visit: Visit, dossier: Dossier) -> str:
    return visit.text("status_name", status=dossier.status.value, holder=dossier.holder_name)


def deadline(visit: Visit, dossier: Dossier) -> date:
    """Return the last day of the wave that is aimed at; without one, of the call."""
    facts = visit.library.call.facts
    wave = answer_of(visit.form, dossier, FieldType.WAVE)
    aimed = facts.wave(wave.value) if wave else None
    return aimed.closes_on if aimed else facts.closes_on


def editable(visit: Visit, dossier: Dossier, question: Question | None) -> str | None:
    """Return None where the answer may be changed now, else why not."""
    if after(dossier.status, Move.EDIT) is None:
        return visit.text("edit_closed", status=status_name(visit, dossier))
    is_requested = question is not None and any(request.question == question.id for request in dossier.requests)
    last_day = deadline(visit, dossier)
    if dossier.status is Status.DRAFT or is_requested or visit.library.day(visit.now) <= last_day:
        return None
    return visit.text("edit_too_late", day=last_day)


def documents_editable(visit: Visit, dossier: Dossier) -> str | None:
    """Return None where documents may be attached and taken away now, else why not."""
    return editable(visit, dossier, visit.form.first_of(FieldType.FILE))


def editable_dossiers(visit: Visit) -> tuple[Dossier, ...]:
    """Return the person's dossiers that documents may be attached to now."""
    return tuple(each for each in visit.context.dossiers if documents_editable(visit, each) is None)


def show_documents(library: Library, dossier: Dossier, now: datetime) -> list[str]:
    """Return a line on each document."""
    return [
        library.say(
            "document_line",
            now,
            name=each.name,
            size=each.size,
            day=library.day(each.sent_at),
            caption=each.caption,
            is_here=each.is_here,
        )
        for each in dossier.documents
    ]


def show_summary(visit: Visit, dossier: Dossier, lead: str | None = None) -> Turn:
    """Show all the answers, what is missing and what can be done."""
    text = visit.text("summary", **_summary(visit, dossier))
    reply = Reply("\n\n".join([lead, text] if lead else [text]), _choices(visit, dossier))
    cursor = Cursor(sheet=dossier.reference, asked_at=visit.now)
    return visit.turn(reply, cursor=cursor)


def show_standing(visit: Visit, dossier: Dossier, lead: str | None = None) -> Turn:
    """Say in a line where the dossier is, what the staff wait for, and what can be done: after what changed little."""
    text = visit.text(
        "standing",
        name=name_of(visit, dossier),
        status=status_name(visit, dossier),
        reference=None if dossier.status is Status.DRAFT else dossier.reference,
        requests=_requests(visit, dossier),
        documents=len(dossier.documents),
    )
    whole = form_choice(dossier.reference, Verb.SUMMARY, label=visit.text("do_summary"))
    reply = Reply("\n\n".join([lead, text] if lead else [text]), (*_choices(visit, dossier), whole))
    return visit.turn(reply, cursor=Cursor(sheet=dossier.reference, asked_at=visit.now))


def show_progress(visit: Visit, dossier: Dossier) -> Turn:
    """Answer « où en est mon dossier ? »: what is missing of a draft; of one that was sent, what happened to it."""
    if dossier.status is Status.DRAFT:
        return show_summary(visit, dossier)
    return show_standing(visit, dossier, _told_in_a_sentence(visit, dossier))


def _told_in_a_sentence(visit: Visit, dossier: Dossier) -> str:
    """Say when it was sent, its number and who holds it; what happened since is behind « Historique »."""
    events = visit.context.histories.get(dossier.reference, ())
    visible = [each for each in events_since_sent(events, dossier) if each.event.kind not in _INTERNAL]
    last = visible[-1] if visible else None
    is_news = last is not None and last.event.kind not in (EventKind.SENT, EventKind.TAKEN)
    return visit.text(
        "progress",
        name=name_of(visit, dossier),
        reference=dossier.reference,
        day=visit.library.day(dossier.sent_at) if dossier.sent_at else None,
        holder=dossier.holder_name,
        is_withdrawn=dossier.status is Status.WITHDRAWN,
        is_closed=dossier.status is Status.CLOSED,
        is_asked=dossier.status is Status.ASKED,
        wave=_aimed_wave(visit, dossier),
        decision=decision_label(visit.library, dossier.decision),
        last=history_line(last, visit.form, visit.library, visit.now) if last and is_news else None,
    )


def _summary(visit: Visit, dossier: Dossier) -> dict[str, Plain]:
    form = visit.form
    visible = visible_questions(form, dossier)
    sections: list[Plain] = []
    for section in form.sections:
        rows: list[Plain] = [
            _row(dossier, each) for each in section.questions if each in visible and _is_listed(dossier, each)
        ]
        sections.append({"title": section.title, "rows": rows})
    return {
        "name": name_of(visit, dossier),
        "status": status_name(visit, dossier),
        "reference": None if dossier.status is Status.DRAFT else dossier.reference,
        "sections": sections,
        "empty": [each.label for each in visible if not _is_listed(dossier, each) and not is_answered(dossier, each)],
        "missing": [question.label for question in missing_questions(form, dossier)],
        "requests": _requests(visit, dossier),
        "documents": show_documents(visit.library, dossier, visit.now),
    }


def _row(dossier: Dossier, question: Question) -> dict[str, Plain]:
    kept = dossier.answers.get(question.id)
    shown = kept.shown.replace("\n", " ") if kept else None
    if shown and len(shown) > _SHOWN:
        shown = shown[: _SHOWN - 1].rstrip() + "…"
    return {"label": question.label, "shown": shown}


def _is_listed(dossier: Dossier, question: Question) -> bool:
    """Whether the question has a line of its own: the optional ones without an answer share one."""
    if question.id not in dossier.answers and is_answered(dossier, question):
        return False  # the documents that answer it have lines of their own
    return question.required or question.id in dossier.answers


def _requests(visit: Visit, dossier: Dossier) -> list[dict[str, str]]:
    labels = {question.id: question.label for question in visit.form.questions()}
    gone = visit.text("question_gone")
    return [{"label": labels.get(each.question, gone), "reason": each.reason} for each in dossier.requests]


def _choices(visit: Visit, dossier: Dossier) -> tuple[Choice, ...]:
    """Return what can be done now, the likeliest first."""

    def choice(verb: Verb, message: str, *parts: str, **values: Plain) -> Choice:
        return form_choice(dossier.reference, verb, *parts, label=visit.text(message, **values))

    choices = []
    if dossier.status is Status.DRAFT:
        missing = missing_questions(visit.form, dossier)
        remaining = next_question(visit.form, dossier)
        if not missing:
            choices.append(choice(Verb.SEND, "do_send"))
        elif missing[0] != remaining:  # it was passed over
            choices.append(choice(Verb.CHANGE_ANSWER, "do_fill", missing[0].id, label=missing[0].label))
        if remaining:
            choices.append(choice(Verb.RESUME, "do_go_on", count=len(open_questions(visit.form, dossier))))
        choices.append(choice(Verb.CHOOSE_ANSWER, "do_change"))
        if dossier.documents:
            choices.append(choice(Verb.DOCUMENTS, "do_documents", count=len(dossier.documents)))
        choices += [choice(Verb.LATER, "do_later"), choice(Verb.COPY, "do_pdf")]
    elif dossier.status is Status.WITHDRAWN:
        choices += [
            choice(Verb.TAKE_BACK, "do_resume"),
            choice(Verb.DELETE, "do_delete"),
            choice(Verb.HISTORY, "do_history"),
        ]
    elif dossier.status is Status.CLOSED:
        choices += [choice(Verb.HISTORY, "do_history"), choice(Verb.COPY, "do_pdf")]
    else:
        wanted = requested_question(visit.form, dossier)
        if wanted:
            choices.append(choice(Verb.CHANGE_ANSWER, "do_fill", wanted.id, label=wanted.label))
        choices += [
            choice(Verb.CHOOSE_ANSWER, "do_change"),
            choice(Verb.HISTORY, "do_history"),
            choice(Verb.MORE, "do_more"),
        ]
    return tuple(choices)


def receipt(visit: Visit, dossier: Dossier) -> str:
    """Return what is said once the dossier is in the staff's hands."""
    unanswered = [each.label for each in visible_questions(visit.form, dossier) if not is_answered(dossier, each)]
    return visit.text(
        "receipt",
        reference=dossier.reference,
        name=name_of(visit, dossier),
        day=visit.library.day(visit.now),
        wave=_aimed_wave(visit, dossier),
        unanswered=unanswered,
        documents=len(dossier.documents),
    )


def _aimed_wave(visit: Visit, dossier: Dossier) -> dict[str, Plain] | None:
    """Return the wave that the dossier aims at, as it stands today; None: none was chosen yet."""
    wave = answer_of(visit.form, dossier, FieldType.WAVE)
    aimed = visit.library.call.facts.wave(wave.value) if wave else None
    return wave_on(aimed, visit.library.day(visit.now)) if aimed else None


def copy_of(visit: Visit, dossier: Dossier) -> Reply:
    """Return the dossier as a document, for its town to read over, print and hand round."""
    back = form_choice(dossier.reference, Verb.SUMMARY, label=visit.text("do_summary"))
    reply = visit.say("copy", back, name=name_of(visit, dossier), is_draft=dossier.status is Status.DRAFT)
    return replace(reply, enclosed=(f"copy:{dossier.reference}",))


def for_the_staff(visit: Visit, dossier: Dossier) -> Reply:
    """Return a dossier just sent as the staff first see it: what it aims at, the answers, the whole as a PDF."""
    form = visit.form
    firsts = {kind: form.first_of(kind) for kind in _TOLD_APART}
    shown = {kind: dossier.answers.get(first.id) if first else None for kind, first in firsts.items()}
    visible = visible_questions(form, dossier)
    answered = [each for each in visible if each.id in dossier.answers]
    reply = visit.say(
        "desk_new",
        reference=dossier.reference,
        name=name_of(visit, dossier),
        wave=_shown(shown[FieldType.WAVE]),
        programmes=_shown(shown[FieldType.PROGRAMMES]),
        person=_shown(shown[FieldType.PERSON]),
        answered=sum(is_answered(dossier, each) for each in visible),
        asked=len(visible),
        empty=[each.label for each in visible if not is_answered(dossier, each)],
        answers=[_row(dossier, each) for each in answered if each.type not in _TOLD_APART],
        documents=len(dossier.documents),
    )
    return replace(reply, enclosed=(f"sheet:{dossier.reference}",))


def _shown(kept: KeptAnswer | None) -> str | None:
    return kept.shown if kept else None


def history(visit: Visit, dossier: Dossier) -> Reply:
    """Return what happened to the dossier, as its town may see it."""
    events = visit.context.histories.get(dossier.reference, ())
    visible = [each for each in events_since_sent(events, dossier) if each.event.kind not in _INTERNAL]
    lines = [history_line(each, visit.form, visit.library, visit.now) for each in visible[-_EVENTS:]]
    back = form_choice(dossier.reference, Verb.SUMMARY, "", FROM_MENU, label=visit.text("do_summary"))
    return visit.say("history", back, name=name_of(visit, dossier), lines=lines)


def events_since_sent(events: Sequence[DatedEvent], dossier: Dossier) -> list[DatedEvent]:
    """Return the events without the answers and documents given before the hand-over."""
    sent_at = dossier.sent_at
    return [each for each in events if each.event.kind not in _FILLING or (sent_at is not None and each.at > sent_at)]


def decision_label(library: Library, decision_id: str | None) -> str | None:
    """Return how a decision is called now; its id where the call knows it no more."""
    known = library.call.decision(decision_id) if decision_id else None
    return known.label if known else decision_id


def history_line(dated: DatedEvent, form: Form, library: Library, now: datetime, *, for_staff: bool = False) -> str:
    event = dated.event
    question = form.question(event.question) if event.question else None
    gone = library.say("question_gone", now) if event.question else None
    said = [words for words in (event.old, event.new) if words] if event.kind is EventKind.ANSWERED else []
    return library.say(
        "history_line",
        now,
        day=library.day(dated.at),
        kind=event.kind.value,
        label=question.label if question else gone,
        old=event.old,
        new=event.new,
        of_then=any(is_in_words_of_then(question, words, library, now) for words in said),
        staff=event.staff,
        decision=decision_label(library, event.decision),
        for_staff=for_staff,
    )


def list_dossiers(visit: Visit, dossiers: Sequence[Dossier], message: str, *more: Choice) -> Reply:
    """Return `message` with a choice for each dossier."""
    choices = [
        form_choice(
            each.reference,
            Verb.RESUME,
            "",
            FROM_MENU,
            label=visit.text("dossier_listed", name=name_of(visit, each), status=status_name(visit, each)),
        )
        for each in dossiers
    ]
    return visit.say(message, *choices, *more)
