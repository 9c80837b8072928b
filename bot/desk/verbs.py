"""What the staff do to a dossier or a thread: the one table of it, by the words of their commands.

The group's commands, the buttons under what is told there, the menu of the channel and any desk on a page go by it. How
each is done is for `orders`; what a dossier then is, for `operations`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from bot.conversation.values.moves import Status
from storage.engine.tables import ThreadStatus


class Verb(StrEnum):
    """An operation, by the word that a command and a button name it with."""

    TAKE = "prendre"
    RELEASE = "rendre"
    TAKE_OVER = "reprendre"
    HAND = "confier"
    ANSWER = "repondre"
    ASK = "demander"
    NOTE = "note"
    CLOSE = "clore"
    REOPEN = "rouvrir"
    REMIND = "rappel"
    SHOW = "voir"
    DRAFT_ENTRY = "fiche"
    BAN = "bannir"
    LIFT_BAN = "debannir"
    #: The templates of replies; behind the id of one: what it says here.
    TEMPLATE = "modele"


class Words(StrEnum):
    """What the words behind a verb are."""

    NONE = auto()
    #: What it cannot be done without: an answer, a reason.
    NEEDED = auto()
    #: What it asks for where they are missing, by choices.
    CHOSEN = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """What there is to know of a verb."""

    words: Words = Words.NONE
    #: All desks are told when it is done: who did it is not told again.
    is_announced: bool = False
    of_dossiers: bool = True
    of_threads: bool = True
    #: It can be asked for of many at once: none of these writes to a town in words of its author's.
    is_for_many: bool = False
    #: What is begun of it at a desk with pages is kept until it is sent.
    is_drafted: bool = False


VERBS: Mapping[Verb, Row] = {
    Verb.TAKE: Row(is_announced=True, is_for_many=True),
    Verb.RELEASE: Row(is_announced=True),
    Verb.TAKE_OVER: Row(Words.NEEDED, is_announced=True, is_for_many=True),
    Verb.HAND: Row(Words.CHOSEN, is_announced=True, is_for_many=True),
    Verb.ANSWER: Row(Words.NEEDED, is_drafted=True),
    Verb.ASK: Row(Words.CHOSEN, of_threads=False),
    Verb.NOTE: Row(Words.NEEDED, is_drafted=True),
    # Of a dossier, the decision is chosen first: see `orders`.
    Verb.CLOSE: Row(Words.NEEDED, is_announced=True),
    Verb.REOPEN: Row(is_announced=True),
    Verb.REMIND: Row(of_threads=False),
    Verb.SHOW: Row(),
    Verb.DRAFT_ENTRY: Row(of_dossiers=False),
    Verb.BAN: Row(),
    Verb.LIFT_BAN: Row(),
    Verb.TEMPLATE: Row(Words.CHOSEN),
}
#: What needs words behind it.
WITH_WORDS = frozenset(verb for verb, row in VERBS.items() if row.words is Words.NEEDED)
#: What is announced to all desks when it is done: no need to say it twice.
ANNOUNCED = frozenset(verb for verb, row in VERBS.items() if row.is_announced)

_HELD = (Verb.ANSWER, Verb.TEMPLATE, Verb.ASK, Verb.NOTE, Verb.CLOSE, Verb.RELEASE, Verb.HAND)
_UNHELD = (Verb.TAKE, Verb.SHOW, Verb.NOTE)
#: What is offered for a dossier that somebody holds, and for one that nobody does, by where it is.
_FOR_HELD = dict.fromkeys((Status.TAKEN, Status.ASKED, Status.COMPLETED), _HELD)
_FOR_UNHELD = dict.fromkeys((Status.SENT, Status.ASKED, Status.COMPLETED), _UNHELD)
_OVER = {Status.CLOSED: (Verb.SHOW, Verb.REOPEN), Status.WITHDRAWN: (Verb.SHOW,)}
_FOR_THREAD: Mapping[str, tuple[Verb, ...]] = {
    ThreadStatus.WAITING.value: (Verb.TAKE, Verb.CLOSE, Verb.SHOW, Verb.DRAFT_ENTRY),
    ThreadStatus.HELD.value: (Verb.ANSWER, Verb.RELEASE, Verb.HAND, Verb.CLOSE, Verb.SHOW, Verb.DRAFT_ENTRY),
    ThreadStatus.CLOSED.value: (Verb.ANSWER, Verb.REOPEN, Verb.SHOW, Verb.DRAFT_ENTRY),
}


def offered_for_dossier(status: Status, *, is_held: bool) -> tuple[Verb, ...]:
    """Return what can be done now with a dossier, the likeliest first."""
    return (_FOR_HELD if is_held else _FOR_UNHELD).get(status) or _OVER.get(status, ())


def offered_for_thread(status: str) -> tuple[Verb, ...]:
    """Return what can be done now with a thread; `status`: that of its row."""
    return _FOR_THREAD[status]
