"""Dossiers with who may open them and what happened to them, documents, requests to the press office."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.encryption import EncryptedBytes, EncryptedJson, EncryptedText
from storage.engine.tables.base import IDS_ONCE, Identifier, Kept


class Dossier(Kept, table=True):
    """A town's dossier: its answers and where it is. Who may edit it, and what happened to it, are beside."""

    __tablename__ = "dossiers"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index(None, "status"),
        Index("ix_dossiers_review", "review_at"),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    reference: str
    #: In plain, for lists; the content says the same.
    status: str
    #: How many times it was saved: who saves says which one they read.
    revision: int
    #: The dossier as versioned JSON.
    content: str = Field(sa_type=EncryptedText)
    created_at: datetime
    updated_at: datetime
    #: When to look whether it was kept for long enough.
    review_at: datetime | None = None
    #: How often those who fill it were told that it is going to be erased, when last, and for when.
    warnings: int = 0
    warned_at: datetime | None = None
    erase_at: datetime | None = None


class DossierMember(Kept, table=True):
    """Someone who may edit a dossier."""

    __tablename__ = "dossier_members"
    __table_args__ = (UniqueConstraint("dossier_id", "recipient_id"), Index(None, "recipient_id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    dossier_id: int = Field(foreign_key="dossiers.id", sa_type=Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    #: One owns it: shares, withdraws, deletes.
    is_owner: bool
    joined_at: datetime


class DossierEvent(Kept, table=True):
    """One line of a dossier's history, the staff's internal notes among them. Never changed."""

    __tablename__ = "dossier_events"
    __table_args__ = (Index(None, "dossier_id"), Index(None, "recipient_id"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    dossier_id: int = Field(foreign_key="dossiers.id", sa_type=Identifier)
    #: Who did it; None: the staff, whom the content names.
    recipient_id: int | None = Field(default=None, foreign_key="recipients.id", sa_type=Identifier)
    #: What happened, to which question, from what to what, as JSON.
    content: Any = Field(sa_type=EncryptedJson)
    happened_at: datetime


class AccessCode(Kept, table=True):
    """A code that gives a right on a dossier to the first who writes it."""

    __tablename__ = "access_codes"
    __table_args__ = (UniqueConstraint("code_hash"), UniqueConstraint("dossier_id", "kind"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    dossier_id: int = Field(foreign_key="dossiers.id", sa_type=Identifier)
    kind: str
    #: Keyed hash: the code itself is nowhere.
    code_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime


class PressStatus(StrEnum):
    WAITING = "waiting"
    #: Somebody of the staff wrote to the person.
    ANSWERED = "answered"
    CLOSED = "closed"


class PressRequest(Kept, table=True):
    """What somebody asks of the press desk. It is answered in the thread that it stands in."""

    __tablename__ = "press_requests"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("reference"),
        Index(None, "recipient_id"),
        Index(None, "thread_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    #: The message and the rank of the effect in its turn: the same request never enters twice.
    key: str
    reference: str
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    thread_id: int = Field(foreign_key="threads.id", sa_type=Identifier)
    status: str
    is_urgent: bool
    #: Question id -> answer, as JSON.
    content: Any = Field(sa_type=EncryptedJson)
    sent_at: datetime
    #: At the earliest; None: no hour was given.
    needed_at: datetime | None = None
    #: When it came to its status.
    changed_at: datetime


class AttachmentStatus(StrEnum):
    #: The channel is still to give the bytes.
    WANTED = "wanted"
    KEPT = "kept"
    #: What came is not what was announced, or not what is taken.
    REFUSED = "refused"
    #: The channel did not give it, and is not asked any more.
    LOST = "lost"


_STILL_WANTED = text("status = 'wanted'")


class Attachment(Kept, table=True):
    """A document that a person or a member of the staff sent: what was said of it and what became of it."""

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_attachments_due", "channel", "due_at", sqlite_where=_STILL_WANTED, postgresql_where=_STILL_WANTED),
        Index(None, "recipient_id"),
        Index(None, "dossier_id"),
        Index(None, "thread_id"),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    #: The message and the rank in its turn: the same document never enters twice.
    key: str
    #: Who sent it; for the staff, their group.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    #: What it belongs to: a dossier, or a thread.
    dossier_id: int | None = Field(default=None, foreign_key="dossiers.id", sa_type=Identifier)
    thread_id: int | None = Field(default=None, foreign_key="threads.id", sa_type=Identifier)
    #: Who of the staff sent it, as they were called then; None: the person.
    staff: str | None = Field(default=None, sa_type=EncryptedText)
    #: As in `thread_messages`.
    staff_id: int | None = Field(default=None, sa_type=Identifier)
    channel: str
    #: By which the channel gives it.
    reference: str = Field(sa_type=EncryptedText)
    name: str = Field(sa_type=EncryptedText)
    media_type: str
    #: Bytes: as announced, then as received.
    size: int | None = None
    caption: str = Field(sa_type=EncryptedText)
    #: The channel's id of what was sent together.
    album: str | None = None
    #: Of the staff's: as in `ThreadMessage`.
    source: str | None = None
    status: str = Field(sa_type=String)
    #: How often it was taken in hand.
    attempts: int = 0
    created_at: datetime
    #: Not to be taken before: the next attempt, or the end of the lease of who has it in hand.
    due_at: datetime
    finished_at: datetime | None = None
    #: When the sender was told that it is here.
    told_at: datetime | None = None
    #: Why it was refused, given up, or put off the last time: a word of ours, never what people wrote.
    reason: str | None = None


class AttachmentContent(Kept, table=True):
    """The bytes of a document that is here: beside, so that what only lists documents does not read them."""

    __tablename__ = "attachment_contents"

    attachment_id: int = Field(primary_key=True, foreign_key="attachments.id", sa_type=Identifier)
    content: bytes = Field(sa_type=EncryptedBytes)
