"""A message that gave an answer of a dossier was changed: it is read again, by the rules of its question."""

from bot.conversation.form import interview
from bot.conversation.form.summary import editable, show_standing
from bot.conversation.reading.commands import read_command
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.talk.state import Cursor
from bot.conversation.values.dossier import visible_questions


def correct_answer(exchange: Exchange) -> Turn | None:
    """Take the changed message as a correction; None when it gave no answer, or not the last one."""
    message = exchange.incoming.message
    if message is None or exchange.library.call.form is None:
        return None
    if read_command(exchange.incoming.text, exchange.library.call.commands) is not None:
        return None
    waiting = interview.current(exchange)
    if waiting is not None and waiting[2].written == message:  # not taken yet: refused, or to be confirmed
        return interview.read_again(exchange, *waiting)
    written = exchange.state.written
    if written is None or written.message != message:
        return None
    dossier, question = exchange.context.dossier(written.dossier), exchange.form.question(written.question)
    if dossier is None or question is None or question not in visible_questions(exchange.form, dossier):
        return None
    refusal = editable(exchange, dossier, question)
    if refusal is not None:
        return show_standing(exchange, dossier, refusal)
    cursor = Cursor(
        dossier=dossier.reference,
        question=question.id,
        to_summary=_was_elsewhere(exchange, dossier.reference),
        asked_at=exchange.now,
    )
    return interview.read_again(exchange, dossier, question, cursor)


def _was_elsewhere(exchange: Exchange, reference: str) -> bool:
    """Whether the person is not filling this dossier from one question to the next: they must not be led back to it."""
    cursor = exchange.cursor
    return cursor is None or cursor.dossier != reference or cursor.question is None or cursor.to_summary
