"""A request to the press desk as a value: what is sent, and what the person is told of it later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PressRequest:
    """A request as it is handed over."""

    reference: str
    is_urgent: bool
    #: When it is needed, at the earliest, aware; None: no hour was given.
    needed_at: datetime | None
    #: Question id -> the answer, as it was read back.
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SentPressRequest:
    """What there is to say of one that was sent."""

    reference: str
    #: "waiting", "answered" or "closed".
    status: str
    sent_at: datetime
