"""A message that gave an answer of a form was changed: it is read again, by the rules of its question."""

from bot.conversation.form.asking import asking, current
from bot.conversation.form.interview import read_again
from bot.conversation.form.keeping import keeping_of
from bot.conversation.reading.heard import hear
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.sheet import visible_questions


def correct_answer(visit: Visit) -> Turn | None:
    """Take the changed message as a correction; None when it gave no answer, or not the last one."""
    message = visit.incoming.message
    if message is None or hear(visit).command is not None:
        return None
    waiting = current(visit)
    if waiting is not None and waiting.cursor.written == message:  # not taken yet: refused, or to be confirmed
        return read_again(waiting)
    written = visit.state.written
    sheet = visit.sheet(written.sheet) if written is not None and written.message == message else None
    if written is None or sheet is None:
        return None
    form = visit.form_of(sheet)
    question = form.question(written.question)
    if question is None or question not in visible_questions(form, sheet):
        return None
    refused = keeping_of(visit, sheet).refuse(question)
    is_elsewhere = _was_elsewhere(visit, sheet.reference)
    return refused or read_again(asking(visit, sheet, question, to_summary=is_elsewhere))


def _was_elsewhere(visit: Visit, reference: str) -> bool:
    """Whether the person is not filling this sheet from one question to the next: they must not be led back to it."""
    cursor = visit.cursor
    return cursor is None or cursor.sheet != reference or cursor.question is None or cursor.to_summary
