"""A dossier -> the sheet that the staff read on a screen or print: its words come from `command_line.yaml`."""

from collections.abc import Sequence
from datetime import datetime

from bot.base.wording import text, texts
from bot.conversation.form.summary import decision_label, events_since_sent, show_documents
from bot.conversation.values.dossier import DatedEvent, Dossier, answers_sent
from bot.conversation.values.sheet import visible_questions
from bot.desk.desk import Desk
from bot.desk.paper.sheet import Sheet, SheetSection
from knowledge.language.written import write_short_date


def make_sheet(dossier: Dossier, history: Sequence[DatedEvent] | None, desk: Desk, now: datetime) -> Sheet:
    """Return the sheet of a dossier with its answers, what was asked of the town, its history and the notes.

    Without a history it is the town's own copy: nothing of the staff's stands in it.
    """
    form, day = desk.form, desk.library.day
    answers = answers_sent(form, dossier)
    visible = visible_questions(form, dossier)
    nothing = text("sheet", "nothing")
    sections = [
        SheetSection(
            section.title,
            [
                (question.label, answers[question.id].shown if question.id in answers else nothing)
                for question in section.questions
                if question in visible
            ],
        )
        for section in form.sections
    ]
    if dossier.documents:
        documents = show_documents(desk.library, dossier, now)
        sections.append(SheetSection(text("sheet", "documents"), [("", line) for line in documents]))
    labels = {question.id: question.label for question in form.questions()}
    if dossier.requests:
        gone = desk.library.say("question_gone", now)
        asked = [(labels.get(each.question, gone), each.reason) for each in dossier.requests]
        sections.append(SheetSection(text("sheet", "requests"), asked))
    if history is not None:
        told = [("", desk.history_line(each, now)) for each in events_since_sent(history, dossier)]
        sections.append(SheetSection(text("sheet", "history"), told))
    holder = nothing
    if dossier.holder:  # the town knows nothing of how colleagues are told apart
        holder = dossier.holder.shown if history is not None else dossier.holder.name
    decided = decision_label(desk.library, dossier.decision)
    return Sheet(
        title=desk.name_of(dossier),
        lines=[
            text("sheet", "number", reference=dossier.reference),
            text("sheet", "status", status=texts("statuses")[dossier.status.value], holder=holder),
            *([text("sheet", "decision", decision=decided)] if decided else []),
            text("sheet", "sent", day=write_short_date(day(dossier.sent_at)) if dossier.sent_at else nothing),
            text("sheet", "consent", day=write_short_date(day(dossier.consented_at))),
            text("sheet", "no-filing"),
        ],
        sections=sections,
        author=desk.library.call.facts.name,
        footer=f"{text('sheet', 'number', reference=dossier.reference)} · {text('sheet', 'no-filing')}",
    )
