"""What is remembered of one conversation between two messages. Kept as versioned JSON; nothing is decided here."""

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from bot.conversation.talk.messages import Attachment, Choice
from bot.conversation.values.sheet import ShortSheet


class OfferedChoice(BaseModel):
    """A choice shown to the person, which a number or its label still picks later."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

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

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

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

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    value: Any
    shown: str
    #: What was named beside the options, for the question that asks for it next.
    others: tuple[str, ...] = ()


class Cursor(BaseModel):
    """Where a person is in a form. The answers themselves are in its sheet, which is kept elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    #: The number of a dossier, or the name of a short form.
    sheet: str = Field(validation_alias=AliasChoices("sheet", "dossier"))
    #: The question asked; None: the whole is on show.
    question: str | None = None
    pending: Pending | None = None
    #: A text that may be the answer or a question: the person was asked which.
    doubted: str | None = None
    #: What was understood of an answer that lacks a part: « Marie Dupont », where the office is still to be said.
    part: str | None = None
    #: Options of several ticked so far, by buttons.
    ticked: tuple[str, ...] = ()
    #: They were read over and refused: a list in words takes their place.
    is_corrected: bool = False
    #: The channel's id of the message that was last read as an answer to the question; None: none was, or it has none.
    written: str | None = None
    #: One answer is being changed: then back to the summary.
    to_summary: bool = False
    #: One answer is being changed in the midst of the questions: then back to this one.
    back_to: str | None = None
    #: Left for later.
    paused: bool = False
    asked_at: datetime

    def put_aside(self) -> Self:
        """Return the cursor left for later: what waited for a yes waits no more."""
        return self.model_copy(
            update={"paused": True, "pending": None, "doubted": None, "ticked": (), "is_corrected": False}
        )


class Written(BaseModel):
    """The message that gave an answer of a form: when it is changed, so is the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    #: The channel's id.
    message: str
    sheet: str = Field(validation_alias=AliasChoices("sheet", "dossier"))
    question: str


class SentDocument(BaseModel):
    """A document that waits for the person to say which dossier it is for."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    attachment: Attachment
    caption: str


class Refused(BaseModel):
    """What was left unread because the person sent too much at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

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

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    version: Literal[1] = 1
    #: The phase of the call ("before", "open", "closed") that the person was last told of.
    noticed: str | None = None
    #: The choices last shown, so that "2" or a label picks one.
    offered: tuple[OfferedChoice, ...] = ()
    #: The question that found no answer and may go to the team if the person says yes.
    unanswered: str | None = None
    #: What was passed on to the team by the message before this one.
    passed_on: str | None = None
    #: « Dois-je transmettre … ? » was just asked: any yes is one to that.
    clear_yes_asked: bool = False
    #: Entry ids guessed for `unanswered`, best first.
    guesses: tuple[str, ...] = ()
    #: INSEE code (or SIREN of an intercommunalité) of the town the person speaks for.
    town: str | None = None
    #: The places told of lately, the latest last: « et leurs agglos ? » is about them.
    towns: tuple[str, ...] = ()
    #: A town was asked for: the next message may be its name.
    awaiting_town: bool = False
    #: Where the person is in the form in hand.
    cursor: Cursor | None = None
    #: Where they are in the forms put aside for it, the latest first.
    aside: tuple[Cursor, ...] = ()
    #: The short forms being filled, by their names.
    sheets: dict[str, ShortSheet] = {}
    opinions: Opinions = Opinions()
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
    #: The sources that were given in full in this conversation, the latest last: they are then only named.
    cited: tuple[str, ...] = ()
    #: What was left unread since the person last began to send too much at once.
    refused: Refused | None = None
    #: When somebody who is suspended and writes on was last told so, and when the staff were.
    suspension_told_at: datetime | None = None
    suspension_shown_at: datetime | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_press(cls, kept: Any) -> Any:
        """The request to the press office was once kept in a shape of its own."""
        if not isinstance(kept, Mapping) or "press" not in kept:
            return kept
        rest = {key: value for key, value in kept.items() if key != "press"}
        return {**rest, **_press_as_sheet(kept["press"], kept.get("cursor"))} if kept["press"] else rest

    def cursor_of(self, sheets: Container[str]) -> Cursor | None:
        """Return where the person is in one of `sheets`: in hand, else the one put aside last."""
        cursors = (*((self.cursor,) if self.cursor else ()), *self.aside)
        return next((cursor for cursor in cursors if cursor.sheet in sheets), None)

    def after(self, before: Cursor | None) -> Self:
        """Return the state with one form in hand: `before`, where the person was, is put aside if it is another."""
        cursor = self.cursor
        is_other = before is not None and cursor is not None and before.sheet != cursor.sheet
        aside = (before.put_aside(), *self.aside) if before is not None and is_other else self.aside
        # One a short form, and one for the dossiers: that of another dossier leads back to it well enough.
        kept: dict[str, Cursor] = {}
        for each in aside:
            if cursor is None or each.sheet != cursor.sheet:
                kept.setdefault(each.sheet if each.sheet in self.sheets else "", each)
        return self.model_copy(update={"aside": tuple(kept.values())})


def _press_as_sheet(press: Mapping[str, Any], cursor: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a request to the press office as forms are kept now; `cursor`: where the person is in a dossier."""
    answers = {key: {"value": each["value"], "shown": each["shown"]} for key, each in press["answers"].items()}
    sheet = {"reference": "press", "updated_at": press["asked_at"], "answers": answers}
    shared = ("pending", "doubted", "paused", "asked_at")
    own = {"sheet": "press", "question": press["step"], **{key: press[key] for key in shared if key in press}}
    cursors = [own, cursor] if cursor and not press.get("paused") else [cursor, own] if cursor else [own]
    return {"sheets": {"press": sheet}, "cursor": cursors[0], "aside": cursors[1:]}
