"""An update as Telegram delivered it, before anything is read of it: any JSON may come, and nothing here raises."""

import json
import re
from collections.abc import Hashable, Mapping
from typing import Any

#: No number of Telegram's is larger, and no database takes a larger one.
LARGEST_NUMBER = 2**53

#: What an update may bring, for which its sender waits for an answer.
_WRITTEN = ("message", "edited_message", "callback_query")
#: The number of an update and the chat of a message, where they stand in what cannot be read. In a text, the quotes
#: would have a backslash before them.
_NUMBER, _CHAT = re.compile(rb'"update_id"\s*:\s*(\d{1,16})\b'), re.compile(rb'"chat"\s*:\s*(\{[^{}]*\})')


def number_of(delivered: Any) -> int | None:
    """Return the number by which an update is acknowledged; None for what has none, or none of Telegram's."""
    number = delivered.get("update_id") if isinstance(delivered, Mapping) else None
    return number if type(number) is int and 0 < number <= LARGEST_NUMBER else None


def chat_of(delivered: Any) -> int | None:
    """Return the chat that an update comes from, None where that cannot be known."""
    chat = _field(_bearer(delivered), "chat")
    return _number(_field(chat, "id"))


def topic_of(delivered: Any) -> int | None:
    """Return the topic of a group that an update comes from; None for no topic."""
    bearer = _bearer(delivered)
    return _number(_field(bearer, "message_thread_id")) if _field(bearer, "is_topic_message") else None


def is_private(delivered: Any) -> bool:
    return bool(_field(_field(_bearer(delivered), "chat"), "type") == "private")


def sender_of(delivered: Any) -> int | None:
    """Return the person whose deed an update is, None where that cannot be known."""
    return _number(_field(_field(_body(delivered), "from"), "id"))


def lane_of(delivered: Any) -> Hashable:
    """Return what an update has in common with those that must be taken in one after the other."""
    chat = chat_of(delivered)
    return ("chat", chat) if chat is not None else ("update", number_of(delivered))


def remains_of(answer: bytes) -> dict[str, Any] | None:
    """Return an update with its number and its chat, from an answer that holds one but cannot be read; None without."""
    number = _NUMBER.search(answer)
    if number is None:
        return None
    chat = _CHAT.search(answer)
    try:
        sender = json.loads(chat[1]) if chat else None
    except ValueError:
        sender = None
    return {"update_id": int(number[1]), "message": {"chat": sender}}


def _body(delivered: Any) -> Any:
    return next((_field(delivered, kind) for kind in _WRITTEN if _field(delivered, kind) is not None), None)


def _bearer(delivered: Any) -> Any:
    """Return the message itself, or the one whose button was pressed."""
    pressed = _field(delivered, "callback_query")
    return _body(delivered) if pressed is None else _field(pressed, "message")


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _number(value: Any) -> int | None:
    return value if type(value) is int and abs(value) <= LARGEST_NUMBER else None
