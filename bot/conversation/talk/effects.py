"""What a turn wants done beside its replies: values, applied by the assistant in the turn's own transaction."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.conversation.talk.context import AccessKind
from bot.conversation.talk.messages import AskTeam, Attachment, Reply
from bot.conversation.values.deadline_plan import PlannedReminder
from bot.conversation.values.dossier import Dossier, Event
from bot.conversation.values.fate import Fate
from bot.conversation.values.press_request import PressRequest


@dataclass(frozen=True, slots=True)
class SaveDossier:
    """Keep a dossier, new (`revision` 0, then owned by the person) or changed, and what happened to it."""

    dossier: Dossier
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class DeleteDossier:
    """Erase a dossier with its history."""

    reference: str


@dataclass(frozen=True, slots=True)
class TellDesks:
    """Tell every desk of the staff; `reference`: what dossier it is about."""

    reply: Reply
    reference: str | None = None
    #: The thread it is about: a journalist's is told at the press desks.
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class TellOthers:
    """Tell everyone else who may edit a dossier."""

    reference: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class OfferAccess:
    """Keep a one-time code that gives `kind` on a dossier; it replaces an earlier one of the same kind."""

    reference: str
    kind: AccessKind
    code: str


@dataclass(frozen=True, slots=True)
class UseAccess:
    """Give the person what the code of the message gives; the code is then worth nothing."""

    reference: str
    kind: AccessKind
    event: Event


@dataclass(frozen=True, slots=True)
class WriteToThread:
    """Add what the person wrote to the thread that a member of the staff holds."""

    thread: int
    text: str


@dataclass(frozen=True, slots=True)
class EndDialogue:
    """Take the thread back from the staff: the assistant answers again."""

    thread: int
    #: What the press desks are told if a request waits in it.
    request_waits: Reply
    #: Its question stays asked: somebody else of the staff may take it.
    stands: bool = False


@dataclass(frozen=True, slots=True)
class ReopenDialogue:
    """Give a thread that is over back to who of the staff answered in it; where nobody did, it is to be taken."""

    thread: int


@dataclass(frozen=True, slots=True)
class PlanReminders:
    """Remind the person; `zone`: the name of their time zone. One already planned stays as it is."""

    planned: tuple[PlannedReminder, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class StopReminders:
    """Remind the person no more of a wave; None: of none."""

    wave: str | None


class Tally(StrEnum):
    """What is counted of an entry."""

    SHOWN = "shown"
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"


@dataclass(frozen=True, slots=True)
class CountAnswer:
    """Count that an entry was given, helped or did not, on a day: not to whom. The last of a turn's effects."""

    entry: str
    day: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class LogQuestion:
    """Keep, for the editors and for a time, a question that was not answered at once; it is masked."""

    question: str
    #: The entries it may have been about, best first.
    guesses: tuple[str, ...]
    #: Whether they were offered.
    was_offered: bool


@dataclass(frozen=True, slots=True)
class LogPick:
    """Note beside the last question logged with choices which entry the person picked; None: none of them."""

    entry: str | None


@dataclass(frozen=True, slots=True)
class SendPressRequest:
    """Keep a request to the press desk, in a thread with the person, and tell it there."""

    request: PressRequest
    told: Reply


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Erase all that is kept of the person; what becomes of each dossier was said before."""

    fates: tuple[tuple[str, Fate], ...]


@dataclass(frozen=True, slots=True)
class FetchAttachment:
    """Fetch a document from the channel and keep it, with a dossier or with the thread that a staff member holds."""

    attachment: Attachment
    #: What was written with it.
    caption: str
    #: The number of the dossier.
    reference: str | None = None
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class EraseDocument:
    """Erase a document of a dossier, here or on its way; `document`: its number."""

    document: int


Effect = (
    AskTeam
    | SaveDossier
    | DeleteDossier
    | TellDesks
    | TellOthers
    | OfferAccess
    | UseAccess
    | WriteToThread
    | EndDialogue
    | ReopenDialogue
    | PlanReminders
    | StopReminders
    | CountAnswer
    | LogQuestion
    | LogPick
    | SendPressRequest
    | ErasePerson
    | FetchAttachment
    | EraseDocument
)
