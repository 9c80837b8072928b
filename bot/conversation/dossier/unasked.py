"""What is written with a dossier on show and no question asked: it may still be the answer to one that is open."""

from bot.conversation.dossier import menu
from bot.conversation.form.asking import Asking, asking, current
from bot.conversation.form.doubt import Kind
from bot.conversation.form.interview import ask_again, go_on, put
from bot.conversation.reading.heard import hear
from bot.conversation.talk.state import Pending
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier, requested_question
from bot.conversation.values.field import Parsed, Refused
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import missing_questions, next_question, visible_questions
from knowledge.call.form import FieldType, Question

#: Words among which an address or a number is what is meant; more are prose that holds one.
_MOST_AROUND_AN_ADDRESS = 14


def answer_to_a_request(visit: Visit) -> Turn | None:
    """Ask whether what was written, with no question of the form on show, is the complement that the staff wait for.

    None: nothing is waited for, or the text is a question to the assistant.
    """
    if current(visit) is not None:
        return None
    dossier = next((each for each in visit.context.dossiers if each.status is Status.ASKED), None)
    question = requested_question(visit.form, dossier) if dossier else None
    if dossier is None or question is None:
        return None
    asked = asking(visit, dossier, question, written=visit.incoming.message)
    text = visit.incoming.text
    reading = asked.read(text)
    if asked.weigh(text, reading) is Kind.QUESTION:
        return None
    # What the staff wait for is put, and how to answer it.
    if isinstance(reading, Refused) and not asked.is_explained:
        return put(asked, visit.text(reading.message, **reading.values))
    return put(asked.at(doubted=text))


def answer_at_summary(visit: Visit) -> Turn | None:
    """Ask whether what was written at the summary of a draft is the answer to the question that is open next.

    None: nothing is open, or the text is a question to the assistant.
    """
    dossier = dossier_on_show(visit)
    if dossier is None or dossier.status is not Status.DRAFT:
        return None
    asked = _open_next(visit, dossier)
    if (turn := _of_another_answer(visit, dossier, asked.question if asked else None)) is not None:
        return turn
    if asked is None:
        return None
    text = visit.incoming.text
    if hear(visit).is_asking and not asked.question.doubts_questions:
        return None
    reading = asked.read(text)
    is_refused = isinstance(reading, Refused) and not reading.is_attempt
    if is_refused or asked.weigh(text, reading) is Kind.QUESTION:
        return None
    return put(asked.at(doubted=text), visit.text("at_summary", label=asked.question.label))


def _of_another_answer(visit: Visit, dossier: Dossier, open_next: Question | None) -> Turn | None:
    """Take an address or a number, which can be but one answer's, and « changez … », which names none; else None."""
    heard = hear(visit)
    is_short = len(heard.words) <= _MOST_AROUND_AN_ADDRESS
    for question in visible_questions(visit.form, dossier):
        if is_short and question != open_next and question.type in (FieldType.EMAIL, FieldType.PHONE):
            asked = asking(visit, dossier, question, to_summary=True)
            reading = asked.read(visit.incoming.text)
            if isinstance(reading, Parsed):
                return put(asked.at(pending=Pending(value=reading.value, shown=reading.shown)))
    return menu.choose_question(visit, dossier) if heard.asks_to_change else None


def resume_at_summary(visit: Visit) -> Turn:
    """« Continuer », said at the summary, goes on with the questions that are open; elsewhere asks again."""
    dossier = dossier_on_show(visit)
    return ask_again(visit) if dossier is None else go_on(visit, dossier)


def dossier_on_show(visit: Visit) -> Dossier | None:
    """Return the dossier whose whole is on show; None: none is, or a question of it is asked."""
    cursor = visit.cursor
    return visit.dossier_in_hand if cursor is not None and cursor.question is None else None


def _open_next(visit: Visit, dossier: Dossier) -> Asking | None:
    missing = missing_questions(visit.form, dossier)
    question = next_question(visit.form, dossier) or next(iter(missing), None)
    return asking(visit, dossier, question, written=visit.incoming.message) if question else None
