"""What is remembered of one conversation between two messages. Kept as versioned JSON; nothing is decided here."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from bot.conversation.talk.messages import Attachment, Choice


class OfferedChoice(BaseModel):
    """A choice shown to the person, which a number or its label still picks later."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: str
    beside: bool = False

    @classmethod
    def of(cls, choice: Choice) -> Self:
        return cls(id=choice.id, label=choice.label, beside=choice.beside)

    def as_choice(self) -> Choice:
        return Choice(self.id, self.label, self.beside)


class Opinions(BaseModel):
    """When and of which answers the person was asked whether they helped; never what they said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Answers given since the last one that was asked about.
    since: int = 0
    #: The entries that were asked about.
    asked: tuple[str, ...] = ()
    #: Those of them that the person has told us of.
    told: tuple[str, ...] = ()
    #: What the last of them answered, in the person's own words; None: they had picked it.
    question: str | None = None


class Pending(BaseModel):
    """An answer understood, which waits for the person's yes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Any
    shown: str


class Cursor(BaseModel):
    """Where a person is in a dossier. The answers themselves are in the dossier, which is kept elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dossier: str
    #: The question asked; None: the summary is on show.
    question: str | None = None
    pending: Pending | None = None
    #: A text that may be the answer or a question: the person was asked which.
    doubted: str | None = None
    #: Options of several ticked so far, by buttons.
    ticked: tuple[str, ...] = ()
    #: The channel's id of the message that was last read as an answer to the question; None: none was, or it has none.
    written: str | None = None
    #: One answer is being changed: then back to the summary.
    to_summary: bool = False
    #: Left for later.
    paused: bool = False
    asked_at: datetime


class PressDraft(BaseModel):
    """A request to the press desk that is being written; kept nowhere else until it is sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: The question asked; None: the whole is read back.
    step: str | None
    #: Question id -> what was understood.
    answers: dict[str, Pending] = {}
    pending: Pending | None = None
    #: A text that may be the answer or a question: the person was asked which.
    doubted: str | None = None
    #: Left for later, or for a dossier.
    paused: bool = False
    asked_at: datetime


class Written(BaseModel):
    """The message that gave an answer of a dossier: when it is changed, so is the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: The channel's id.
    message: str
    dossier: str
    question: str


class SentDocument(BaseModel):
    """A document that waits for the person to say which dossier it is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attachment: Attachment
    caption: str


class Refused(BaseModel):
    """What was left unread because the person sent too much at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: When the last of it came.
    last_at: datetime
    #: What is still to be told of: so many messages and presses, and documents, by name as far as they are listed.
    messages: int = 0
    documents: tuple[str, ...] = ()
    unlisted: int = 0

    @property
    def is_owed(self) -> bool:
        return bool(self.messages or self.documents)


class State(BaseModel):
    """The state of one conversation. A new field needs a default; a changed meaning needs a new `version`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    #: The phase of the call ("before", "open", "closed") that the person was last told of.
    noticed: str | None = None
    #: The choices last shown, so that "2" or a label picks one.
    offered: tuple[OfferedChoice, ...] = ()
    #: The question that found no answer and may go to the team if the person says yes.
    unanswered: str | None = None
    #: Entry ids guessed for `unanswered`, best first.
    guesses: tuple[str, ...] = ()
    #: INSEE code (or SIREN of an intercommunalité) of the town the person speaks for.
    town: str | None = None
    #: A town was asked for: the next message may be its name.
    awaiting_town: bool = False
    #: The dossier being filled.
    cursor: Cursor | None = None
    opinions: Opinions = Opinions()
    #: The request to the press desk being written.
    press: PressDraft | None = None
    #: The last answer given in writing.
    written: Written | None = None
    #: The channel's id of the message that was answered just now, if it was a question to the assistant.
    asked: str | None = None
    #: Documents sent before it is clear for which dossier.
    documents: tuple[SentDocument, ...] = ()
    #: What was last sent together and answered with a refusal: it is not repeated for each of its documents.
    refused_album: str | None = None
    #: When the person was last given copies of their data.
    copies: tuple[datetime, ...] = ()
    #: What the person wants to tell the team was asked for: the next message is it.
    is_writing_to_team: bool = False
    #: The choice id of what was answered last, an entry's or a town's: « et la source ? » is about it.
    last_told: str | None = None
    #: What was left unread since the person last began to send too much at once.
    refused: Refused | None = None
    #: When somebody who is suspended and writes on was last told so, and when the staff were.
    suspension_told_at: datetime | None = None
    suspension_shown_at: datetime | None = None
