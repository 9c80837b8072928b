"""What waits in a form, said again after something else was talked of; and a text that was a question after all."""

from dataclasses import replace

from bot.conversation.form import interview
from bot.conversation.form.asking import current
from bot.conversation.form.keeping import keeping_of
from bot.conversation.form.prompts import QUESTION
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.talk.choice_ids import Verb, read_form_choice
from bot.conversation.talk.messages import Choice
from bot.conversation.talk.visit import Turn, Visit


def back_to_the_form(visit: Visit, turn: Turn) -> Turn:
    """After something else was said, ask the form's question again; beside choices, say that it waits."""
    is_left = turn.state.cursor != visit.state.cursor or turn.state.sheets != visit.state.sheets
    if visit.context.is_banned or is_left or not turn.replies or not interview.is_waiting(visit):
        return turn
    *before, last = turn.replies
    if any(reply.choices for reply in turn.replies):
        line, back = restate(visit)
        last = replace(last, text=with_reminder(last.text, line), choices=(*last.choices, back))
        return Turn(turn.state, (*before, last), turn.effects)
    again = interview.ask_again(replace(visit, state=turn.state))
    return Turn(again.state, (*turn.replies, *again.replies), turn.effects)


def restate(visit: Visit) -> tuple[str, Choice]:
    """Return one line that says what waits, and the choice that comes back to it."""
    cursor = visit.cursor
    sheet = visit.sheet(cursor.sheet) if cursor else None
    assert sheet is not None
    keeping, asked = keeping_of(visit, sheet), current(visit)
    ask = asked.text(asked.question.ask) if asked else visit.text("request_reading_waits")
    return keeping.waits(ask), keeping.resume()


def with_reminder(text: str, waits: str) -> str:
    """Put what waits after `text`, but before the words that bring in its choices: they are none of the form's."""
    before, gap, closing = text.rstrip().rpartition("\n\n")
    if closing.endswith((":", "?")):
        return f"{before}{gap}{waits}\n\n{closing}"
    return f"{text}\n\n{waits}"


def question_after_all(visit: Visit) -> Visit | None:
    """Return the message as the question that the person has just said it to be, and no answer; None: they have not."""
    cursor = visit.cursor
    picked = read_choice(visit)
    if cursor is None or cursor.doubted is None or not isinstance(picked, Picked):
        return None
    choice = read_form_choice(picked.choice)
    if choice is None or (choice.verb, choice.argument) != (Verb.SETTLE_DOUBT, QUESTION):
        return None
    asked = replace(visit, incoming=replace(visit.incoming, text=cursor.doubted, choice=None))
    return asked.with_state(cursor=cursor.model_copy(update={"doubted": None}))
