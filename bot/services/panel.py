"""What a page shows beside the conversation: the person's dossiers, how far each is, and who answers now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.form.summary import place_name
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.messages import Choice
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Move, Status, after
from bot.conversation.values.sheet import is_answered, is_requested, missing_questions, visible_questions
from bot.services.dossiers import read_dossiers
from bot.services.staff import read_members
from knowledge.call.form import FieldType, Form, Question
from knowledge.library import Library
from storage import dossiers, threads
from storage.engine.database import Transaction


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a dossier."""

    label: str
    #: None: it is not answered.
    shown: str | None
    is_missing: bool
    #: The staff asked for more about it.
    is_requested: bool
    #: The id of the choice that changes it; None: it cannot be changed now.
    change: str | None
    #: Names of the documents that answer it.
    documents: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class ShownDossier:
    reference: str
    name: str
    status: str
    is_draft: bool
    answered: int
    total: int
    missing: int
    #: Names of the documents that no question of the form asks for.
    documents: Sequence[str]
    sections: Sequence[Section]
    #: Shows all of it; a draft is handed over from there.
    read: Choice


@dataclass(frozen=True, slots=True)
class Panel:
    dossiers: Sequence[ShownDossier]
    #: A person of the staff has the conversation: their name; None: the assistant answers.
    holder: str | None


def read_panel(transaction: Transaction, recipient_id: int, library: Library, now: datetime) -> Panel:
    """Return what stands beside the conversation of somebody. Nothing is locked."""
    concerned = dossiers.is_concerned(transaction, recipient_id)
    if not (concerned.has_dossiers or concerned.has_threads):
        return Panel((), None)
    kept = dossiers.list_of_recipients(transaction, [recipient_id]).get(recipient_id, [])
    form = library.call.form
    read = [dossier for _, dossier in read_dossiers(transaction, kept, library)] if kept and form else []
    held = threads.find_held(transaction, recipient_id)
    holder = read_members(transaction).get(held[1] or 0) if held else None
    shown = [_shown(dossier, form, library, now) for dossier in read if form]
    return Panel(shown, (holder.name if holder else "") if held else None)


def _shown(dossier: Dossier, form: Form, library: Library, now: datetime) -> ShownDossier:
    visible = visible_questions(form, dossier)
    missing = missing_questions(form, dossier)
    can_change = after(dossier.status, Move.EDIT) is not None
    is_ready = dossier.status is Status.DRAFT and not missing
    sections = [
        Section(section.title, [_row(dossier, each, each in missing, can_change) for each in shown])
        for section in form.sections
        if (shown := [each for each in section.questions if each in visible])
    ]
    return ShownDossier(
        dossier.reference,
        place_name(dossier, library, now),
        library.say("status_name", now, status=dossier.status.value, holder=dossier.holder_name),
        dossier.status is Status.DRAFT,
        sum(is_answered(dossier, each) for each in visible),
        len(visible),
        len(missing),
        [] if any(each.type is FieldType.FILE for each in visible) else _names(dossier),
        sections,
        form_choice(
            dossier.reference, Verb.SUMMARY, label=library.say("reminder_read" if is_ready else "do_summary", now)
        ),
    )


def _names(dossier: Dossier) -> list[str]:
    return [document.name for document in dossier.documents]


def _row(dossier: Dossier, question: Question, is_missing: bool, can_change: bool) -> Row:
    kept = dossier.answers.get(question.id)
    documents = _names(dossier) if question.type is FieldType.FILE else []
    verb = (Verb.DOCUMENTS,) if documents else (Verb.CHANGE_ANSWER, question.id)
    return Row(
        question.label,
        kept.shown if kept else None,
        is_missing,
        is_requested(dossier, question),
        form_choice(dossier.reference, *verb, label="").id if can_change else None,
        documents,
    )
