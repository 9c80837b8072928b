"""What came in: each message once, by its channel and the channel's own id of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from storage.engine.database import Transaction
from storage.engine.tables import InboxStatus, insert_new_returning_id, table

_INBOX = table("inbox")


@dataclass(frozen=True, slots=True)
class Message:
    """A message to record. The recipient is the one that a reply would go to."""

    channel: str
    update: str
    recipient_id: int
    text: str
    choice: str | None
    received_at: datetime
    #: The channel's id of the message that was written or changed, and what it holds, to be told from a changed one.
    message: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class FailedMessage:
    """A message whose handling raised."""

    channel: str
    update: str
    handled_at: datetime
    error: str


def record(transaction: Transaction, message: Message, now: datetime, error: str | None = None) -> bool:
    """Record the message as handled, or as failed with `error`. Return False if it was seen before: nothing changes."""
    values = {
        "channel": message.channel,
        "update_id": message.update,
        "recipient_id": message.recipient_id,
        "text": message.text,
        "choice": message.choice,
        "received_at": message.received_at,
        "handled_at": now,
        "status": InboxStatus.HANDLED if error is None else InboxStatus.FAILED,
        "error": error,
        "message": message.message,
        "content_hash": _hash(transaction, message),
    }
    return (
        transaction.connection.execute(insert_new_returning_id("inbox", transaction.dialect), values).first()
        is not None
    )


_LAST_HASH = (
    select(_INBOX.c.content_hash)
    .where(_INBOX.c.recipient_id == bindparam("recipient"), _INBOX.c.message == bindparam("written"))
    .order_by(_INBOX.c.id.desc())
    .limit(1)
)


def is_unchanged(transaction: Transaction, message: Message) -> bool:
    """Whether the message was last seen with the very content that it has now."""
    if message.message is None or message.content is None:
        return False
    sought = {"recipient": message.recipient_id, "written": message.message}
    last = transaction.connection.execute(_LAST_HASH, sought).scalar()
    return last is not None and last == _hash(transaction, message)


def _hash(transaction: Transaction, message: Message) -> bytes | None:
    return None if message.content is None else transaction.hash_address(message.channel, message.content)


def list_failed(transaction: Transaction, limit: int = 100) -> Sequence[FailedMessage]:
    """Return the latest messages whose handling raised, the latest first."""
    columns = _INBOX.c
    rows = transaction.connection.execute(
        select(columns.channel, columns.update_id, columns.handled_at, columns.error)
        .where(columns.status == InboxStatus.FAILED)
        .order_by(columns.id.desc())
        .limit(limit)
    )
    return [FailedMessage(*row) for row in rows]
