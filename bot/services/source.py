"""Where an effect comes from, and where the staff are told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DeskAddress:
    """Where the staff are told: a group on a channel, a mailbox."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an effect comes from."""

    recipient_id: int
    #: Says for ever which effect of which message this is.
    key: str
    now: datetime
    desks: Sequence[DeskAddress] = ()
    #: Where requests to the press are told; none: at `desks`.
    press_desks: Sequence[DeskAddress] = ()
    #: That of the recipient.
    channel: str = ""
