"""What came in: each message once, by its channel and the channel's own id of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Transaction
from storage.tables import InboxStatus, insert_new_returning_id, table

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
    }
    return (
        transaction.connection.execute(insert_new_returning_id("inbox", transaction.dialect), values).first()
        is not None
    )


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
