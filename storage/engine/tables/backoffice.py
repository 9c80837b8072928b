"""The staff's desk on the web: who signs in, what they do and have before them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.encryption import EncryptedText
from storage.engine.tables.base import IDS_ONCE, Identifier, Kept


class StaffAccess(Kept, table=True):
    """What a member of the staff may do at the desk on the web. Without a row: they do not enter it."""

    __tablename__ = "staff_accesses"

    member_id: int = Field(primary_key=True, foreign_key="staff_members.id", sa_type=Identifier)
    role: str
    granted_at: datetime
    #: Since when they may not enter any more; None: they may.
    revoked_at: datetime | None = None


class StaffLink(Kept, table=True):
    """A secret that is used once: a way to sign in at the desk, or a code that joins two accounts of one person."""

    __tablename__ = "staff_links"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "member_id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=Identifier)
    kind: str
    #: Keyed hash: the secret itself is nowhere.
    token_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime


class StaffSession(Kept, table=True):
    """A browser in which a member of the staff has signed in."""

    __tablename__ = "staff_sessions"
    __table_args__ = (UniqueConstraint("key_hash"), Index(None, "member_id"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=Identifier)
    #: Keyed hash: the key itself is only in the browser.
    key_hash: bytes = Field(sa_type=LargeBinary)
    #: What the browser says it is, for who looks over their sessions.
    device: str = Field(sa_type=EncryptedText)
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime


class AuditEntry(Kept, table=True):
    """What a member of the staff did or looked at. Only added to: no code of ours changes or erases a row.

    It names no person of a town: a dossier or a thread by its number, which tells nothing once that is erased.
    """

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "happened_at"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    happened_at: datetime
    #: As `staff_members` numbers them; None: whoever is at the machine.
    member_id: int | None = Field(default=None, sa_type=Identifier)
    #: A word of ours.
    action: str
    #: "dossier:K7R-M3W-X9A", "thread:12" or the like; None: nothing in particular.
    subject: str | None = None
    #: The member to whom it was handed; None: it was handed to nobody.
    to_member_id: int | None = Field(default=None, sa_type=Identifier)


class HeldAnswerStatus(StrEnum):
    HELD = "held"
    SENT = "sent"
    CANCELLED = "cancelled"
    #: It could not leave when its time came; its author is told why.
    REFUSED = "refused"


_IS_HELD = text("status = 'held'")


class HeldAnswer(Kept, table=True):
    """An answer that leaves in some seconds, unless its author takes it back."""

    __tablename__ = "held_answers"
    __table_args__ = (
        Index("ix_held_answers_due", "due_at", sqlite_where=_IS_HELD, postgresql_where=_IS_HELD),
        Index(None, "about"),
        Index(None, "recipient_id"),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=Identifier)
    about: str
    #: To whom it was being written, whatever becomes of the dossier meanwhile.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    #: "" once it has left: the thread then has it.
    text: str = Field(sa_type=EncryptedText)
    status: str = Field(sa_type=String)
    written_at: datetime
    due_at: datetime
    #: Why it did not leave, as its author is told.
    reason: str = Field(default="", sa_type=EncryptedText)


class StaffViewer(Kept, table=True):
    """That a member of the staff has a dossier or a thread before them; a row that is not renewed means nothing."""

    __tablename__ = "staff_viewers"
    __table_args__ = (Index(None, "seen_at"),)

    about: str = Field(primary_key=True)
    member_id: int = Field(primary_key=True, foreign_key="staff_members.id", sa_type=Identifier)
    seen_at: datetime
    #: When they were last seen writing; None: they only look.
    wrote_at: datetime | None = None


class StaffFilter(Kept, table=True):
    """A narrowed list that a member of the staff comes back to, under a name of their own."""

    __tablename__ = "staff_filters"
    __table_args__ = (Index(None, "member_id"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=Identifier)
    name: str = Field(sa_type=EncryptedText)
    #: The parameters of the list's address: what was typed to narrow it may name somebody.
    parameters: str = Field(sa_type=EncryptedText)
    made_at: datetime


class AnswerDraft(Kept, table=True):
    """What a member of the staff has begun to write about a dossier or a thread, and has not sent; theirs alone."""

    __tablename__ = "answer_drafts"
    __table_args__ = (
        UniqueConstraint("member_id", "about", "verb"),
        *(Index(None, "about"), Index(None, "recipient_id"), Index(None, "written_at")),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=Identifier)
    about: str
    #: What it becomes: an answer, a note.
    verb: str
    #: To whom it was begun; None: to nobody, it is a note.
    recipient_id: int | None = Field(default=None, foreign_key="recipients.id", sa_type=Identifier)
    text: str = Field(sa_type=EncryptedText)
    written_at: datetime
    #: The key of the form that last kept it; None: it was kept before that was written down.
    form_key: str | None = None


_WAITS = text("done_at IS NULL")


class StaffBatch(Kept, table=True):
    """One operation that a member of the staff asked for on many rows: done little by little, whatever happens."""

    __tablename__ = "staff_batches"
    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        Index("ix_staff_batches_waits", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=Identifier)
    #: What makes it count once.
    key: str
    verb: str
    #: As `bot.desk.office.acting.Asked` has it.
    choice: str | None = None
    words: str = Field(sa_type=EncryptedText)
    asked_at: datetime
    #: When the last of its rows was settled; None: some still wait.
    done_at: datetime | None = None


class StaffBatchItem(Kept, table=True):
    """One row of a batch."""

    __tablename__ = "staff_batch_items"
    __table_args__ = (UniqueConstraint("batch_id", "rank"), Index(None, "about"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    batch_id: int = Field(foreign_key="staff_batches.id", sa_type=Identifier)
    rank: int
    about: str
    #: How it stood when it was asked for, as `storage.search_index.Found.stands`; None: asked for by an older version.
    stood: str | None = None
    #: None: it waits; False: it was refused.
    is_done: bool | None = None
    #: Why it was refused, as who asked for it is told.
    why: str = Field(default="", sa_type=EncryptedText)
    #: It was refused because it stood otherwise by then.
    has_moved: bool = False
