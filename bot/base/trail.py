"""What the log says of an exception. Its own text is left out: it may hold what a person wrote, or a token."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation.reading.legible import indented

_ACTION = re.compile(r"action=(\w+)")


def traces(error: BaseException) -> str:
    """Return the traceback of `error` and of what caused it, over several lines, without what they say."""
    cause = error.__cause__ or error.__context__
    before = f"{traces(cause)}\n" if cause else ""
    return f"{before}{''.join(traceback.format_list(traceback.extract_tb(error.__traceback__)))}{type(error).__name__}"


def trail(error: BaseException) -> str:
    """Return the kind of `error`, of what caused it, and where in the code each rose, the innermost first."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    cause = error.__cause__ or error.__context__
    return f"{type(error).__name__} at {places}" + (f" from {trail(cause)}" if cause else "")


class LegibleFormatter(logging.Formatter):
    """Writes a record so that nothing in it steers a terminal or passes for a record of its own."""

    def format(self, record: logging.LogRecord) -> str:
        return indented(super().format(record))


class JsonFormatter(logging.Formatter):
    """Writes a record as a line of JSON: `time` (UTC), `level`, `logger`, `message`; `action` where it tells one."""

    def format(self, record: logging.LogRecord) -> str:
        message = super().format(record)
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
        }
        if found := _ACTION.match(message):
            told["action"] = found[1]
        return json.dumps(told, ensure_ascii=True)  # nothing in it steers a terminal
