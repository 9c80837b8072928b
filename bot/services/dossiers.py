"""Between the turn and the storage: what a turn is given of dossiers and exchanges, and how its effects are kept."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from bot.conversation.form.answer_words import in_words_of_now
from bot.conversation.reading.codes import make_code, make_reference, read_code
from bot.conversation.talk.context import Access, AccessKind, Context, Dialogue, Fresh
from bot.conversation.talk.effects import (
    DeleteDossier,
    EndDialogue,
    EraseDocument,
    FetchAttachment,
    OfferAccess,
    ReopenDialogue,
    SaveDossier,
    TellDesks,
    TellOthers,
    UseAccess,
    WriteToThread,
)
from bot.conversation.talk.messages import Incoming, Reply
from bot.conversation.talk.quotas import Tally
from bot.conversation.talk.state import OfferedChoice, State
from bot.conversation.values.deadline_plan import PlannedReminder
from bot.conversation.values.dossier import DatedEvent, Dossier, Event, EventKind
from bot.conversation.values.member import NOBODY
from bot.conversation.values.moves import Status
from bot.conversation.values.press_request import SentPressRequest
from bot.services.attachments import read_documents, want, with_documents
from bot.services.staff import read_members, with_holders
from knowledge.library import Library
from storage import (
    access_codes,
    attachments,
    conversations,
    dossiers,
    erasure,
    outbox,
    press_requests,
    recipients,
    reminders,
    threads,
)
from storage.conversations import LockedConversation
from storage.dossiers import KeptDossier, KeptEvent
from storage.engine.database import Transaction
from storage.engine.encryption import is_unreadable
from storage.engine.errors import worded
from storage.engine.tables import PressStatus, ThreadStatus
from storage.outbox import Departure

_log = logging.getLogger(__name__)

#: How long a one-time code can be used.
CODE_LIFE = timedelta(days=7)

#: Picks one of the signs it is given, by chance.
Draw = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class DeskAddress:
    """Where the staff are told: a group on a channel, a mailbox."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an effect comes from."""

    recipient_id: int
    #: Says for ever which effect of which message this is.
    key: str
    now: datetime
    desks: Sequence[DeskAddress] = ()
    #: Where requests to the press are told; none: at `desks`.
    press_desks: Sequence[DeskAddress] = ()
    #: That of the recipient.
    channel: str = ""


# --- what a turn is given


def gather(
    transaction: Transaction, incoming: Incoming, conversation: LockedConversation, now: datetime, draw: Draw
) -> Context:
    """Return the context of a turn; the dossiers in it are locked until the transaction ends."""
    recipient_id = conversation.recipient_id
    concerned = dossiers.is_concerned(transaction, recipient_id)
    kept = dossiers.lock_of_recipient(transaction, recipient_id) if concerned.has_dossiers else ()
    events = dossiers.list_events(transaction, [each.id for each in kept])
    read = read_dossiers(transaction, kept, None)
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
    """Return the person's last exchange, by its status."""
    thread = threads.find(transaction, thread_id)
    if thread is None:
        return {}
    standing = threads.standing_of(transaction, thread_id)
    holder = read_members(transaction).get(thread.holder_id or standing.last_author or 0, NOBODY)
    return {thread.status: Dialogue(thread_id, holder, standing.is_answered)}


def list_reminders(transaction: Transaction, recipient_id: int) -> tuple[PlannedReminder, ...]:
    planned = reminders.list_planned(transaction, recipient_id)
    return tuple(PlannedReminder(each.wave, each.closes_on, each.days_before, each.due_at) for each in planned)


def list_press_requests(transaction: Transaction, recipient_id: int) -> tuple[SentPressRequest, ...]:
    kept = press_requests.list_of_recipient(transaction, recipient_id)
    return tuple(SentPressRequest(each.reference, each.status, each.sent_at) for each in kept)


def read_dossier(kept: KeptDossier, library: Library | None) -> Dossier | None:
    """Return the dossier, in the words of `library`; without one, as it was kept: the turn words what it is given.

    None for one that this version cannot read: it stays as it lies, and blocks nobody.
    """
    try:
        dossier = Dossier.model_validate_json(kept.content)
    except ValidationError:
        _log.error("action=dossier_unreadable dossier=%d", kept.id)
        return None
    dossier = dossier.model_copy(update={"revision": kept.revision})
    return in_words_of_now(dossier, library) if library else dossier


def read_dossiers(
    transaction: Transaction, kept: Sequence[KeptDossier], library: Library | None
) -> list[tuple[KeptDossier, Dossier]]:
    """Return those that can be read, worded as by `read_dossier`, with their documents and holders as called now."""
    documents = read_documents(transaction, kept)
    read = [(each, dossier) for each in kept if (dossier := read_dossier(each, library)) is not None]
    named = with_holders(transaction, [dossier for _, dossier in read])
    return [
        (each, dossier.model_copy(update={"documents": documents[each.id]}))
        for (each, _), dossier in zip(read, named, strict=True)
    ]


def read_events(kept: Sequence[KeptEvent]) -> tuple[DatedEvent, ...]:
    return tuple(DatedEvent(_read_event(each.content), each.happened_at) for each in kept)


def _read_event(content: Any) -> Event:
    if is_unreadable(content):  # as a note: only the staff are shown that there was something
        return Event(EventKind.NOTE, new=worded("unreadable-value"))
    return Event(**{**content, "kind": EventKind(content["kind"])})


def write_event(event: Event) -> dict[str, Any]:
    """Return an event as JSON, without what it does not say."""
    return {name: value for name, value in asdict(event).items() if value is not None}


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


# --- how its effects are kept


def save_dossier(transaction: Transaction, effect: SaveDossier, source: Source) -> None:
    keep_dossier(transaction, effect.dossier, effect.events, source.recipient_id, source.now)


def keep_dossier(
    transaction: Transaction, dossier: Dossier, events: Sequence[Event], recipient_id: int | None, now: datetime
) -> None:
    """Save a dossier and what happened to it. A new one is owned by the recipient. Errors: SavedMeanwhile."""
    status, content = dossier.status.value, dossier.model_dump_json()
    if dossier.revision:
        kept = dossiers.save(transaction, dossier.reference, dossier.revision, status, content, now)
    else:
        kept = dossiers.add(transaction, dossier.reference, status, content, recipient_id, now)
    dossiers.add_events(transaction, kept.id, [write_event(event) for event in events], recipient_id, now)


def delete_dossier(transaction: Transaction, effect: DeleteDossier, _: Source) -> None:
    kept = dossiers.lock(transaction, effect.reference)
    if kept is not None:
        erasure.erase_dossier(transaction, kept.id, about_dossier(kept.reference))


def fetch_attachment(transaction: Transaction, effect: FetchAttachment, source: Source) -> None:
    kept = dossiers.lock(transaction, effect.reference) if effect.reference else None
    if kept is None and effect.thread is None:
        return  # erased in this very turn
    sender = (source.channel, source.recipient_id)
    dossier_id = kept.id if kept else None
    attachment, caption = effect.attachment, effect.caption
    want(
        transaction, attachment, caption, source.key, sender, source.now, dossier_id=dossier_id, thread_id=effect.thread
    )


def erase_document(transaction: Transaction, effect: EraseDocument, _: Source) -> None:
    attachments.erase(transaction, effect.document)


def about_dossier(reference: str) -> str:
    return f"dossier:{reference}"


def about_thread(thread: int | str) -> str:
    return f"thread:{thread}"


def tell_desks(transaction: Transaction, effect: TellDesks, source: Source) -> None:
    about = about_dossier(effect.reference) if effect.reference else None
    if about is None:
        thread = effect.thread or threads.find_latest(transaction, source.recipient_id)
        about = about_thread(thread) if thread is not None else None
    desks = source.desks
    if effect.thread is not None:
        desks = desks_of_thread(transaction, effect.thread, source.desks, source.press_desks)
    tell_all_desks(transaction, desks, effect.reply, source.key, source.now, about)


def desks_of_thread(
    transaction: Transaction, thread: int, desks: Sequence[DeskAddress], press_desks: Sequence[DeskAddress]
) -> Sequence[DeskAddress]:
    """Return where an exchange is told: a journalist's at the press desks, where there are some."""
    if not press_desks:
        return desks
    matter = press_requests.matter_of(transaction, thread)
    told = (*(press_desks if matter.is_press else ()), *(desks if matter.is_team else ()))
    return tuple(dict.fromkeys(told))


def tell_all_desks(
    transaction: Transaction,
    desks: Sequence[DeskAddress],
    reply: Reply,
    key: str,
    now: datetime,
    about: str | None = None,
) -> None:
    """Put the message for each desk in the outbox. One about nothing could not be erased with that: it is not kept."""
    reply = replace(reply, about=about, with_verbs=about is not None, is_fleeting=about is None)
    for rank, desk in enumerate(desks):
        recipient_id = recipients.register(transaction, desk.channel, desk.address, now)
        tell(transaction, desk.channel, recipient_id, reply, f"{key}:desk:{rank}", now)


def tell_others(transaction: Transaction, effect: TellOthers, source: Source) -> None:
    kept = dossiers.lock(transaction, effect.reference)
    for member in dossiers.list_members(transaction, kept.id) if kept else ():
        if member.recipient_id != source.recipient_id:
            key = f"{source.key}:to:{member.recipient_id}"
            about = about_dossier(effect.reference)
            told = ForPerson(member.channel, member.recipient_id, effect.reply, key, about)
            tell_people(transaction, [told], source.now)


def tell(transaction: Transaction, channel: str, recipient_id: int, reply: Reply, key: str, now: datetime) -> None:
    outbox.put(transaction, [departure(key, channel, recipient_id, reply, reply.about)], now)


def departure(key: str, channel: str, recipient_id: int, reply: Reply, about: str | None = None) -> Departure:
    """Return what the outbox takes. `about`: what it is erased with, when it is not erased with its recipient."""
    return Departure(key, channel, recipient_id, reply.as_json(), about, reply.is_fleeting, reply.is_urgent)


def tell_person(
    transaction: Transaction, channel: str, recipient_id: int, reply: Reply, key: str, now: datetime
) -> None:
    """Tell someone who converses with the assistant: a number they type next picks among the choices of `reply`."""
    tell_people(transaction, [ForPerson(channel, recipient_id, reply, key)], now)


@dataclass(frozen=True, slots=True)
class ForPerson:
    """What somebody is told without having written just before."""

    channel: str
    recipient_id: int
    reply: Reply
    key: str
    about: str | None = None


def tell_people(transaction: Transaction, told: Sequence[ForPerson], now: datetime) -> None:
    """`tell_person`, for many: each statement is made once for all of them."""
    departures = [departure(each.key, each.channel, each.recipient_id, each.reply, each.about) for each in told]
    outbox.put(transaction, departures, now)
    offered = {each.recipient_id: each.reply.choices for each in told if each.reply.choices}
    changed = {}
    for conversation in conversations.lock_all_of(transaction, sorted(offered)):
        try:
            state = State.model_validate_json(conversation.state) if conversation.state else None
        except ValidationError:
            continue  # set aside when they next write
        if state is not None:
            choices = tuple(OfferedChoice.of(choice) for choice in offered[conversation.recipient_id])
            changed[conversation.recipient_id] = state.model_copy(update={"offered": choices}).model_dump_json()
    conversations.save_all(transaction, changed, now)


def offer_access(transaction: Transaction, effect: OfferAccess, source: Source) -> None:
    kept = dossiers.lock(transaction, effect.reference)
    if kept is not None:
        access_codes.offer(transaction, kept.id, effect.kind.value, effect.code, source.now + CODE_LIFE)


def use_access(transaction: Transaction, effect: UseAccess, source: Source) -> None:
    kept = dossiers.lock(transaction, effect.reference)
    if kept is None or not access_codes.use(transaction, kept.id, effect.kind.value):
        return
    if effect.kind is AccessKind.TRANSFER:
        dossiers.replace_owner(transaction, kept.id, source.recipient_id, source.now)
    else:
        dossiers.add_member(transaction, kept.id, source.recipient_id, source.now)
    dossiers.add_events(transaction, kept.id, [write_event(effect.event)], source.recipient_id, source.now)


def write_to_thread(transaction: Transaction, effect: WriteToThread, source: Source) -> None:
    threads.write(transaction, effect.thread, None, effect.text, source.now)


def end_dialogue(transaction: Transaction, effect: EndDialogue, source: Source) -> None:
    if effect.stands:
        threads.pass_on(transaction, effect.thread, ThreadStatus.WAITING, None)
    elif end_exchange(transaction, effect.thread, source.now):
        desks, about = source.press_desks or source.desks, about_thread(effect.thread)
        tell_all_desks(transaction, desks, effect.request_waits, source.key, source.now, about)


def reopen_dialogue(transaction: Transaction, effect: ReopenDialogue, source: Source) -> None:
    thread = threads.lock(transaction, effect.thread)
    is_theirs = thread is not None and thread.recipient_id == source.recipient_id
    if not is_theirs or threads.find_open(transaction, source.recipient_id) is not None:
        return
    author = threads.standing_of(transaction, effect.thread).last_author
    status = ThreadStatus.WAITING if author is None else ThreadStatus.HELD
    threads.change(transaction, effect.thread, status, author, source.now)


def end_exchange(transaction: Transaction, thread: int, now: datetime) -> bool:
    """Give the person back to the assistant. Return whether a press request still waits: the exchange is then open."""
    press_requests.change(transaction, thread, [PressStatus.ANSWERED], PressStatus.CLOSED, now)
    waits = press_requests.is_waiting(transaction, thread)
    threads.change(transaction, thread, ThreadStatus.WAITING if waits else ThreadStatus.CLOSED, None, now)
    return waits
