"""What a turn is given beside the message and the state: the person's dossiers, threads, reminders and requests."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.conversation.reading.codes import make_code, make_reference, read_code
from bot.conversation.talk.context import Access, AccessKind, Context, Dialogue, Fresh
from bot.conversation.talk.messages import Incoming
from bot.conversation.talk.quotas import Tally
from bot.conversation.values.deadline_plan import PlannedReminder
from bot.conversation.values.member import NOBODY
from bot.conversation.values.moves import Status
from bot.conversation.values.press_request import SentPressRequest
from bot.services.attachments import with_documents
from bot.services.dossiers import read_dossier, read_dossiers, read_events
from bot.services.staff import read_members
from storage import access_codes, attachments, dossiers, press_requests, reminders, threads
from storage.conversations import LockedConversation
from storage.dossiers import KeptDossier
from storage.engine.database import Transaction
from storage.engine.tables import ThreadStatus

#: Picks one of the signs it is given, by chance.
Draw = Callable[[str], str]


def gather(
    transaction: Transaction, incoming: Incoming, conversation: LockedConversation, now: datetime, draw: Draw
) -> Context:
    """Return the context of a turn; the dossiers in it are locked until the transaction ends."""
    recipient_id = conversation.recipient_id
    concerned = dossiers.is_concerned(transaction, recipient_id)
    kept = dossiers.lock_of_recipient(transaction, recipient_id) if concerned.has_dossiers else ()
    events = dossiers.list_events(transaction, [each.id for each in kept]) if kept else {}
    read = read_dossiers(transaction, kept, None) if kept else []
    last = threads.find_latest(transaction, recipient_id) if concerned.has_threads else None
    dialogues = _dialogue(transaction, last) if last is not None else {}
    dialogue = dialogues.get(ThreadStatus.HELD.value)
    return Context(
        now=now,
        fresh=Fresh(make_reference(draw), make_code(draw)),
        dossiers=tuple(dossier for _, dossier in read),
        unreadable=frozenset(each.reference for each in kept) - {each.reference for each, _ in read},
        owned=frozenset(each.reference for each, _ in read if each.is_owner),
        histories={each.reference: read_events(events[each.id]) for each, _ in read},
        access=_access(transaction, incoming.text, kept, now),
        dialogue=dialogue,
        waiting=dialogues.get(ThreadStatus.WAITING.value),
        ended=dialogues.get(ThreadStatus.CLOSED.value),
        reminders=list_reminders(transaction, recipient_id) if concerned.has_reminders else (),
        is_banned=conversation.is_banned,
        press_requests=list_press_requests(transaction, recipient_id) if concerned.has_press_requests else (),
        tally=_tally(transaction, recipient_id, dialogue.thread if dialogue else None)
        if incoming.attachments
        else Tally(),
    )


def _tally(transaction: Transaction, recipient_id: int, thread: int | None) -> Tally:
    """Count what the person has sent: exact, since their conversation is locked until the turn is kept."""
    not_sent = [Status.DRAFT.value, Status.WITHDRAWN.value]
    of_thread = attachments.tally(transaction, recipient_id, not_sent)
    return Tally(
        sum(count for count, _ in of_thread.values()),
        sum(size for _, size in of_thread.values()),
        of_thread.get(thread, (0, 0))[0] if thread is not None else 0,
    )


def _dialogue(transaction: Transaction, thread_id: int) -> dict[str, Dialogue]:
    """Return the person's last thread, by its status."""
    thread = threads.find(transaction, thread_id)
    if thread is None:
        return {}
    progress = threads.progress_of(transaction, thread_id)
    holder = read_members(transaction).get(thread.holder_id or progress.last_author or 0, NOBODY)
    return {thread.status: Dialogue(thread_id, holder, progress.is_answered)}


def list_reminders(transaction: Transaction, recipient_id: int) -> tuple[PlannedReminder, ...]:
    planned = reminders.list_planned(transaction, recipient_id)
    return tuple(PlannedReminder(each.wave, each.closes_on, each.days_before, each.due_at) for each in planned)


def list_press_requests(transaction: Transaction, recipient_id: int) -> tuple[SentPressRequest, ...]:
    kept = press_requests.list_of_recipient(transaction, recipient_id)
    return tuple(SentPressRequest(each.reference, each.status, each.sent_at) for each in kept)


def _access(transaction: Transaction, text: str, own: Sequence[KeptDossier], now: datetime) -> Access | None:
    code = read_code(text)
    found = access_codes.find(transaction, code, now) if code else None
    if code is None or found is None:
        return None
    kept = dossiers.lock_by_id(transaction, found.dossier_id)
    # Looked up again: while we waited for the dossier, somebody else may have used the code.
    found = access_codes.find(transaction, code, now)
    dossier = read_dossier(kept, None) if kept else None
    if found is None or kept is None or dossier is None:
        return None
    mine = next((each for each in own if each.id == found.dossier_id), None)
    kind = AccessKind(found.kind)
    has_it = mine is not None and (mine.is_owner or kind is AccessKind.INVITE)
    return Access(kind, with_documents(transaction, kept, dossier), is_member=bool(has_it))
