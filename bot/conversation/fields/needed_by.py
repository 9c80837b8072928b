"""The answer to a question that asks by when something is needed: how it is kept, and whether it is urgent by now."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.fields.deadlines import Deadline, NoDeadline, is_urgent, read_deadline
from bot.conversation.values.field import Asked, Parsed, Reading, Refused

#: What is kept of « dès que possible »; of a day, its earliest instant in ISO 8601; of « pas de délai », None.
_AT_ONCE = "at-once"
#: Why a text is no deadline -> the message that says so.
_NO_DEADLINE = {
    "unknown": "deadline_unknown",
    "hour": "deadline_hour",
    "impossible": "date_impossible",
    "weekday": "date_weekday",
    "past": "date_past",
}


def read_needed_by(text: str, asked: Asked) -> Reading:
    """Read a deadline, in the time zone of the call."""
    zone = ZoneInfo(asked.library.call.facts.time_zone)
    match read_deadline(text, asked.now.astimezone(zone)):
        case NoDeadline():
            return Parsed(None, asked.question.skipped_as or asked.say("deadline_none"))
        case Deadline(days=None):
            return Parsed(_AT_ONCE, asked.say("deadline_at_once"))
        case Deadline() as found:
            assert found.days is not None
            assert found.starts_at is not None
            shown = asked.say(
                "deadline_shown",
                first=found.days.first,
                last=found.days.last,
                hour=found.hour,
                part=found.part.value if found.part else None,
                is_over=found.is_over,
            )
            return Parsed(found.starts_at.isoformat(), shown, needs_confirmation=found.is_inferred)
        case unclear:
            return Refused(_NO_DEADLINE[unclear.reason], {"day": unclear.day}, is_attempt=unclear.reason != "unknown")


def needed_at(value: Any) -> datetime | None:
    """Return the instant of a kept deadline, when it has one."""
    return None if value in (None, _AT_ONCE) else datetime.fromisoformat(value)


def is_pressing(value: Any, now: datetime) -> bool:
    """Whether a kept deadline is urgent at `now`."""
    return value is not None and is_urgent(needed_at(value), now)
