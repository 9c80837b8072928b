"""Between the rules of retention and the storage: what was kept for long enough is warned of, then erased."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pydantic import ValidationError

from bot.conversation.privacy.retention import (
    Erase,
    Retained,
    Wait,
    Warn,
    expired,
    expired_for_desk,
    months_of,
    next_step,
    term_of,
    warning,
    zone_of,
)
from bot.conversation.talk.effects import ErasePerson
from bot.conversation.talk.state import State
from bot.conversation.values.about import about_dossier, about_thread
from bot.conversation.values.dossier import Dossier
from bot.desk.desk import Desk
from bot.services.dossiers import read_dossier
from bot.services.personal_data import erase_person
from bot.services.source import Source
from bot.services.telling import ForPerson, tell_all_desks, tell_people
from knowledge.library import Library
from storage import conversations, erasure, recipients, retention, said_once
from storage.engine.database import Transaction
from storage.engine.tables import OutboxStatus
from storage.retention import DueConversation, DueDossier, Filler

_log = logging.getLogger(__name__)

#: Conversations or dossiers looked at in one transaction: on SQLite, everybody else waits for its end.
AT_ONCE = 50
#: When to look again at what cannot be erased yet: a warning has not left, a reminder is planned, a dossier remains.
LATER, MUCH_LATER = timedelta(days=1), timedelta(days=30)


def expire_dossiers(desk: Desk, transaction: Transaction, now: datetime) -> bool:
    """Warn of dossiers that are going to be erased, and erase those whose time has come. Return whether more are due.

    What is due is found by an index: what is not costs nothing.
    """
    due = retention.take_dossiers(transaction, now, AT_ONCE)
    for each in due:
        fillers = retention.list_fillers(transaction, each.kept.id)
        dossier = read_dossier(each.kept, desk.library)
        if dossier is None:  # one that this version cannot read: it may be newer
            retention.review_dossier(transaction, each.kept.id, now + MUCH_LATER)
        else:
            _look_at(desk, transaction, each, dossier, fillers, now)
    return bool(due)


def _look_at(
    desk: Desk, transaction: Transaction, due: DueDossier, dossier: Dossier, fillers: Sequence[Filler], now: datetime
) -> None:
    library, dossier_id = desk.library, due.kept.id
    touched_at = max([due.updated_at, *(each.active_at for each in fillers if each.active_at)])
    retained = Retained(touched_at, months_of(dossier, library), due.warnings, due.warned_at, due.erase_at)
    reachable = [each for each in fillers if not each.is_blocked]
    zone, facts = zone_of(dossier, library), library.call.facts
    match next_step(retained, now, zone, facts, can_warn=bool(reachable)):
        case Wait(until):
            retention.review_dossier(transaction, dossier_id, until)
        case Warn() as warn:
            _warn(library, transaction, due, dossier, reachable, warn, now)
        case Erase() if reachable and (again_at := _unheard(transaction, due, now)):
            retention.review_dossier(transaction, dossier_id, again_at)
        case Erase():
            _erase(desk, transaction, due, dossier, fillers, now)


def _warn(
    library: Library,
    transaction: Transaction,
    due: DueDossier,
    dossier: Dossier,
    reachable: Sequence[Filler],
    warn: Warn,
    now: datetime,
) -> None:
    reply, about = warning(dossier, warn, library, now), about_dossier(dossier.reference)
    start = _key(due.kept.id, warn.erase_at)
    told = [
        ForPerson(each.channel, each.recipient_id, reply, f"{start}{warn.rank}:{each.recipient_id}", about)
        for each in reachable
    ]
    tell_people(transaction, told, now)
    retention.note_warning(transaction, due.kept.id, warn.rank, warn.erase_at, warn.review_at, now)


def _key(dossier_id: int, erase_at: datetime) -> str:
    return f"expiry:{dossier_id}:{erase_at.date()}:"


def _unheard(transaction: Transaction, due: DueDossier, now: datetime) -> datetime | None:
    """Return when to look again if the last warning has not reached anybody, None if it has.

    One that was given up is given anew, with its whole notice.
    """
    assert due.erase_at is not None
    became = retention.became_of(transaction, about_dossier(due.kept.reference), _key(due.kept.id, due.erase_at))
    if OutboxStatus.SENT in became or became == {OutboxStatus.REFUSED}:
        return None
    if OutboxStatus.PENDING in became:
        return now + LATER
    retention.note_warning(transaction, due.kept.id, 0, due.erase_at, now, now)
    return now


def _erase(
    desk: Desk, transaction: Transaction, due: DueDossier, dossier: Dossier, fillers: Sequence[Filler], now: datetime
) -> None:
    library, key = desk.library, f"expiry:{due.kept.id}:erased"
    erasure.erase_dossier(transaction, due.kept.id, about_dossier(dossier.reference))
    reply = expired(dossier, library, now)
    told = [
        ForPerson(each.channel, each.recipient_id, reply, f"{key}:{each.recipient_id}")
        for each in fillers
        if not each.is_blocked
    ]
    tell_people(transaction, told, now)
    if (for_desk := expired_for_desk(dossier, library, now)) is not None:
        tell_all_desks(transaction, desk.addresses, for_desk, key, now)
    retention.review_conversations(transaction, [each.recipient_id for each in fillers], now)
    _log.warning("action=dossier_expired dossier=%d", due.kept.id)


def expire_conversations(library: Callable[[], Library], transaction: Transaction, now: datetime) -> bool:
    """Erase, without a word, who only asked questions and has been silent for long enough; of who has a dossier or
    waits for a reminder, only the old messages. Return whether more are due."""
    due = retention.take_conversations(transaction, now, AT_ONCE)
    months = library().call.privacy.retention.questions_months
    for each in due:
        term = term_of(each.touched_at, months)
        if now < term:
            retention.review_conversations(transaction, [each.recipient_id], term)
        elif each.has_dossiers or each.reminded_until is not None:
            _thin(transaction, each, term_of(now, -months), now)
        elif each.is_awaited:  # they are being told of what was erased
            retention.review_conversations(transaction, [each.recipient_id], now + LATER)
        else:
            erase_person(transaction, ErasePerson(()), Source(each.recipient_id, "expiry", now))
            recipients.forget_if_unused(transaction, each.recipient_id)
            _log.warning("action=conversation_expired recipient=%d", each.recipient_id)
    erasure.forget_seen(transaction, now)
    return bool(due)


def expire_notices(library: Callable[[], Library], transaction: Transaction, now: datetime) -> None:
    """Erase, once a day, what the staff were told long ago and goes with no dossier and no thread: as old as what who
    only asked questions was told."""
    if said_once.claim(transaction, "notices expired", now.date().isoformat(), now):
        erasure.erase_told_desks(transaction, term_of(now, -library().call.privacy.retention.questions_months))


def _thin(transaction: Transaction, due: DueConversation, until: datetime, now: datetime) -> None:
    """Erase the messages of someone who has something left to keep, and the question they had in hand."""
    old = erasure.erase_messages(transaction, due.recipient_id, until)
    erasure.erase_told(transaction, [about_thread(thread) for thread in old])
    erasure.erase_threads(transaction, old)
    for conversation in conversations.lock_all_of(transaction, [due.recipient_id]):
        try:
            state = State.model_validate_json(conversation.state) if conversation.state else None
        except ValidationError:
            continue  # set aside when they next write
        if state is not None and (state.unanswered or state.guesses):
            asked_nothing = state.model_copy(update={"unanswered": None, "guesses": ()})
            conversations.save_all(transaction, {due.recipient_id: asked_nothing.model_dump_json()}, now)
    again_at = max(now + MUCH_LATER, due.reminded_until or now)
    retention.review_conversations(transaction, [due.recipient_id], again_at)
