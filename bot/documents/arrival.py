"""What follows, in one transaction, when a document is here or will never be: it is kept, and those concerned are told.

A person's document goes to their dossier, or to the member of the staff who holds their thread; one of the staff's
goes to the person of the thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError

from bot.conversation.dossier.attachments import acknowledge, refusal
from bot.conversation.talk.context import Context
from bot.conversation.talk.document_types import Objection
from bot.conversation.talk.messages import Choice, Incoming, Reply, enclosed_attachment
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Visit
from bot.conversation.values.about import about_dossier, about_thread
from bot.conversation.values.dossier import Dossier, Event, EventKind
from bot.conversation.values.moves import Status
from bot.desk.desk import Desk
from bot.desk.withdrawal import retract_choice
from bot.services.attachments import as_document
from bot.services.dossiers import keep_dossier, read_dossiers
from bot.services.telling import tell, tell_all_desks, tell_person
from bot.transport.delivery import LONGEST_WAIT, Refused, Retry, is_hopeless, next_attempt
from knowledge.templates.plain import Plain
from storage import attachments, conversations, dossiers, threads
from storage.attachments import KeptAttachment
from storage.engine.database import Transaction
from storage.engine.tables import AttachmentStatus
from storage.threads import KeptThread

#: A document that its channel did not give for so long is given up, and its sender told.
GIVE_UP_AFTER = timedelta(days=1)
#: Of these, the staff are told nothing: they have them not, or no more.
_NOT_THEIRS = frozenset({Status.DRAFT, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Sealed:
    """It is here and is what it says; encrypted already."""

    token: bytes = field(repr=False)
    size: int


@dataclass(frozen=True, slots=True)
class Objected:
    """It is here, and is not taken."""

    why: Objection


Outcome = Sealed | Objected | Retry | Refused


@dataclass(frozen=True, slots=True)
class _Place:
    """What a document belongs to, locked."""

    dossier: Dossier | None = None
    thread: KeptThread | None = None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Settles what was fetched. Its method is given a transaction by `Database.run`."""

    desk: Desk

    def settle(
        self,
        transaction: Transaction,
        attachment_id: int,
        attempt: int,
        outcome: Outcome,
        now: datetime,
        jitter: float,
    ) -> None:
        """Write down what became of the document, unless somebody erased or settled it meanwhile."""
        found = attachments.find(transaction, attachment_id)
        if found is None:
            return
        # In the order in which a turn locks: the conversation, what the document belongs to, the document.
        place = self._lock(transaction, found)
        row = attachments.lock(transaction, attachment_id)
        if row is None or row.status != AttachmentStatus.WANTED:
            return
        match outcome:
            case Sealed(token, size):
                attachments.keep(transaction, row.id, token, size, now)
                self._hand_on(transaction, row, place, now)
            case Objected(why):
                attachments.give_up(transaction, row.id, AttachmentStatus.REFUSED, why.value, now)
                self._tell_sender(transaction, row, refusal(self.desk.library, row.name, why, now), "refused", now)
            case Retry() if not is_hopeless(row.attempts, row.created_at, now, GIVE_UP_AFTER):
                self._put_off(transaction, row, attempt, outcome, now, jitter)
            case Retry(reason) | Refused(reason):
                attachments.give_up(transaction, row.id, AttachmentStatus.LOST, reason, now)
                self._tell_sender(transaction, row, self._say("document_lost", now, name=row.name), "lost", now)
        if row.staff is None:
            self._acknowledge(transaction, row, place, now)

    def _lock(self, transaction: Transaction, row: KeptAttachment) -> _Place:
        if row.staff is None:
            conversations.lock_all_of(transaction, [row.recipient_id])
        if row.dossier_id is not None:
            kept = dossiers.lock_by_id(transaction, row.dossier_id)
            read = read_dossiers(transaction, [kept] if kept else [], self.desk.library)
            return _Place(dossier=read[0][1] if read else None)
        return _Place(thread=threads.lock(transaction, row.thread_id) if row.thread_id is not None else None)

    def _put_off(
        self, transaction: Transaction, row: KeptAttachment, attempt: int, retry: Retry, now: datetime, jitter: float
    ) -> None:
        if row.attempts != attempt:
            return  # our lease ended: another fetcher has it in hand
        until = next_attempt(attempt, now, jitter) if retry.after is None else now + min(retry.after, LONGEST_WAIT)
        is_told = any(each.reason is not None for each in attachments.list_beside(transaction, row))
        attachments.put_off(transaction, row.id, until, retry.reason)
        if not is_told:
            self._tell_sender(transaction, row, self._say("document_late", now, name=row.name), "late", now)

    # --- where it goes

    def _hand_on(self, transaction: Transaction, row: KeptAttachment, place: _Place, now: datetime) -> None:
        if place.thread is not None and row.staff is not None:
            self._to_person(transaction, row, place.thread, row.staff, now)
        elif place.thread is not None:
            threads.write(transaction, place.thread.id, None, self._noted(row, now), now)
            reply = self._for_the_staff(row, now, thread=place.thread.id)
            self.desk.tell_of_thread(transaction, place.thread.id, reply, f"attachment:{row.id}", now)
        elif place.dossier is not None:
            changed = place.dossier.model_copy(update={"updated_at": now})
            event = Event(EventKind.ATTACHED, new=row.name)
            keep_dossier(transaction, changed, (event,), row.recipient_id, now)
            if changed.status not in _NOT_THEIRS:
                reply = self._for_the_staff(row, now, reference=changed.reference, name=self.desk.name_of(changed))
                about = about_dossier(changed.reference)
                tell_all_desks(transaction, self.desk.addresses, reply, f"attachment:{row.id}", now, about)

    def _for_the_staff(self, row: KeptAttachment, now: datetime, **values: Plain) -> Reply:
        known = {"reference": None, "name": None, "thread": None, **values}
        text = self._say("desk_document", now, document=row.name, caption=row.caption, **known)
        return Reply(text, enclosed=(enclosed_attachment(row.id),))

    def _to_person(
        self, transaction: Transaction, row: KeptAttachment, thread: KeptThread, staff: str, now: datetime
    ) -> None:
        # The key says whose it is: what a town never gets is told to the staff (see `bot.desk.undelivered`).
        key, author = f"thread:{thread.id}:attachment:{row.id}", (staff, row.staff_id)
        threads.write(transaction, thread.id, author, self._noted(row, now), now, source=row.source, outbox_key=key)
        text = self._say("staff_document", now, staff=staff, document=row.name, caption=row.caption)
        reply = Reply(text, (self.desk.end_choice(now),), enclosed=(enclosed_attachment(row.id),))
        tell_person(transaction, thread.channel, thread.recipient_id, reply, key, now)
        kind = "thread" if thread.dossier_id is None else "dossier"
        said = self._say("group_document_sent", now, name=row.name, kind=kind)
        self._tell_sender(transaction, row, said, "sent", now, retract_choice(self.desk, row.source, now))

    def _noted(self, row: KeptAttachment, now: datetime) -> str:
        """Return what stands in the thread for the document."""
        return self._say("thread_document", now, name=row.name, caption=row.caption)

    # --- who is told

    def _tell_sender(
        self,
        transaction: Transaction,
        row: KeptAttachment,
        text: str,
        what: str,
        now: datetime,
        choices: tuple[Choice, ...] = (),
    ) -> None:
        about = about_thread(row.thread_id) if row.staff is not None and row.thread_id is not None else None
        reply = Reply(text, choices, about=about)
        tell(transaction, row.channel, row.recipient_id, reply, f"attachment:{row.id}:{what}", now)

    def _acknowledge(self, transaction: Transaction, row: KeptAttachment, place: _Place, now: datetime) -> None:
        """Tell the sender what is here, once for all that they sent together.

        Others of theirs that have not been tried yet are waited for; not those that their channel did not give.
        """
        beside = attachments.list_beside(transaction, row)
        received = [each for each in beside if each.is_here]
        if not received or any(not each.is_here and each.reason is None for each in beside):
            return
        attachments.mark_told(transaction, [each.id for each in received], now)
        if place.dossier is not None:
            reply = self._received(transaction, received, place.dossier.reference, now)
        else:
            holder = self.desk.holder_of(transaction, place.thread) if place.thread else None
            names = [each.name for each in received]
            reply = Reply(self._say("document_handed", now, names=names, staff=holder.name if holder else None))
        if reply is not None:
            key = f"attachment:{received[-1].id}:received"
            tell_person(transaction, row.channel, row.recipient_id, reply, key, now)

    def _received(
        self, transaction: Transaction, received: Sequence[KeptAttachment], reference: str, now: datetime
    ) -> Reply | None:
        """Return what is said of the documents of a dossier, with the question of the form that waits."""
        sender = received[-1]
        own = dossiers.list_of_recipients(transaction, [sender.recipient_id])[sender.recipient_id]
        mine = tuple(dossier for _, dossier in read_dossiers(transaction, own, self.desk.library))
        context = Context(now=now, dossiers=mine)
        dossier = context.dossier(reference)
        if dossier is None:
            return None  # handed to a colleague meanwhile
        incoming = Incoming(sender.channel, "", "", "", now)
        visit = Visit(_state_of(transaction, sender.recipient_id), incoming, self.desk.library, context)
        return acknowledge(visit, dossier, [as_document(each) for each in received])

    def _say(self, message: str, now: datetime, **values: Plain) -> str:
        return self.desk.library.say(message, now, **values)


def _state_of(transaction: Transaction, recipient_id: int) -> State:
    for conversation in conversations.lock_all_of(transaction, [recipient_id]):
        try:
            return State.model_validate_json(conversation.state) if conversation.state else State()
        except ValidationError:
            break  # set aside when they next write
    return State()
