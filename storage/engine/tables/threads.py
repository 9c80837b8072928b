"""What passes between people and the staff, and where it stands in the staff's group."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.encryption import EncryptedText
from storage.engine.tables.base import IDS_ONCE, Identifier, Kept


class ThreadStatus(StrEnum):
    WAITING = "waiting"
    #: A member of the staff has it: the assistant is silent.
    HELD = "held"
    CLOSED = "closed"


_STILL_OPEN = text("status != 'closed'")


class Thread(Kept, table=True):
    """A thread between a person and the staff. A person has one at most that is not closed."""

    __tablename__ = "threads"
    __table_args__ = (
        Index("ix_threads_open", "recipient_id", unique=True, sqlite_where=_STILL_OPEN, postgresql_where=_STILL_OPEN),
        Index(None, "recipient_id"),
        Index(None, "dossier_id"),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    #: The dossier it began with, if it did.
    dossier_id: int | None = Field(default=None, foreign_key="dossiers.id", sa_type=Identifier)
    status: str
    #: The member of the staff who has it; no foreign key, which SQLite cannot add to a table that is there.
    holder_id: int | None = Field(default=None, sa_type=Identifier)
    opened_at: datetime
    #: When something was last written in it, or it was taken.
    active_at: datetime


class ThreadMessage(Kept, table=True):
    """One message of a thread."""

    __tablename__ = "thread_messages"
    __table_args__ = (Index(None, "thread_id"), Index(None, "source"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    thread_id: int = Field(foreign_key="threads.id", sa_type=Identifier)
    #: Who of the staff wrote it, as they were called then; None: the person.
    staff: str | None = Field(default=None, sa_type=EncryptedText)
    #: The same, as `staff_members` numbers them; None: the person, or written before members had numbers.
    staff_id: int | None = Field(default=None, sa_type=Identifier)
    text: str = Field(sa_type=EncryptedText)
    written_at: datetime
    #: The staff's own: the person never sees it.
    is_note: bool = False
    #: Of the staff's: the message of their group it was written in, `channel:group:message`; None: in none.
    source: str | None = None
    #: The key in the outbox of what the person was sent, or what the keys of several begin with.
    outbox_key: str | None = None
    #: When its author took it back; None: it stands.
    withdrawn_at: datetime | None = None


class Topic(Kept, table=True):
    """A topic of the staff's group, in which a dossier or a thread is talked about."""

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("recipient_id", "about"), Index(None, "recipient_id", "topic"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    #: The group.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    #: "dossier:K7R-M3W-X9A" or "thread:12".
    about: str
    #: The channel's own id of it.
    topic: str
    #: As it was last called.
    title: str = Field(sa_type=EncryptedText)
