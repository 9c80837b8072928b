"""What is remembered of one conversation between two messages. Kept as versioned JSON; nothing is decided here."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from bot.conversation.messages import Choice


class OfferedChoice(BaseModel):
    """A choice shown to the person, which a number or its label still picks later."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: str

    @classmethod
    def of(cls, choice: Choice) -> Self:
        return cls(id=choice.id, label=choice.label)

    def as_choice(self) -> Choice:
        return Choice(self.id, self.label)


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
