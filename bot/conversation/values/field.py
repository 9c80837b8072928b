"""What reading an answer gives, and what it is read against: the values that every kind of field shares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from knowledge.call.form import Option, Question
from knowledge.library import Library
from knowledge.templates.plain import Plain

#: What a person answers who has no wave yet, and who is in no programme.
UNDECIDED, NONE_OF_THEM = "undecided", "none"


@dataclass(frozen=True, slots=True)
class Parsed:
    """An answer understood."""

    #: What is kept: plain JSON.
    value: Any
    #: What was understood, as it is repeated to the person and shown to the staff.
    shown: str
    #: Whether the person must confirm it before it is kept.
    needs_confirmation: bool = False
    #: It says that there is nothing to say yet: kept, but a required question still waits.
    is_empty: bool = False
    #: Nothing in it was recognised: a question to the assistant goes before it.
    is_guess: bool = False
    #: What was named beside the options, in the person's words.
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """More than one thing may be meant: the person chooses. Never empty."""

    #: Option id -> what it is read as.
    candidates: tuple[tuple[str, Parsed], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that changes nothing. `message`, filled with `values`, says why and how to mend it."""

    message: str
    values: Mapping[str, Plain] = field(default_factory=dict)
    #: It was meant as an answer: a date that does not exist, an address that lacks its end.
    is_attempt: bool = False
    #: What was understood of it, to be read again with what follows.
    part: str | None = None


Reading = Parsed | Several | Refused


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands when it is answered."""

    question: Question
    library: Library
    now: datetime
    #: The options on offer: the editor's, or those worked out for this dossier.
    options: tuple[Option, ...] = ()

    @property
    def today(self) -> date:
        return self.library.day(self.now)

    @property
    def words(self) -> Mapping[str, Sequence[str]]:
        return self.library.call.commands

    def say(self, message: str, **values: Plain) -> str:
        return self.library.say(message, self.now, **values)


ReadField = Callable[[str, Asked], Reading]
