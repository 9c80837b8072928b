"""What a turn is given beside the message and the state: the time, chance, and what is kept elsewhere. Plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.conversation.talk.quotas import Tally
from bot.conversation.values.deadline_plan import PlannedReminder
from bot.conversation.values.dossier import DatedEvent, Dossier
from bot.conversation.values.member import Member
from bot.conversation.values.press_request import SentPressRequest


@dataclass(frozen=True, slots=True)
class Fresh:
    """What was drawn by lot before the turn, for it to use if it needs to."""

    #: The number of a new dossier.
    reference: str
    #: What opens a dossier once, to another person.
    code: str


class AccessKind(StrEnum):
    """What a one-time code gives."""

    INVITE = "invite"  # the right to edit, beside those who have it
    TRANSFER = "transfer"  # the dossier itself: who gave the code loses it


@dataclass(frozen=True, slots=True)
class Access:
    """What the code that the person has just written opens."""

    kind: AccessKind
    dossier: Dossier
    is_member: bool


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A thread with the staff. In one that a member holds, the assistant is silent."""

    thread: int
    #: Who has it; of one that is over, who wrote in it last.
    holder: Member
    #: Whether anybody of the staff has written to the person in it.
    is_answered: bool = True


@dataclass(frozen=True, slots=True)
class OwnData:
    """All that is kept about a person; in a turn, without what is encrypted: to read it all takes long."""

    #: Tables -> rows, as the storage keeps them, the oldest first.
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    #: How the rows call the person.
    recipient_id: int
    #: Numbers of their dossiers that others fill with them.
    shared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a turn may look at that is not in the message or the state."""

    now: datetime
    fresh: Fresh | None = None
    #: Those that the person may edit, the latest changed first.
    dossiers: tuple[Dossier, ...] = ()
    #: Numbers of their dossiers that cannot be read for now.
    unreadable: frozenset[str] = frozenset()
    #: Those of them that the person may hand over, invite to and delete.
    owned: frozenset[str] = frozenset()
    #: What happened to each, the oldest first.
    histories: Mapping[str, Sequence[DatedEvent]] = field(default_factory=dict)
    access: Access | None = None
    #: The thread that a member of the staff holds, the one that is still to be taken, and the last one that is over:
    #: one of these at most.
    dialogue: Dialogue | None = None
    waiting: Dialogue | None = None
    ended: Dialogue | None = None
    #: Those to come, the earliest first.
    reminders: tuple[PlannedReminder, ...] = ()
    #: The staff do not let this person write any more.
    is_banned: bool = False
    #: What the person asked of the press desk, the latest first.
    press_requests: tuple[SentPressRequest, ...] = ()
    #: Whether the press has a desk of its own: else the team is told.
    has_press_desk: bool = False
    #: What the person has sent; looked up where the message brings documents.
    tally: Tally = field(default_factory=Tally)
    #: What is kept about the person, in outline; None: nobody asked for it.
    own_data: OwnData | None = None

    def dossier(self, reference: str) -> Dossier | None:
        return next((dossier for dossier in self.dossiers if dossier.reference == reference), None)
