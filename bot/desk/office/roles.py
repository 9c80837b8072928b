"""Who of the staff may do what at the desk: the one table, asked at each look and each operation, never by a page."""

from collections.abc import Mapping
from enum import StrEnum

from bot.conversation.values.about import About
from bot.desk.verbs import Verb
from bot.search.entries import HANDED_OVER
from storage import dossiers, press_requests, threads
from storage.engine.database import Transaction


class Role(StrEnum):
    AGENT = "agent"
    PRESS = "press"
    EDITOR = "editor"
    ADMIN = "admin"


class Right(StrEnum):
    #: The inbox, whatever of it one may open.
    INBOX = "inbox"
    #: Dossiers, and threads that are not the press's alone.
    DOSSIERS = "dossiers"
    #: Threads in which a request to the press office stands.
    PRESS = "press"
    FIGURES = "figures"
    EXPORTS = "exports"
    #: Questions without a good answer, and the entries that are written for them.
    EDITING = "editing"
    #: The log of what the staff did.
    AUDIT = "audit"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.INBOX, Right.DOSSIERS, Right.PRESS, Right.FIGURES, Right.EXPORTS}),
    Role.PRESS: frozenset({Right.INBOX, Right.PRESS}),
    Role.EDITOR: frozenset({Right.EDITING, Right.FIGURES}),
    Role.ADMIN: frozenset(Right),
}

_PRESS_VERBS = frozenset(
    {
        *(Verb.TAKE, Verb.RELEASE, Verb.TAKE_OVER, Verb.HAND, Verb.ANSWER, Verb.NOTE, Verb.CLOSE, Verb.REOPEN),
        Verb.SHOW,
    }
)
#: What each may do with what it may open.
VERBS: Mapping[Role, frozenset[Verb]] = {
    Role.AGENT: frozenset(Verb),
    Role.PRESS: _PRESS_VERBS,
    Role.EDITOR: frozenset(),
    Role.ADMIN: frozenset(Verb),
}


def has(role: Role, right: Right | None) -> bool:
    """Whether a role has a right; None: what whoever has signed in may do."""
    return right is None or right in RIGHTS[role]


def may_open(transaction: Transaction, role: Role, about: About) -> bool:
    """Whether a role may see a dossier or a thread. What is not there, nobody may."""
    if about.reference is not None:
        kept = dossiers.find(transaction, about.reference)
        facts = dossiers.plain_facts_of(transaction, kept.id) if kept is not None else None
        # A draft is its town's alone.
        return facts is not None and facts.status in HANDED_OVER and has(role, Right.DOSSIERS)
    if about.thread is None or threads.find(transaction, about.thread) is None:
        return False
    matter = press_requests.matter_of(transaction, about.thread)
    return (matter.is_team and has(role, Right.DOSSIERS)) or (matter.is_press and has(role, Right.PRESS))


def may_do(transaction: Transaction, role: Role, verb: Verb, about: About) -> bool:
    return verb in VERBS[role] and may_open(transaction, role, about)
