"""Erasing: what a person wrote and what is about them goes from every table, and leaves nothing in the freed space."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, update

from storage import attachments, dossiers, pages, recipients, said_once, search_index
from storage.dossiers import Member
from storage.engine.batches import batches
from storage.engine.database import Transaction
from storage.engine.tables import InboxStatus, Kept, OutboxStatus, table
from storage.personal_data import Belonging, key_of, list_threads, listed, threads_of

_INBOX = table("inbox")
_OUTBOX = table("outbox")
_CONVERSATIONS = table("conversations")
_MEMBERS = table("dossier_members")
_CODES = table("access_codes")
_QUESTIONS = table("team_questions")
_THREADS = table("threads")
_RECIPIENTS = table("recipients")
_ORDERS = table("staff_orders")
_DRAFTS = table("staff_drafts")
_HELD = table("held_answers")
_VIEWERS = table("staff_viewers")
_ANSWER_DRAFTS = table("answer_drafts")
_BATCH_ITEMS = table("staff_batch_items")
_TOPICS = table("topics")
_PAGES = table("pages")
_KEYS = table("page_keys")
_LINES = table("page_lines")

#: What rows that must stay are written over to: somebody who is nobody, the same for all who erased their data.
_NOBODY = ("erased", "")
#: How long the ids of messages of someone erased are kept, without anything else: a message that the channel delivers
#: again must still be known as seen. Telegram delivers for 24 hours.
SEEN_FOR = timedelta(days=7)
#: The same of messages of the staff's groups, of which no word is kept there. On Telegram, two days are for changes.
DESK_SEEN_FOR = timedelta(days=30)


def erase_person(transaction: Transaction, recipient_id: int, abouts: Iterable[str], now: datetime) -> None:
    """Erase all that is kept of someone but dossiers: these are to be erased or left before.

    `abouts`: how the outbox calls their threads. The address stays while something is to leave for it: see
    `recipients.forget_if_unused`; of a page, what opens it, until the farewell was shown: see `pages.leave`.
    """
    transaction.leave_no_trace()
    execute = transaction.connection.execute
    erase_told(transaction, abouts)
    pages.leave(transaction, recipient_id, now)
    nobody = recipients.register(transaction, *_NOBODY, now)
    mine = _INBOX.c.recipient_id == recipient_id
    execute(delete(_INBOX).where(mine, _INBOX.c.handled_at < now - SEEN_FOR))
    seen = {"text": "", "choice": None, "error": None, "status": InboxStatus.HANDLED.value, "recipient_id": nobody}
    execute(update(_INBOX).where(mine).values(seen))
    for thread in list_threads(transaction, recipient_id):
        attachments.erase_of_thread(transaction, thread)
    attachments.erase_of_person(transaction, recipient_id)
    search_index.forget_threads(transaction, list_threads(transaction, recipient_id))
    for kept in listed(Belonging.THREAD):
        execute(delete(kept).where(key_of(kept, "thread_id").in_(threads_of(recipient_id))))
    for kept in (_HELD, _ANSWER_DRAFTS):
        execute(delete(kept).where(kept.c.recipient_id == recipient_id))
    for kept in (*listed(Belonging.REPEATED), *listed(Belonging.PERSON)):
        if kept not in (_RECIPIENTS, _PAGES, _KEYS):
            execute(delete(kept).where(kept.c.recipient_id == recipient_id))
    for kept in (*listed(Belonging.DOSSIER), *listed(Belonging.DOCUMENT)):  # what they did in a dossier that stays
        if "recipient_id" in kept.c and kept is not _MEMBERS:
            execute(update(kept).where(kept.c.recipient_id == recipient_id).values(recipient_id=nobody))


def erase_dossier(transaction: Transaction, dossier_id: int, about: str) -> None:
    """Erase a dossier with all that hangs on it, and what others were told of it. `about`: how the outbox calls it."""
    transaction.leave_no_trace()
    erase_told(transaction, [about])
    dossiers.erase(transaction, dossier_id)


@dataclass(frozen=True, slots=True)
class Left:
    """What leaving a dossier did."""

    others: Sequence[Member]
    #: The dossier had to be given to the oldest of them.
    is_passed_on: bool


def leave_dossier(transaction: Transaction, dossier_id: int, recipient_id: int) -> Left:
    """Let someone leave a dossier. One they owned goes to whoever joined first; codes given for it are worthless."""
    execute = transaction.connection.execute
    members = dossiers.list_members(transaction, dossier_id)
    others = [member for member in members if member.recipient_id != recipient_id]
    owned = any(member.is_owner and member.recipient_id == recipient_id for member in members)
    here = _MEMBERS.c.dossier_id == dossier_id
    execute(delete(_MEMBERS).where(here, _MEMBERS.c.recipient_id == recipient_id))
    for thread in list_threads(transaction, recipient_id):
        transaction.changes_thread(thread)
    if owned:
        execute(delete(_CODES).where(_CODES.c.dossier_id == dossier_id))
        if others:
            oldest = others[0].recipient_id  # `list_members` is in the order in which they joined
            execute(update(_MEMBERS).where(here, _MEMBERS.c.recipient_id == oldest).values(is_owner=True))
    return Left(others, owned and bool(others))


def erase_told(transaction: Transaction, abouts: Iterable[str]) -> None:
    """Erase what others were told of these. The staff's messages keep only what they are about, so that who answers
    one is told that it is gone; what is still to leave for a colleague leaves first."""
    execute = transaction.connection.execute
    to_people = _OUTBOX.c.recipient_id.in_(select(_CONVERSATIONS.c.recipient_id))
    waits = _OUTBOX.c.status == OutboxStatus.PENDING.value
    has_left = _OUTBOX.c.status == OutboxStatus.SENT.value
    for about in abouts:
        told = _OUTBOX.c.about == about
        execute(update(_OUTBOX).where(told, to_people, waits).values(is_fleeting=True, about=None))
        execute(delete(_LINES).where(_LINES.c.key.in_(select(_OUTBOX.c.key).where(told, to_people))))
        execute(delete(_OUTBOX).where(told, to_people | ~has_left))
        empty: dict[str, Any] = {"text": "", "choices": [], "contact": None, "about": about}
        execute(update(_OUTBOX).where(told).values(content=empty))
        for kept in (_ORDERS, _DRAFTS, _HELD, _VIEWERS, _ANSWER_DRAFTS, _BATCH_ITEMS):
            execute(delete(kept).where(kept.c.about == about))
        execute(update(_TOPICS).where(_TOPICS.c.about == about).values(title=about))


def erase_messages(transaction: Transaction, recipient_id: int, until: datetime) -> list[int]:
    """Erase what was written, asked and answered until an instant; threads about a dossier stay with it.

    Return the threads that are to be erased, for `erase_threads`.
    """
    transaction.leave_no_trace()
    execute = transaction.connection.execute
    execute(delete(_INBOX).where(_INBOX.c.recipient_id == recipient_id, _INBOX.c.handled_at <= until))
    old = (_OUTBOX.c.created_at <= until, _OUTBOX.c.status != OutboxStatus.PENDING.value)
    execute(delete(_OUTBOX).where(_OUTBOX.c.recipient_id == recipient_id, *old))
    execute(delete(_LINES).where(_LINES.c.recipient_id == recipient_id, _LINES.c.laid_at <= until))
    execute(delete(_QUESTIONS).where(_QUESTIONS.c.recipient_id == recipient_id, _QUESTIONS.c.asked_at <= until))
    for thread in list_threads(transaction, recipient_id):  # perhaps no longer the team's matter
        transaction.changes_thread(thread)
    loose = (_THREADS.c.dossier_id.is_(None), _THREADS.c.active_at <= until)
    wanted = select(_THREADS.c.id).where(_THREADS.c.recipient_id == recipient_id, *loose)
    return list(execute(wanted).scalars())


def erase_threads(transaction: Transaction, ids: Sequence[int]) -> None:
    """Erase threads, with all that stands in them."""
    search_index.forget_threads(transaction, ids)
    for thread in ids:
        attachments.erase_of_thread(transaction, thread)
    for kept in reversed(Kept.metadata.sorted_tables):
        if "thread_id" in kept.c:
            transaction.connection.execute(delete(kept).where(kept.c.thread_id.in_(ids)))
    transaction.connection.execute(delete(_THREADS).where(_THREADS.c.id.in_(ids)))


def forget_seen(transaction: Transaction, now: datetime) -> None:
    """Forget the ids of messages of those who were erased, once no channel delivers them again."""
    nobody = recipients.find(transaction, *_NOBODY)
    if nobody is not None:
        gone = (_INBOX.c.recipient_id == nobody, _INBOX.c.handled_at < now - SEEN_FOR)
        transaction.connection.execute(delete(_INBOX).where(*gone))


def forget_desks_seen(transaction: Transaction, now: datetime) -> None:
    """Sweep, once a day: forget that messages of the staff's groups came, once no channel delivers or changes them."""
    if not said_once.claim(transaction, "desks seen forgotten", now.date().isoformat(), now):
        return
    for some in batches(_list_desks(transaction)):
        gone = (_INBOX.c.recipient_id.in_(some), _INBOX.c.handled_at < now - DESK_SEEN_FOR)
        transaction.connection.execute(delete(_INBOX).where(*gone))


def erase_told_desks(transaction: Transaction, until: datetime) -> None:
    """Erase what left for the staff's desks until an instant, or never will, and is about nothing: what is about a
    dossier or a thread goes with that."""
    old = (_OUTBOX.c.finished_at <= until, _OUTBOX.c.status != OutboxStatus.PENDING.value, _OUTBOX.c.about.is_(None))
    gone: set[int] = set()
    for some in batches(_list_desks(transaction)):
        erased = delete(_OUTBOX).where(_OUTBOX.c.recipient_id.in_(some), *old).returning(_OUTBOX.c.recipient_id)
        gone.update(transaction.connection.execute(erased).scalars())
    if gone:
        transaction.leave_no_trace()
    for recipient_id in sorted(gone):  # a group that is no desk any more
        recipients.forget_if_unused(transaction, recipient_id)


def _list_desks(transaction: Transaction) -> list[int]:
    """Return who never conversed: the staff's groups, and who is nobody."""
    has_begun = exists().where(_CONVERSATIONS.c.recipient_id == _RECIPIENTS.c.id)
    return list(transaction.connection.execute(select(_RECIPIENTS.c.id).where(~has_begun)).scalars())
