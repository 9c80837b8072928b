"""What is asked for a request to the press desk, and how each answer is read. Where the person is, others know."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation.fields.deadlines import Deadline, NoDeadline, is_urgent, read_deadline
from bot.conversation.fields.fields import read_field
from bot.conversation.talk.exchange import Exchange
from bot.conversation.talk.state import Pending
from bot.conversation.values.field import Asked, Parsed, Reading, Refused
from knowledge.call.form import FieldType, Question

MEDIUM, SUBJECT, DEADLINE, CALLBACK = "medium", "subject", "deadline", "callback"

#: In the order in which they are asked. Their texts are the names of messages.
QUESTIONS = (
    Question(
        id=MEDIUM,
        label="press_medium",
        ask="press_medium_ask",
        help="press_medium_ask",
        type=FieldType.SHORT_TEXT,
        required=True,
    ),
    Question(
        id=SUBJECT,
        label="press_subject",
        ask="press_subject_ask",
        help="press_subject_ask",
        type=FieldType.LONG_TEXT,
        required=True,
        max=1500,
    ),
    Question(
        id=DEADLINE,
        label="press_deadline",
        ask="press_deadline_ask",
        help="press_deadline_ask",
        type=FieldType.DATE,
    ),
    Question(
        id=CALLBACK,
        label="press_callback",
        ask="press_callback_ask",
        help="press_callback_ask",
        type=FieldType.PHONE,
        required=True,
        max=300,
    ),
)
_BY_ID = {question.id: question for question in QUESTIONS}
_BY_MAIL = _BY_ID[CALLBACK].model_copy(update={"type": FieldType.EMAIL})
#: What is kept of « dès que possible »; of a day, its earliest instant in ISO 8601.
_AT_ONCE = "at-once"

#: Why a text is no deadline -> the message that says so.
_NO_DEADLINE = {
    "unknown": "press_deadline_unknown",
    "hour": "press_deadline_hour",
    "impossible": "date_impossible",
    "weekday": "date_weekday",
    "past": "date_past",
}
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def question_of(step: str | None) -> Question | None:
    return _BY_ID.get(step or "")


def read_answer(text: str, question: Question, exchange: Exchange) -> Reading:
    """Return what `text` says in answer to `question`."""
    asked = Asked(question, exchange.library, exchange.now)
    match question.id:
        case str(step) if step == DEADLINE:
            return _deadline(text, exchange)
        case str(step) if step == CALLBACK:
            return _callback(text, asked)
    return read_field(text, asked)


def no_deadline(exchange: Exchange) -> Parsed:
    return Parsed(None, exchange.text("press_no_deadline"))


def needed_at(kept: Pending | None) -> datetime | None:
    """Return the instant of a kept deadline, when it has one."""
    if kept is None or kept.value in (None, _AT_ONCE):
        return None
    return datetime.fromisoformat(kept.value)


def is_pressing(kept: Pending | None, now: datetime) -> bool:
    """Whether the kept deadline makes the request urgent at `now`."""
    return kept is not None and kept.value is not None and is_urgent(needed_at(kept), now)


def _deadline(text: str, exchange: Exchange) -> Reading:
    zone = ZoneInfo(exchange.library.call.facts.time_zone)
    match read_deadline(text, exchange.now.astimezone(zone)):
        case NoDeadline():
            return no_deadline(exchange)
        case Deadline(days=None):
            return Parsed(_AT_ONCE, exchange.text("press_at_once"))
        case Deadline() as found:
            assert found.days is not None
            assert found.starts_at is not None
            shown = exchange.text(
                "press_deadline_shown",
                first=found.days.first,
                last=found.days.last,
                hour=found.hour,
                part=found.part.value if found.part else None,
                is_over=found.is_over,
            )
            return Parsed(found.starts_at.isoformat(), shown, needs_confirmation=found.is_inferred)
        case unclear:
            return Refused(_NO_DEADLINE[unclear.reason], {"day": unclear.day}, is_attempt=unclear.reason != "unknown")


def _callback(text: str, asked: Asked) -> Reading:
    """Take a telephone number or an address, and the name that may stand beside it."""
    line = " ".join(text.split())
    most = asked.question.max or len(line)
    if len(line) > most:
        return Refused("field_too_long", {"length": len(line), "limit": most}, is_attempt=True)
    phone = read_field(text, asked)
    mail = read_field(text, Asked(_BY_MAIL, asked.library, asked.now))
    found = [each for each in (phone, mail) if isinstance(each, Parsed)]
    if not found:
        attempt = next((each for each in (phone, mail) if isinstance(each, Refused) and each.is_attempt), None)
        return attempt or Refused("press_callback_none")
    rest = re.sub(r"\S{1,254}@\S{1,254}", " ", line)
    has_words = bool(_LETTERS.search(rest))
    # Words beside are a name; figures left over beside a number are a slip.
    is_doubtful = not has_words and any(each.needs_confirmation for each in found)
    is_alone = len(found) == 1 and not has_words and not is_doubtful
    return Parsed(line, found[0].shown if is_alone else line, needs_confirmation=is_doubtful)
