"""What comes of an operation of the staff: values, told by each desk in its own way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.conversation.values.dossier import Dossier, Event
from knowledge.templates.plain import Plain


@dataclass(frozen=True, slots=True)
class Wording:
    """A text of `messages.yaml` and what fills it."""

    message: str
    values: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """The dossier as it is to be saved, what happened to it, and who is to be told what."""

    dossier: Dossier
    event: Event
    #: None: the town is told nothing.
    to_town: Wording | None
    #: None: the other desks are told nothing.
    to_desks: Wording | None = None
    #: What else the history keeps of it.
    also: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing was changed, and why."""

    why: Wording
    #: A colleague holds it: it can be taken over from them.
    is_held: bool = False


Outcome = Done | NotDone
