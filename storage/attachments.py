"""Documents that were sent, wanted from their channel and then kept. Nothing is fetched, judged or said here.

A row that is wanted is claimed as the outbox's are: not taken again before its lease ends, so that who dies with one in
hand loses nothing. The bytes enter and leave already encrypted: a whole document takes long, and a transaction on
SQLite keeps everybody waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, bindparam, delete, func, insert, literal, select, type_coerce, update

from storage.engine.batches import batches
from storage.engine.database import Transaction
from storage.engine.encryption import KeyRing, as_token
from storage.engine.errors import WrongKey
from storage.engine.tables import AttachmentStatus, ThreadStatus, insert_new, table

_ATTACHMENTS = table("attachments")
_DOSSIERS = table("dossiers")
_THREADS = table("threads")
_CONTENTS = table("attachment_contents")
_COLUMNS = tuple(
    _ATTACHMENTS.c[name]
    for name in (
        *(
            "id",
            "recipient_id",
            "dossier_id",
            "thread_id",
            "staff",
            "staff_id",
            "source",
            "channel",
            "reference",
            "name",
            "media_type",
        ),
        *("size", "caption", "album", "status", "attempts", "created_at", "reason"),
    )
)

#: The longest that a document waits for another attempt, or for the end of a lease: one that is due later was written
#: by a clock that was wrong, and is due.
LONGEST_WAIT = timedelta(minutes=10)

_WANTED = _ATTACHMENTS.c.status == AttachmentStatus.WANTED.value


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to be fetched. It belongs to a dossier or to a thread."""

    key: str
    recipient_id: int
    channel: str
    reference: str
    name: str
    media_type: str
    size: int | None
    caption: str
    album: str | None = None
    dossier_id: int | None = None
    thread_id: int | None = None
    staff: str | None = None
    staff_id: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class KeptAttachment:
    """A document as its row tells it."""

    id: int
    recipient_id: int
    dossier_id: int | None
    thread_id: int | None
    #: Who of the staff sent it, as they were called then; None: the person.
    staff: str | None
    staff_id: int | None
    #: The message of the staff's group it came with.
    source: str | None
    channel: str
    reference: str
    name: str
    media_type: str
    size: int | None
    caption: str
    album: str | None
    status: str
    attempts: int
    created_at: datetime
    #: Why it was put off the last time; None: never.
    reason: str | None

    @property
    def is_here(self) -> bool:
        return self.status == AttachmentStatus.KEPT


def want(transaction: Transaction, wanted: Wanted, now: datetime) -> None:
    """Note a document that is to be fetched, at once. One whose key is already there changes nothing."""
    values = {name: getattr(wanted, name) for name in Wanted.__slots__}
    status = {"status": AttachmentStatus.WANTED.value, "attempts": 0, "created_at": now, "due_at": now}
    transaction.connection.execute(insert_new("attachments", transaction.dialect), {**values, **status})


_DUE = (
    select(_ATTACHMENTS.c.id)
    .where(
        _WANTED,
        _ATTACHMENTS.c.channel.in_(bindparam("channels", expanding=True)),
        (_ATTACHMENTS.c.due_at <= bindparam("now")) | (_ATTACHMENTS.c.due_at > bindparam("latest")),
    )
    .order_by(_ATTACHMENTS.c.due_at, _ATTACHMENTS.c.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)


def claim(
    transaction: Transaction, channels: Sequence[str], now: datetime, lease: timedelta, at_most: int
) -> Sequence[KeptAttachment]:
    """Take at most `at_most` documents that are due on `channels`, for the length of `lease`."""
    execute = transaction.connection.execute
    sought = {"channels": list(channels), "now": now, "latest": now + LONGEST_WAIT, "at_most": at_most}
    ids = execute(_DUE, sought).scalars().all()
    if not ids:
        return []
    columns = _ATTACHMENTS.c
    execute(update(_ATTACHMENTS).where(columns.id.in_(ids)).values(due_at=now + lease, attempts=columns.attempts + 1))
    return _list(transaction, columns.id.in_(ids))


def find(transaction: Transaction, attachment_id: int) -> KeptAttachment | None:
    """Return the document; nobody waits for it."""
    return next(iter(_list(transaction, _ATTACHMENTS.c.id == attachment_id)), None)


def lock(transaction: Transaction, attachment_id: int) -> KeptAttachment | None:
    """Return the document; others wait until the transaction ends."""
    wanted = select(*_COLUMNS).where(_ATTACHMENTS.c.id == attachment_id).with_for_update()
    row = transaction.connection.execute(wanted).first()
    return KeptAttachment(*row) if row else None


def seal(keys: KeyRing, content: bytes) -> bytes:
    """Return the bytes as `keep` takes them. It takes long: not to be done in a transaction."""
    return keys.encrypt(content).encode("ascii")


def unseal(keys: KeyRing, sealed: bytes) -> bytes:
    """Return the bytes that `read_sealed` gave, opened. It takes long. Errors: WrongKey."""
    try:
        return keys.decrypt(as_token(sealed))
    except WrongKey:
        keys.unreadable += 1
        raise


def keep(transaction: Transaction, attachment_id: int, sealed: bytes, size: int, now: datetime) -> None:
    """Keep the bytes, as `seal` gave them, of a document of `size` bytes."""
    values = {"attachment_id": attachment_id, "content": type_coerce(literal(sealed, LargeBinary), LargeBinary)}
    transaction.connection.execute(insert(_CONTENTS).values(values))
    _change(transaction, attachment_id, status=AttachmentStatus.KEPT.value, size=size, finished_at=now, reason=None)


def put_off(transaction: Transaction, attachment_id: int, until: datetime, reason: str) -> None:
    """Try again at `until`."""
    _change(transaction, attachment_id, due_at=until, reason=reason)


def give_up(transaction: Transaction, attachment_id: int, status: AttachmentStatus, reason: str, now: datetime) -> None:
    """Write down that it will never be here: REFUSED or LOST."""
    _change(transaction, attachment_id, status=status.value, finished_at=now, reason=reason)


def _change(transaction: Transaction, attachment_id: int, **values: Any) -> None:
    transaction.connection.execute(update(_ATTACHMENTS).where(_ATTACHMENTS.c.id == attachment_id).values(values))


def read_sealed(transaction: Transaction, attachment_id: int) -> tuple[KeptAttachment, bytes] | None:
    """Return a document that is here with its bytes, still encrypted; see `unseal`."""
    columns = (*_COLUMNS, type_coerce(_CONTENTS.c.content, LargeBinary))
    joined = select(*columns).join(_CONTENTS, _CONTENTS.c.attachment_id == _ATTACHMENTS.c.id)
    row = transaction.connection.execute(joined.where(_ATTACHMENTS.c.id == attachment_id)).first()
    return (KeptAttachment(*row[:-1]), row[-1]) if row else None


def list_of_dossiers(transaction: Transaction, dossier_ids: Sequence[int]) -> dict[int, list[KeptAttachment]]:
    """Return the documents of each dossier that are here or to come, the oldest first."""
    found: dict[int, list[KeptAttachment]] = {dossier_id: [] for dossier_id in dossier_ids}
    if not found:
        return found  # as for most messages: not even the statement is made
    live = _ATTACHMENTS.c.status.in_([AttachmentStatus.WANTED.value, AttachmentStatus.KEPT.value])
    for some in batches(dossier_ids):
        for each in _list(transaction, _ATTACHMENTS.c.dossier_id.in_(some), live):
            if each.dossier_id is not None:
                found[each.dossier_id].append(each)
    return found


def list_of_thread(transaction: Transaction, thread_id: int) -> list[KeptAttachment]:
    """Return the documents of a thread that are here or to come, the oldest first."""
    live = _ATTACHMENTS.c.status.in_([AttachmentStatus.WANTED.value, AttachmentStatus.KEPT.value])
    return _list(transaction, _ATTACHMENTS.c.thread_id == thread_id, live)


def tally(
    transaction: Transaction, recipient_id: int, dossier_statuses: Sequence[str]
) -> dict[int | None, tuple[int, int]]:
    """Return how many documents of a person are here or to come, and how many bytes they are, in dossiers of these
    statuses (under None) and in each thread that is not closed (under its id)."""
    columns = _ATTACHMENTS.c
    live = columns.status.in_([AttachmentStatus.WANTED.value, AttachmentStatus.KEPT.value])
    counts = (_THREADS.c.status != ThreadStatus.CLOSED.value) | _DOSSIERS.c.status.in_(dossier_statuses)
    wanted = (
        select(columns.thread_id, func.count(), func.sum(func.coalesce(columns.size, 0)))
        .outerjoin(_THREADS, _THREADS.c.id == columns.thread_id)
        .outerjoin(_DOSSIERS, _DOSSIERS.c.id == columns.dossier_id)
        .where(columns.recipient_id == recipient_id, columns.staff.is_(None), live, counts)
        .group_by(columns.thread_id)
    )
    return {thread: (count, int(size)) for thread, count, size in transaction.connection.execute(wanted)}


def list_beside(transaction: Transaction, attachment: KeptAttachment) -> Sequence[KeptAttachment]:
    """Return what the same sender sent for the same dossier or thread and is wanted, or here and not yet told."""
    columns = _ATTACHMENTS.c
    untold = (columns.status == AttachmentStatus.KEPT.value) & columns.told_at.is_(None)
    return _list(
        transaction,
        columns.recipient_id == attachment.recipient_id,
        columns.dossier_id.is_not_distinct_from(attachment.dossier_id),
        columns.thread_id.is_not_distinct_from(attachment.thread_id),
        _WANTED | untold,
    )


def mark_told(transaction: Transaction, attachment_ids: Sequence[int], now: datetime) -> None:
    """Write down that the sender knows that they are here."""
    transaction.connection.execute(
        update(_ATTACHMENTS).where(_ATTACHMENTS.c.id.in_(attachment_ids)).values(told_at=now)
    )


def list_of_sources(transaction: Transaction, group: int, source: str, album: str | None) -> Sequence[KeptAttachment]:
    """Return what the staff sent with this message, or in this album, of their group."""
    columns = _ATTACHMENTS.c
    together = columns.source == source
    if album is not None:
        together = together | ((columns.album == album) & columns.staff_id.is_not(None))
    return _list(transaction, columns.recipient_id == group, together)


def erase(transaction: Transaction, attachment_id: int) -> None:
    _erase(transaction, _ATTACHMENTS.c.id == attachment_id)


def erase_of_dossier(transaction: Transaction, dossier_id: int) -> None:
    _erase(transaction, _ATTACHMENTS.c.dossier_id == dossier_id)


def erase_of_thread(transaction: Transaction, thread_id: int) -> None:
    _erase(transaction, _ATTACHMENTS.c.thread_id == thread_id)


def erase_of_person(transaction: Transaction, recipient_id: int) -> None:
    """Erase what someone sent that belongs to no dossier, or is still on its way: nobody would be there to be told what
    became of it. What is in a dossier goes or stays with it."""
    loose = _ATTACHMENTS.c.dossier_id.is_(None) | _WANTED
    _erase(transaction, (_ATTACHMENTS.c.recipient_id == recipient_id) & loose)


def _erase(transaction: Transaction, which: ColumnElement[bool]) -> None:
    ids = select(_ATTACHMENTS.c.id).where(which)
    transaction.connection.execute(delete(_CONTENTS).where(_CONTENTS.c.attachment_id.in_(ids)))
    transaction.connection.execute(delete(_ATTACHMENTS).where(which))


def _list(transaction: Transaction, *which: ColumnElement[bool]) -> list[KeptAttachment]:
    rows = transaction.connection.execute(select(*_COLUMNS).where(*which).order_by(_ATTACHMENTS.c.id))
    return [KeptAttachment(*row) for row in rows]
