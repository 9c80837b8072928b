"""What a message to the staff is about, as it stands now: the topic it belongs in, and what can be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from bot.conversation.talk.state import State
from bot.conversation.values.about import about_dossier, about_thread
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.desk.desk import Desk
from bot.services.dossiers import read_dossiers
from storage import conversations, dossiers, threads
from storage.dossiers import KeptDossier
from storage.engine.database import Transaction
from storage.engine.tables import ThreadStatus

DOSSIER, THREAD = "dossier", "thread"
#: Characters of a topic's title; Telegram takes no more.
TITLE_LIMIT = 128

_IN_HAND = ("repondre", "demander", "note", "clore", "rendre", "confier")
#: What is offered for a dossier that somebody holds, by where it is.
_HELD: Mapping[Status, tuple[str, ...]] = {Status.TAKEN: _IN_HAND, Status.ASKED: _IN_HAND, Status.COMPLETED: _IN_HAND}
_UNHELD: Mapping[Status, tuple[str, ...]] = {
    Status.SENT: ("prendre", "voir", "note"),
    Status.ASKED: ("prendre", "voir", "note"),
    Status.COMPLETED: ("prendre", "voir", "note"),
}
_OVER: Mapping[Status, tuple[str, ...]] = {Status.CLOSED: ("voir", "rouvrir"), Status.WITHDRAWN: ("voir",)}


@dataclass(frozen=True, slots=True)
class Subject:
    """A dossier or an exchange."""

    #: What its topic is known by: an exchange that began with a dossier stays in that dossier's topic.
    about: str
    title: str
    #: What can be done now, by the words of the staff's commands.
    verbs: tuple[str, ...]


def find_subject(desk: Desk, transaction: Transaction, about: str, now: datetime) -> Subject | None:
    """Return what `about` names ("dossier:K7R-M3W-X9A", "thread:12"); None if it is no more."""
    kind, _, subject = about.partition(":")
    if kind == DOSSIER:
        kept = dossiers.find(transaction, subject)
        dossier = _read(desk, transaction, kept)
        return _of_dossier(desk, dossier, now) if dossier else None
    thread = threads.find(transaction, int(subject)) if kind == THREAD and subject.isdecimal() else None
    return _of_thread(desk, transaction, thread, now) if thread else None


def _of_dossier(desk: Desk, dossier: Dossier, now: datetime) -> Subject:
    title = desk.library.say(
        "group_topic_dossier",
        now,
        reference=dossier.reference,
        name=desk.name_of(dossier),
        status=dossier.status.value,
        holder=dossier.holder.shown if dossier.holder else None,
    )
    by_status = _HELD if dossier.holder is not None else _UNHELD
    verbs = by_status.get(dossier.status) or _OVER.get(dossier.status, ())
    return Subject(about_dossier(dossier.reference), _cut(title), verbs)


def _of_thread(desk: Desk, transaction: Transaction, thread: threads.KeptThread, now: datetime) -> Subject:
    verbs = {
        ThreadStatus.WAITING.value: ("prendre", "clore", "voir", "fiche"),
        ThreadStatus.HELD.value: ("repondre", "rendre", "confier", "clore", "voir", "fiche"),
    }.get(thread.status, ("repondre", "rouvrir", "voir", "fiche"))
    kept = dossiers.find_by_id(transaction, thread.dossier_id) if thread.dossier_id is not None else None
    dossier = _read(desk, transaction, kept)
    if dossier is not None and dossier.sent_at is not None:
        return Subject(about_dossier(dossier.reference), _of_dossier(desk, dossier, now).title, verbs)
    holder = desk.holder_of(transaction, thread)
    title = desk.library.say(
        "group_topic_thread",
        now,
        thread=thread.id,
        name=town_of(desk, transaction, thread.recipient_id, now),
        status=thread.status,
        holder=holder.shown if holder else None,
    )
    return Subject(about_thread(thread.id), _cut(title), verbs)


def _read(desk: Desk, transaction: Transaction, kept: KeptDossier | None) -> Dossier | None:
    """Return the dossier, its holder as they are called now."""
    return next((dossier for _, dossier in read_dossiers(transaction, [kept] if kept else [], desk.library)), None)


def town_of(desk: Desk, transaction: Transaction, recipient_id: int, now: datetime) -> str | None:
    """Return the town that a person speaks for, as far as their conversation knows it."""
    kept = conversations.read(transaction, recipient_id)
    try:
        code = State.model_validate_json(kept).town if kept else None
    except ValidationError:
        return None  # set aside when they next write
    return desk.place_shown(code, now) if code else None


def _cut(title: str) -> str:
    return title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 1] + "…"
