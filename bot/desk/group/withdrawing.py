"""What a member of the staff sent is taken back: it leaves no more, or goes from where the town has it.

The history keeps it. Nobody can take it out of somebody's mind: who asks for it is told so.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto

from bot.conversation.talk.messages import Reply
from bot.conversation.values.about import About
from bot.conversation.values.dossier import Event, EventKind
from bot.conversation.values.member import Member
from bot.desk.desk import Desk
from bot.desk.group.post import Post
from bot.services.dossiers import write_event
from bot.services.telling import tell
from bot.transport.outbox_keys import of_withdrawal, start_of_corrections
from storage import attachments, dossiers, outbox, threads
from storage.engine.database import Transaction
from storage.engine.tables import AttachmentStatus, OutboxStatus
from storage.outbox import Kept
from storage.threads import SentMessage


class Withdrawal(Enum):
    """What came of it."""

    DONE = auto()
    #: Nothing was sent of it.
    NOTHING = auto()
    #: Somebody else wrote it.
    NOT_THEIRS = auto()


def withdraw(desk: Desk, transaction: Transaction, post: Post, source: str, album: str | None = None) -> Withdrawal:
    """Take back what was sent of the message of this source, and of its album."""
    documents = attachments.list_of_sources(transaction, post.group, source, album)
    sources = dict.fromkeys((source, *(each.source for each in documents if each.source)))
    sent = [found for each in sources if (found := threads.find_by_source(transaction, each)) is not None]
    coming = [each for each in documents if each.status == AttachmentStatus.WANTED]
    authors = {*(each.staff_id for each in sent), *(each.staff_id for each in coming)}
    if not authors:
        return Withdrawal.NOTHING
    if authors != {post.message.author.id}:
        return Withdrawal.NOT_THEIRS
    for document in coming:
        attachments.erase(transaction, document.id)
    for each in sent:
        _take_back(desk, transaction, each, post.message.author, post.now)
    return Withdrawal.DONE


def _take_back(desk: Desk, transaction: Transaction, sent: SentMessage, author: Member, now: datetime) -> None:
    threads.mark_withdrawn(transaction, sent.id, now)
    about = About.of_key(sent.outbox_key)
    kept = dossiers.lock(transaction, about.reference) if about.reference is not None else None
    if kept is not None:
        event = Event(EventKind.RETRACTED, new=sent.text, staff=author.name, staff_id=author.id)
        dossiers.add_events(transaction, kept.id, [write_event(event)], None, now)
    stub = desk.library.say("staff_retracted", now)
    for row in _copies(transaction, sent.outbox_key):
        if row.status in (OutboxStatus.REFUSED, OutboxStatus.ABANDONED):
            continue
        if row.status is OutboxStatus.PENDING and outbox.withdraw(transaction, row.id, now):
            continue
        # One that a courier has in hand may leave all the same: where it then lies is looked up when this one leaves.
        reply = Reply(stub, replaces=row.key, retracts=True)
        tell(transaction, row.channel, row.recipient_id, reply, of_withdrawal(about, row.id), now)


def _copies(transaction: Transaction, outbox_key: str) -> Sequence[Kept]:
    """Return what was sent, and the corrections of it that may stand beside."""
    rows = list(outbox.list_by_key(transaction, outbox_key))
    for row in tuple(rows):
        for key in outbox.list_by_start(transaction, start_of_corrections(outbox_key, row.id)):
            rows.extend(outbox.list_by_key(transaction, key))
    return rows
