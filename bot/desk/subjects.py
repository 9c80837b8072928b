"""What a message to the staff is about, as it stands now: the topic it belongs in, and what can be done with it."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.values.about import About, about_dossier, about_thread
from bot.conversation.values.dossier import Dossier
from bot.desk.desk import Desk
from bot.desk.verbs import Verb, offered_for_dossier, offered_for_thread
from bot.search.entries import town_code_of
from bot.services.dossiers import read_dossiers
from storage import dossiers, threads
from storage.dossiers import KeptDossier
from storage.engine.database import Transaction

#: Characters of a topic's title; Telegram takes no more.
TITLE_LIMIT = 128


@dataclass(frozen=True, slots=True)
class Subject:
    """A dossier or a thread."""

    #: What its topic is known by: a thread that began with a dossier stays in that dossier's topic.
    about: str
    title: str
    #: What can be done now.
    verbs: tuple[Verb, ...]


def find_subject(desk: Desk, transaction: Transaction, about: str, now: datetime) -> Subject | None:
    """Return what `about` names; None if it is no more."""
    named = About(about)
    if named.reference is not None:
        kept = dossiers.find(transaction, named.reference)
        dossier = _read(desk, transaction, kept)
        return _of_dossier(desk, dossier, now) if dossier else None
    thread = threads.find(transaction, named.thread) if named.thread is not None else None
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
    verbs = offered_for_dossier(dossier.status, is_held=dossier.holder is not None)
    return Subject(about_dossier(dossier.reference), _cut(title), verbs)


def _of_thread(desk: Desk, transaction: Transaction, thread: threads.KeptThread, now: datetime) -> Subject:
    verbs = offered_for_thread(thread.status)
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
    code = town_code_of(transaction, recipient_id)
    return desk.place_shown(code, now) if code else None


def _cut(title: str) -> str:
    return title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 1] + "…"
