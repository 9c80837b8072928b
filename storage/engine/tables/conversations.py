"""People, what they write, what they are told, and what is said once."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.encryption import EncryptedJson, EncryptedText
from storage.engine.tables.base import IDS_ONCE, Identifier, Kept


class Recipient(Kept, table=True):
    """Someone on a channel: a person, a group, a mailbox. Its rows in the outbox leave in order: it is their lane."""

    __tablename__ = "recipients"
    __table_args__ = (UniqueConstraint("channel", "address_hash"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    channel: str
    #: Keyed hash of channel and address, to find the row again; the address itself is personal.
    address_hash: bytes = Field(sa_type=LargeBinary)
    address: str = Field(sa_type=EncryptedText)
    created_at: datetime
    #: Since when the channel says that this recipient wants nothing from us; None: not blocked.
    blocked_at: datetime | None = None
    blocked_reason: str | None = None
    #: Since when the staff do not let them write any more; None: they may. Outlives an erasure, the address does not.
    banned_at: datetime | None = None


_IS_REFUSED = text("refused_at IS NOT NULL")


class Conversation(Kept, table=True):
    """What is remembered of one conversation between two messages; its row is locked while a turn runs."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_review", "review_at"),
        Index("ix_conversations_refused", "refused_at", sqlite_where=_IS_REFUSED, postgresql_where=_IS_REFUSED),
    )

    recipient_id: int = Field(primary_key=True, foreign_key="recipients.id", sa_type=Identifier)
    #: The state as versioned JSON.
    state: str = Field(sa_type=EncryptedText)
    updated_at: datetime
    #: The token of the last state that could not be read, kept for whoever mends it.
    unreadable_state: str | None = Field(default=None, sa_type=EncryptedText)
    #: When the person last wrote; `updated_at` moves also when they are written to.
    active_at: datetime | None = None
    #: When to look whether it was kept for long enough: never later than that, and not moved at each message.
    review_at: datetime | None = None
    #: When what the person sent was last left unread for being too much; None: nothing of it is left to be told.
    refused_at: datetime | None = None


class InboxStatus(StrEnum):
    HANDLED = "handled"
    FAILED = "failed"


_HAS_MESSAGE = text("message IS NOT NULL")


class Inbox(Kept, table=True):
    """Every message that was taken in, once."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index(None, "recipient_id"),
        Index("ix_inbox_message", "recipient_id", "message", sqlite_where=_HAS_MESSAGE, postgresql_where=_HAS_MESSAGE),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    channel: str
    #: The channel's own id of the update.
    update_id: str
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    text: str = Field(sa_type=EncryptedText)
    choice: str | None = Field(default=None, sa_type=EncryptedText)
    received_at: datetime
    handled_at: datetime
    status: str = Field(sa_type=String)
    #: What failed and where in the code, never what was written.
    error: str | None = Field(default=None, sa_type=Text)
    #: The channel's id of the message that was written or changed, and a keyed hash of what it then held.
    message: str | None = None
    content_hash: bytes | None = Field(default=None, sa_type=LargeBinary)


class OutboxStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    #: The channel said no, for good.
    REFUSED = "refused"
    #: Given up after too long.
    ABANDONED = "abandoned"
    #: Not sent, on purpose: told in another message, taken back, or who wrote it was banned meanwhile.
    WITHDRAWN = "withdrawn"


_STILL_PENDING = text("status = 'pending'")


_IS_URGENT = text("status = 'pending' AND is_urgent")


_IS_IN_HAND = text("status = 'pending' AND taken_until IS NOT NULL")


_IS_ABOUT = text("about IS NOT NULL")


#: In these very words also where they are looked for: SQLite then knows that the index holds them all.
IS_LOST = text("status IN ('refused', 'abandoned')")


class Outbox(Kept, table=True):
    """Every message that is to leave, or left, with what became of it."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        # Partial: what has left, nearly every row, costs nothing to the search for what is to leave.
        Index("ix_outbox_due", "channel", "due_at", sqlite_where=_STILL_PENDING, postgresql_where=_STILL_PENDING),
        Index("ix_outbox_lane", "recipient_id", "id", sqlite_where=_STILL_PENDING, postgresql_where=_STILL_PENDING),
        Index("ix_outbox_urgent", "recipient_id", "id", sqlite_where=_IS_URGENT, postgresql_where=_IS_URGENT),
        Index("ix_outbox_in_hand", "recipient_id", "id", sqlite_where=_IS_IN_HAND, postgresql_where=_IS_IN_HAND),
        Index(None, "recipient_id"),
        Index("ix_outbox_about", "about", sqlite_where=_IS_ABOUT, postgresql_where=_IS_ABOUT),
        Index("ix_outbox_lost", "finished_at", sqlite_where=IS_LOST, postgresql_where=IS_LOST),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    #: Says what this message is, for ever: the same key never enters twice.
    key: str
    channel: str
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    content: Any = Field(sa_type=EncryptedJson)
    status: str = Field(default=OutboxStatus.PENDING, sa_type=String)
    #: How often a courier took it in hand.
    attempts: int = 0
    created_at: datetime
    #: Not to be taken before: the next attempt, or the end of the lease of the courier that has it in hand.
    due_at: datetime
    finished_at: datetime | None = None
    #: The channel's own id of what was sent.
    external_id: str | None = None
    #: Why it was refused, given up, or put off the last time.
    reason: str | None = None
    #: What it tells of to somebody else than whom it is about, "dossier:K7R-M3W-X9A" or "thread:12": goes with that.
    about: str | None = None
    #: Not kept once it has left, or will never leave.
    is_fleeting: bool = False
    #: It leaves before what is not: somebody of the staff waits for it.
    is_urgent: bool = False
    #: The end of the lease of the courier that has it in hand; None: nobody has.
    taken_until: datetime | None = None


class TeamQuestion(Kept, table=True):
    """A question that no entry answers, handed to the organisers' staff."""

    __tablename__ = "team_questions"
    __table_args__ = (UniqueConstraint("key"), Index(None, "recipient_id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    #: The message and the rank of the effect in its turn: the same question never enters twice.
    key: str
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    question: str = Field(sa_type=EncryptedText)
    #: Entry ids the assistant would have guessed, best first.
    guesses: Any = Field(sa_type=EncryptedJson)
    asked_at: datetime


class Signal(Kept, table=True):
    """Something that all processes are to do, each once: how often it was asked for."""

    __tablename__ = "signals"

    name: str = Field(primary_key=True)
    count: int


class SaidOnce(Kept, table=True):
    """Something that was said or done, once for a subject and a period; see `storage.said_once`."""

    __tablename__ = "said_once"
    __table_args__ = (Index(None, "said_at"),)

    subject: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    said_at: datetime
