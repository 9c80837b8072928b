"""What is due to be looked at, because it may have been kept for long enough. How long that is, is not known here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select, update

from storage.dossiers import KeptDossier
from storage.engine.database import Transaction
from storage.engine.tables import OutboxStatus, ReminderStatus, table

_CONVERSATIONS = table("conversations")
_RECIPIENTS = table("recipients")
_DOSSIERS = table("dossiers")
_MEMBERS = table("dossier_members")
_THREADS = table("threads")
_REMINDERS = table("reminders")
_OUTBOX = table("outbox")


@dataclass(frozen=True, slots=True)
class DueConversation:
    recipient_id: int
    #: When the person last wrote, or was written to by the staff.
    touched_at: datetime
    has_dossiers: bool
    #: Something is still to leave for them.
    is_awaited: bool
    #: When the last reminder that they asked for is due; None: none is planned.
    reminded_until: datetime | None


@dataclass(frozen=True, slots=True)
class DueDossier:
    kept: KeptDossier
    updated_at: datetime
    #: How often those who fill it were warned, when last, and of which day.
    warnings: int
    warned_at: datetime | None
    erase_at: datetime | None


@dataclass(frozen=True, slots=True)
class Filler:
    """Someone who fills a dossier."""

    recipient_id: int
    channel: str
    active_at: datetime | None
    is_blocked: bool


_THREAD_ACTIVE = select(func.max(_THREADS.c.active_at)).where(_THREADS.c.recipient_id == _CONVERSATIONS.c.recipient_id)
_REMINDED_UNTIL = select(func.max(_REMINDERS.c.due_at)).where(
    _REMINDERS.c.recipient_id == _CONVERSATIONS.c.recipient_id,
    _REMINDERS.c.status == ReminderStatus.PLANNED.value,
)


def take_conversations(transaction: Transaction, now: datetime, at_most: int) -> Sequence[DueConversation]:
    """Return conversations that are to be looked at: ours until the end of the transaction."""
    columns = _CONVERSATIONS.c
    rows = transaction.connection.execute(
        select(
            columns.recipient_id,
            func.coalesce(columns.active_at, columns.updated_at).label("active_at"),
            _THREAD_ACTIVE.scalar_subquery().label("thread_active_at"),
            exists().where(_MEMBERS.c.recipient_id == columns.recipient_id).label("has_dossiers"),
            exists()
            .where(_OUTBOX.c.recipient_id == columns.recipient_id, _OUTBOX.c.status == OutboxStatus.PENDING.value)
            .label("is_awaited"),
            _REMINDED_UNTIL.scalar_subquery().label("reminded_until"),
        )
        .where(columns.review_at <= now)
        .order_by(columns.review_at)
        .limit(at_most)
        .with_for_update(skip_locked=True, of=_CONVERSATIONS)
    )
    return [
        DueConversation(
            row.recipient_id,
            max(each for each in (row.active_at, row.thread_active_at) if each is not None),
            row.has_dossiers,
            row.is_awaited,
            row.reminded_until,
        )
        for row in rows
    ]


def review_conversations(transaction: Transaction, recipient_ids: Sequence[int], at: datetime) -> None:
    """Look at conversations again at an instant."""
    here = _CONVERSATIONS.c.recipient_id.in_(recipient_ids)
    transaction.connection.execute(update(_CONVERSATIONS).where(here).values(review_at=at))


def take_dossiers(transaction: Transaction, now: datetime, at_most: int) -> Sequence[DueDossier]:
    """Return dossiers that are to be looked at: ours until the end of the transaction."""
    columns = _DOSSIERS.c
    kept = (columns.id, columns.reference, columns.revision, columns.content)
    rows = transaction.connection.execute(
        select(*kept, columns.updated_at, columns.warnings, columns.warned_at, columns.erase_at)
        .where(columns.review_at <= now)
        .order_by(columns.review_at)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    return [DueDossier(KeptDossier(*row[:4]), *row[4:]) for row in rows]


def list_fillers(transaction: Transaction, dossier_id: int) -> Sequence[Filler]:
    """Return who fills a dossier, the owner first."""
    rows = transaction.connection.execute(
        select(
            _MEMBERS.c.recipient_id,
            _RECIPIENTS.c.channel,
            _CONVERSATIONS.c.active_at,
            _RECIPIENTS.c.blocked_at.is_not(None),
        )
        .join(_RECIPIENTS, _RECIPIENTS.c.id == _MEMBERS.c.recipient_id)
        .outerjoin(_CONVERSATIONS, _CONVERSATIONS.c.recipient_id == _MEMBERS.c.recipient_id)
        .where(_MEMBERS.c.dossier_id == dossier_id)
        .order_by(_MEMBERS.c.is_owner.desc(), _MEMBERS.c.id)
    )
    return [Filler(*row) for row in rows]


def review_dossier(transaction: Transaction, dossier_id: int, at: datetime) -> None:
    """Look at a dossier again at an instant."""
    transaction.connection.execute(update(_DOSSIERS).where(_DOSSIERS.c.id == dossier_id).values(review_at=at))


def note_warning(
    transaction: Transaction, dossier_id: int, warnings: int, erase_at: datetime, review_at: datetime, now: datetime
) -> None:
    """Remember that those who fill a dossier were warned so many times, the last time of that day."""
    values = {"warnings": warnings, "warned_at": now, "erase_at": erase_at, "review_at": review_at}
    transaction.connection.execute(update(_DOSSIERS).where(_DOSSIERS.c.id == dossier_id).values(values))


def became_of(transaction: Transaction, about: str, key_start: str) -> set[OutboxStatus]:
    """Return what became of the messages about something whose key begins so."""
    here = (_OUTBOX.c.about == about, _OUTBOX.c.key.startswith(key_start, autoescape=True))
    wanted = select(_OUTBOX.c.status).where(*here).distinct()
    return {OutboxStatus(status) for status in transaction.connection.execute(wanted).scalars()}
