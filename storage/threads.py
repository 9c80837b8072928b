"""Threads between a person and the staff, and what was written in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, func, insert, select, update

from storage.engine.batches import batches
from storage.engine.database import Transaction
from storage.engine.marks import Mark, take_mark
from storage.engine.tables import OutboxStatus, ThreadStatus, table

_THREADS = table("threads")
_MESSAGES = table("thread_messages")
_RECIPIENTS = table("recipients")
_OUTBOX = table("outbox")
_PAGES = table("pages")
_COLUMNS = (
    _THREADS.c.id,
    _THREADS.c.recipient_id,
    _RECIPIENTS.c.channel,
    _THREADS.c.dossier_id,
    _THREADS.c.status,
    _THREADS.c.holder_id,
    _THREADS.c.active_at,
    _THREADS.c.opened_at,
)
_SAID = (
    *(_MESSAGES.c.staff, _MESSAGES.c.text, _MESSAGES.c.written_at, _MESSAGES.c.is_note, _MESSAGES.c.withdrawn_at),
    _MESSAGES.c.id,
)
_OPEN = _THREADS.c.status != ThreadStatus.CLOSED.value


#: A member of the staff who wrote something: the name they bore then, and their id; None: not known.
Author = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class KeptThread:
    id: int
    recipient_id: int
    #: The person's.
    channel: str
    dossier_id: int | None
    status: str
    #: The member of the staff who has it.
    holder_id: int | None
    active_at: datetime
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class KeptMessage:
    #: Who of the staff wrote it, as they were called then; None: the person.
    staff: str | None
    text: str
    written_at: datetime
    #: The staff's own: the person never sees it.
    is_note: bool = False
    #: When its author took it back.
    withdrawn_at: datetime | None = None
    #: Of what the staff wrote to a person: whether their page has shown it; None: their channel does not tell.
    is_seen: bool | None = None
    id: int = 0


_HELD = select(_THREADS.c.id, _THREADS.c.holder_id).where(
    _THREADS.c.recipient_id == bindparam("recipient"), _THREADS.c.status == ThreadStatus.HELD.value
)


def find_held(transaction: Transaction, recipient_id: int) -> tuple[int, int | None] | None:
    """Return the thread that a member of the staff holds with this person, and the member's id."""
    row = transaction.connection.execute(_HELD, {"recipient": recipient_id}).first()
    return (row.id, row.holder_id) if row else None


def find_latest(transaction: Transaction, recipient_id: int) -> int | None:
    """Return the person's latest thread: the open one, else the one that has just ended."""
    latest = (_OPEN.desc(), _THREADS.c.active_at.desc(), _THREADS.c.id.desc())
    wanted = select(_THREADS.c.id).where(_THREADS.c.recipient_id == recipient_id).order_by(*latest)
    found = transaction.connection.execute(wanted.limit(1)).scalar()
    return None if found is None else int(found)


def find_open(transaction: Transaction, recipient_id: int) -> KeptThread | None:
    """Return the person's thread that is not closed."""
    row = transaction.connection.execute(_select().where(_THREADS.c.recipient_id == recipient_id, _OPEN)).first()
    return KeptThread(*row) if row else None


def open_for(transaction: Transaction, recipient_id: int, dossier_id: int | None, now: datetime) -> int:
    """Return the person's open thread, begun if there is none."""
    found = transaction.connection.execute(
        select(_THREADS.c.id).where(_THREADS.c.recipient_id == recipient_id, _OPEN)
    ).scalar()
    if found is not None:
        return int(found)
    values = {
        "recipient_id": recipient_id,
        "dossier_id": dossier_id,
        "status": ThreadStatus.WAITING.value,
        "opened_at": now,
        "active_at": now,
    }
    made = transaction.connection.execute(insert(_THREADS).values(values).returning(_THREADS.c.id)).scalar_one()
    transaction.changes_thread(int(made))
    return int(made)


def lock(transaction: Transaction, thread_id: int) -> KeptThread | None:
    """Return the thread; others wait until the transaction ends."""
    wanted = _select().where(_THREADS.c.id == thread_id).with_for_update(of=_THREADS, key_share=True)
    row = transaction.connection.execute(wanted).first()
    return KeptThread(*row) if row else None


def find(transaction: Transaction, thread_id: int) -> KeptThread | None:
    """Return the thread; nobody waits for it."""
    row = transaction.connection.execute(_select().where(_THREADS.c.id == thread_id)).first()
    return KeptThread(*row) if row else None


def find_all(transaction: Transaction, ids: Sequence[int]) -> dict[int, KeptThread]:
    """`find`, for several: what is no more is missing."""
    found: dict[int, KeptThread] = {}
    for some in batches(ids):
        rows = transaction.connection.execute(_select().where(_THREADS.c.id.in_(some)))
        found |= {row.id: KeptThread(*row) for row in rows}
    return found


def list_open(transaction: Transaction) -> Sequence[KeptThread]:
    """Return the threads that are not closed, those that wait longest first."""
    rows = transaction.connection.execute(_select().where(_OPEN).order_by(_THREADS.c.active_at, _THREADS.c.id))
    return [KeptThread(*row) for row in rows]


def list_silent(
    transaction: Transaction, before: datetime, status: ThreadStatus = ThreadStatus.HELD
) -> Sequence[KeptThread]:
    """Return the threads of this status in which nothing was written since `before`, the longest silent first."""
    silent = (_THREADS.c.status == status.value, _THREADS.c.active_at < before)
    wanted = _select().where(*silent).order_by(_THREADS.c.active_at, _THREADS.c.id)
    return [KeptThread(*row) for row in transaction.connection.execute(wanted)]


def change(
    transaction: Transaction, thread_id: int, status: ThreadStatus, holder_id: int | None, now: datetime
) -> None:
    transaction.connection.execute(
        update(_THREADS)
        .where(_THREADS.c.id == thread_id)
        .values(status=status.value, holder_id=holder_id, active_at=now)
    )
    transaction.changes_thread(thread_id)


def write(
    transaction: Transaction,
    thread_id: int,
    author: Author | None,
    text: str,
    now: datetime,
    *,
    source: str | None = None,
    outbox_key: str | None = None,
) -> None:
    """Add a message of a member of the staff, or without `author` of the person; the rest as in `ThreadMessage`."""
    staff, staff_id = author or (None, None)
    values = {
        "thread_id": thread_id,
        "staff": staff,
        "staff_id": staff_id,
        "text": text,
        "written_at": now,
        "source": source,
        "outbox_key": outbox_key,
    }
    transaction.connection.execute(insert(_MESSAGES).values(values))
    transaction.connection.execute(update(_THREADS).where(_THREADS.c.id == thread_id).values(active_at=now))
    transaction.changes_thread(thread_id)


def note(transaction: Transaction, thread_id: int, author: Author, text: str, now: datetime) -> None:
    """Add an internal note: for the person, nothing was said."""
    staff, staff_id = author
    said = {"staff": staff, "staff_id": staff_id, "text": text}
    values = {"thread_id": thread_id, **said, "written_at": now, "is_note": True}
    transaction.connection.execute(insert(_MESSAGES).values(values))
    transaction.changes_thread(thread_id)


def pass_on(transaction: Transaction, thread_id: int, status: ThreadStatus, holder_id: int | None) -> None:
    """`change`, where nothing is said in it: since when it has been silent stays as it was."""
    values = {"status": status.value, "holder_id": holder_id}
    transaction.connection.execute(update(_THREADS).where(_THREADS.c.id == thread_id).values(values))
    transaction.changes_thread(thread_id)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a thread has come."""

    #: Whether anybody of the staff wrote to the person in it.
    is_answered: bool
    #: Whether the last word is the person's.
    is_awaited: bool
    #: Who of the staff wrote last; None: nobody, or before members had ids.
    last_author: int | None


def progress_of(transaction: Transaction, thread_id: int) -> Progress:
    columns = _MESSAGES.c
    said = (
        select(columns.staff.is_not(None).label("is_staff"), columns.staff_id)
        .where(columns.thread_id == thread_id, columns.is_note.is_(False))
        .order_by(columns.id.desc())
    )
    written = transaction.connection.execute(said).all()
    answers = [row for row in written if row.is_staff]
    is_awaited = not written or not written[0].is_staff
    return Progress(bool(answers), is_awaited, answers[0].staff_id if answers else None)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message of the staff's, and where what the person was sent of it is."""

    id: int
    text: str
    outbox_key: str
    staff_id: int | None = None
    thread_id: int = 0


def find_by_source(transaction: Transaction, source: str) -> SentMessage | None:
    """Return what was sent of a message of the staff's group; None if nothing was, or it was taken back."""
    columns = _MESSAGES.c
    wanted = select(columns.id, columns.text, columns.outbox_key, columns.staff_id, columns.thread_id).where(
        columns.source == source, columns.outbox_key.is_not(None), columns.withdrawn_at.is_(None)
    )
    row = transaction.connection.execute(wanted.order_by(columns.id.desc()).limit(1)).first()
    return SentMessage(*row) if row else None


def rewrite(transaction: Transaction, message_id: int, text: str) -> None:
    _change_message(transaction, message_id, text=text)


def first_question(transaction: Transaction, thread_id: int) -> str | None:
    """Return what the person wrote first; None: nothing yet."""
    said = (_MESSAGES.c.thread_id == thread_id, _MESSAGES.c.staff.is_(None))
    wanted = select(_MESSAGES.c.text).where(*said).order_by(_MESSAGES.c.id).limit(1)
    found: str | None = transaction.connection.execute(wanted).scalar()
    return found


def first_questions(transaction: Transaction, ids: Sequence[int]) -> dict[int, str]:
    """`first_question`, for several threads."""
    found: dict[int, str] = {}
    for some in batches(ids):
        said = (_MESSAGES.c.thread_id.in_(some), _MESSAGES.c.staff.is_(None))
        first = select(func.min(_MESSAGES.c.id)).where(*said).group_by(_MESSAGES.c.thread_id)
        wanted = select(_MESSAGES.c.thread_id, _MESSAGES.c.text).where(_MESSAGES.c.id.in_(first))
        found |= {row.thread_id: row.text for row in transaction.connection.execute(wanted)}
    return found


def mark_withdrawn(transaction: Transaction, message_id: int, now: datetime) -> None:
    _change_message(transaction, message_id, withdrawn_at=now)


def _change_message(transaction: Transaction, message_id: int, **values: Any) -> None:
    changed = update(_MESSAGES).where(_MESSAGES.c.id == message_id).values(values).returning(_MESSAGES.c.thread_id)
    for thread_id in transaction.connection.execute(changed).scalars().all():
        transaction.changes_thread(thread_id)


def list_ids(
    transaction: Transaction, *, of_recipient: int | None = None, of_dossier: int | None = None
) -> Sequence[int]:
    """Return the threads of a person, or those that began with a dossier."""
    which = _THREADS.c.recipient_id == of_recipient if of_dossier is None else _THREADS.c.dossier_id == of_dossier
    return transaction.connection.execute(select(_THREADS.c.id).where(which)).scalars().all()


def list_messages(transaction: Transaction, thread_id: int) -> Sequence[KeptMessage]:
    """Return what was written, the staff's notes among it, the oldest first."""
    rows = transaction.connection.execute(_MESSAGES_OF, {"thread": thread_id})
    return [KeptMessage(*row[:5], _is_seen(row), row.id) for row in rows]


#: What is said of a dossier is sent to all who fill it: the key of what the person of the thread was sent.
_OF_DOSSIER = _OUTBOX.alias("of_dossier")
_KEY_OF_DOSSIER = _MESSAGES.c.outbox_key + ":to:" + cast(_THREADS.c.recipient_id, Text)
_MESSAGES_OF = (
    select(
        *(_MESSAGES.c.staff, _MESSAGES.c.text, _MESSAGES.c.written_at, _MESSAGES.c.is_note, _MESSAGES.c.withdrawn_at),
        func.coalesce(_OUTBOX.c.status, _OF_DOSSIER.c.status).label("status"),
        func.coalesce(_OUTBOX.c.external_id, _OF_DOSSIER.c.external_id).label("external_id"),
        _PAGES.c.seen_number,
        _MESSAGES.c.id,
    )
    .join(_THREADS, _THREADS.c.id == _MESSAGES.c.thread_id)
    .outerjoin(_OUTBOX, _OUTBOX.c.key == _MESSAGES.c.outbox_key)
    .outerjoin(_OF_DOSSIER, _OF_DOSSIER.c.key == _KEY_OF_DOSSIER)
    .outerjoin(_PAGES, _PAGES.c.recipient_id == _THREADS.c.recipient_id)
    .where(_MESSAGES.c.thread_id == bindparam("thread"))
    .order_by(_MESSAGES.c.id)
)


def _is_seen(row: Any) -> bool | None:
    """On a page, what a message is known by is the number of its line."""
    if row.seen_number is None or row.status is None:
        return None
    if row.status == OutboxStatus.PENDING.value:
        return False
    return int(row.external_id) <= row.seen_number if (row.external_id or "").isdecimal() else None


def list_said_after(
    transaction: Transaction, recipient_id: int, mark: Mark, *, but_by: int, thread_id: int | None = None
) -> Sequence[KeptMessage]:
    """Return what was said to and by a person since a mark; the staff's notes are not.

    `but_by`: the member of the staff whose own words are left out; `thread_id`: None, in whatever thread.
    """
    said = (
        mark.passed_by(_MESSAGES.c.id),
        _MESSAGES.c.is_note.is_(False),
        _MESSAGES.c.staff_id.is_distinct_from(but_by),
        _THREADS.c.recipient_id == recipient_id,
        *((_THREADS.c.id == thread_id,) if thread_id is not None else ()),
    )
    wanted = select(*_SAID).join(_THREADS, _THREADS.c.id == _MESSAGES.c.thread_id).where(*said)
    rows = transaction.connection.execute(wanted.order_by(_MESSAGES.c.id))
    return [KeptMessage(*row[:5], id=row.id) for row in rows]


def mark_messages(transaction: Transaction) -> Mark:
    """Return how far all messages have come, of whomever."""
    return take_mark(transaction, _MESSAGES.c.id)


def list_written_after(transaction: Transaction, mark: Mark) -> Sequence[int]:
    """Return the threads in which something was written since a mark."""
    wanted = select(_MESSAGES.c.thread_id).where(mark.passed_by(_MESSAGES.c.id)).distinct()
    return list(transaction.connection.execute(wanted).scalars())


def _select() -> Select[Any]:
    return select(*_COLUMNS).join(_RECIPIENTS, _RECIPIENTS.c.id == _THREADS.c.recipient_id)
