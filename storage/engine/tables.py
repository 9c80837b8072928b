"""What is kept, table by table. What is done with each table lives in the file that bears its name."""

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Field, SQLModel

from storage.engine.encryption import ENCRYPTED, EncryptedBytes, EncryptedJson, EncryptedText

#: SQLite numbers rows by itself only in a column that is exactly INTEGER.
_Identifier = BigInteger().with_variant(Integer, "sqlite")

#: Of a table whose ids are also remembered elsewhere, in keys, notices and buttons, by pages that are open, by what has
#: a row in hand: SQLite must not give the id of an erased row again.
_IDS_ONCE = {"sqlite_autoincrement": True}

#: Rows with a document in them that are copied or encrypted again at a time.
_HEAVY_ROWS = 2

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Kept(SQLModel):
    """The base of every table. Dates are aware, UTC in and out; naive ones are refused."""

    metadata = MetaData(naming_convention=_NAMES)


class Vault(Kept, table=True):
    """One row: the pepper of the address hashes, encrypted. A key that does not open it is not this database's key."""

    __tablename__ = "vault"

    id: int = Field(default=1, primary_key=True)
    pepper: str = Field(sa_type=EncryptedText)


class Recipient(Kept, table=True):
    """Someone on a channel: a person, a group, a mailbox. Its rows in the outbox leave in order: it is their lane."""

    __tablename__ = "recipients"
    __table_args__ = (UniqueConstraint("channel", "address_hash"), _IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
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

    recipient_id: int = Field(primary_key=True, foreign_key="recipients.id", sa_type=_Identifier)
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

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    channel: str
    #: The channel's own id of the update.
    update_id: str
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
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
        _IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    #: Says what this message is, for ever: the same key never enters twice.
    key: str
    channel: str
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
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

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    #: The message and the rank of the effect in its turn: the same question never enters twice.
    key: str
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    question: str = Field(sa_type=EncryptedText)
    #: Entry ids the assistant would have guessed, best first.
    guesses: Any = Field(sa_type=EncryptedJson)
    asked_at: datetime


class Dossier(Kept, table=True):
    """A town's dossier: its answers and where it is. Who may edit it, and what happened to it, are beside."""

    __tablename__ = "dossiers"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index(None, "status"),
        Index("ix_dossiers_review", "review_at"),
        _IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
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

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    dossier_id: int = Field(foreign_key="dossiers.id", sa_type=_Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    #: One owns it: shares, withdraws, deletes.
    is_owner: bool
    joined_at: datetime


class DossierEvent(Kept, table=True):
    """One line of a dossier's history, the staff's internal notes among them. Never changed."""

    __tablename__ = "dossier_events"
    __table_args__ = (Index(None, "dossier_id"), Index(None, "recipient_id"), _IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    dossier_id: int = Field(foreign_key="dossiers.id", sa_type=_Identifier)
    #: Who did it; None: the staff, whom the content names.
    recipient_id: int | None = Field(default=None, foreign_key="recipients.id", sa_type=_Identifier)
    #: What happened, to which question, from what to what, as JSON.
    content: Any = Field(sa_type=EncryptedJson)
    happened_at: datetime


class AccessCode(Kept, table=True):
    """A code that gives a right on a dossier to the first who writes it."""

    __tablename__ = "access_codes"
    __table_args__ = (UniqueConstraint("code_hash"), UniqueConstraint("dossier_id", "kind"))

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    dossier_id: int = Field(foreign_key="dossiers.id", sa_type=_Identifier)
    kind: str
    #: Keyed hash: the code itself is nowhere.
    code_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime


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
        _IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    #: The dossier it began with, if it did.
    dossier_id: int | None = Field(default=None, foreign_key="dossiers.id", sa_type=_Identifier)
    status: str
    #: The member of the staff who has it; no foreign key, which SQLite cannot add to a table that is there.
    holder_id: int | None = Field(default=None, sa_type=_Identifier)
    opened_at: datetime
    #: When something was last written in it, or it was taken.
    active_at: datetime


class ThreadMessage(Kept, table=True):
    """One message of a thread."""

    __tablename__ = "thread_messages"
    __table_args__ = (Index(None, "thread_id"), Index(None, "source"), _IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    thread_id: int = Field(foreign_key="threads.id", sa_type=_Identifier)
    #: Who of the staff wrote it, as they were called then; None: the person.
    staff: str | None = Field(default=None, sa_type=EncryptedText)
    #: The same, as `staff_members` numbers them; None: the person, or written before members had numbers.
    staff_id: int | None = Field(default=None, sa_type=_Identifier)
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

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    #: The group.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    #: "dossier:K7R-M3W-X9A" or "thread:12".
    about: str
    #: The channel's own id of it.
    topic: str
    #: As it was last called.
    title: str = Field(sa_type=EncryptedText)


class StaffMember(Kept, table=True):
    """A member of the organisers' staff: one person, whom dossiers, threads and messages name by this id.

    Never erased: what they did for a town stays with what is kept of it.
    """

    __tablename__ = "staff_members"
    __table_args__ = (_IDS_ONCE,)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    #: As they were last called.
    name: str = Field(sa_type=EncryptedText)
    #: What their channel calls them beside, without its « @ »; None: nothing.
    username: str | None = Field(default=None, sa_type=EncryptedText)
    created_at: datetime


class StaffIdentity(Kept, table=True):
    """An account by which a member of the staff is recognised. One person may have several, on several channels."""

    __tablename__ = "staff_identities"
    __table_args__ = (Index(None, "member_id"),)

    recipient_id: int = Field(primary_key=True, foreign_key="recipients.id", sa_type=_Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=_Identifier)
    linked_at: datetime


class StaffOrder(Kept, table=True):
    """What a member of the staff has asked for and still has to write the words of. Each has one at most."""

    __tablename__ = "staff_orders"
    __table_args__ = (UniqueConstraint("recipient_id", "member_hash"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    #: The group.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    #: Keyed hash of the channel's id of the member.
    member_hash: bytes = Field(sa_type=LargeBinary)
    about: str
    #: As the group's commands call it, with the question of the form it is about if it is.
    verb: str
    question: str | None = None
    asked_at: datetime


class StaffDraft(Kept, table=True):
    """What a member of the staff wrote lately, and has still to say of whether it is for the town, or has said."""

    __tablename__ = "staff_drafts"
    __table_args__ = (Index(None, "recipient_id", "member_hash"), Index(None, "written_at"), _IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    #: The group.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    #: Keyed hash of the channel's id of the member.
    member_hash: bytes = Field(sa_type=LargeBinary)
    about: str
    #: What it becomes if it is sent, as the group's commands call it, with the question of the form it is about.
    verb: str
    question: str | None = None
    #: Words and documents, as JSON; none once it is settled.
    content: Any = Field(sa_type=EncryptedJson)
    #: The channel's id of what was sent together.
    album: str | None = None
    #: When the last of it was written, as the channel tells.
    written_at: datetime
    #: What became of it; None: its author has still to say.
    fate: str | None = None
    #: How often its author was asked, or told.
    asked: int = 0


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

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    #: The message and the rank of the effect in its turn: the same request never enters twice.
    key: str
    reference: str
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    thread_id: int = Field(foreign_key="threads.id", sa_type=_Identifier)
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
        _IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    #: The message and the rank in its turn: the same document never enters twice.
    key: str
    #: Who sent it; for the staff, their group.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    #: What it belongs to: a dossier, or a thread.
    dossier_id: int | None = Field(default=None, foreign_key="dossiers.id", sa_type=_Identifier)
    thread_id: int | None = Field(default=None, foreign_key="threads.id", sa_type=_Identifier)
    #: Who of the staff sent it, as they were called then; None: the person.
    staff: str | None = Field(default=None, sa_type=EncryptedText)
    #: As in `thread_messages`.
    staff_id: int | None = Field(default=None, sa_type=_Identifier)
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

    attachment_id: int = Field(primary_key=True, foreign_key="attachments.id", sa_type=_Identifier)
    content: bytes = Field(sa_type=EncryptedBytes)


class ReminderStatus(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    #: Its time came, and there was nothing to recall any more.
    DROPPED = "dropped"


_STILL_PLANNED = text("status = 'planned'")


class Reminder(Kept, table=True):
    """One reminder that a wave closes, for a person who asked for it."""

    __tablename__ = "reminders"
    __table_args__ = (
        # The same reminder never enters twice: it cannot be sent twice either.
        UniqueConstraint("recipient_id", "wave", "closes_on", "days_before", name="uq_reminders_once"),
        # Partial: a million planned ones cost nothing to the search for those that are due, as long as none is.
        Index("ix_reminders_due", "due_at", sqlite_where=_STILL_PLANNED, postgresql_where=_STILL_PLANNED),
        Index("ix_reminders_wave", "wave", "closes_on"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    wave: str
    #: The closing day it was planned for.
    closes_on: date
    days_before: int
    #: The name of the person's time zone.
    zone: str
    status: str
    asked_at: datetime
    due_at: datetime
    finished_at: datetime | None = None


class WaveDay(Kept, table=True):
    """The closing day of each wave that the reminders were last planned for."""

    __tablename__ = "wave_days"

    wave: str = Field(primary_key=True)
    closes_on: date
    #: How often it had been moved: a process with older knowledge does not move it back.
    moves: int


class WaveChange(Kept, table=True):
    """A closing day that moved, a wave that was taken back or came back; those concerned are told page by page."""

    __tablename__ = "wave_changes"
    __table_args__ = (_IDS_ONCE,)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    wave: str
    #: None: the wave had been taken back.
    before: date | None = None
    #: None: the wave is taken back.
    after: date | None = None
    #: How often the day had been moved before, as the knowledge tells it.
    moves: int
    noticed_at: datetime
    #: Nobody is told: it changes nothing for anybody any more, or was told just before.
    is_quiet: bool
    #: The last recipient and the last dossier that were looked at.
    people_until: int = Field(default=0, sa_type=_Identifier)
    dossiers_until: int = Field(default=0, sa_type=_Identifier)
    #: Numbers of the dossiers in the staff's hands that aim at the wave, separated by commas.
    dossiers: str = ""
    #: When all were told; None: not yet.
    told_at: datetime | None = None


class EntryCount(Kept, table=True):
    """How often an entry was given on a day, and found helpful or not. Nothing says by whom, or to whom."""

    __tablename__ = "entry_counts"

    entry: str = Field(primary_key=True)
    #: Where the call takes place.
    day: date = Field(primary_key=True)
    #: The connection that counted, where several may at once; 0: one at a time, or put together since.
    slot: int = Field(primary_key=True, sa_type=Integer, sa_column_kwargs={"autoincrement": False})
    shown: int
    helpful: int
    unhelpful: int


class LoggedQuestion(Kept, table=True):
    """A question that was not answered at once, for the editors. Kept for a bounded time."""

    __tablename__ = "question_log"
    __table_args__ = (Index(None, "recipient_id"), Index(None, "asked_at"))

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    #: So that it is erased with the person; the editors are not shown it.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    #: E-mail addresses and numbers masked.
    text: str = Field(sa_type=EncryptedText)
    #: Entry ids it may have been about, best first.
    guesses: Any = Field(sa_type=EncryptedJson)
    #: Whether these were offered.
    was_offered: bool
    #: The entry id picked among them, "" for none of them; None: the person did not say.
    picked: str | None = None
    asked_at: datetime


class Page(Kept, table=True):
    """What somebody on a pull channel is shown: how far its lines go, and how far they were seen."""

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("start_hash"), Index(None, "begun_at"), Index(None, "left_at"))

    recipient_id: int = Field(primary_key=True, foreign_key="recipients.id", sa_type=_Identifier)
    #: Keyed hash of what the first form carried: sent twice, it begins one conversation.
    start_hash: bytes = Field(sa_type=LargeBinary)
    begun_at: datetime
    #: The number of the last line. Its row is locked while a line is added: numbers become visible in their order.
    last_number: int = 0
    #: The last line that was shown, and when.
    seen_number: int = 0
    seen_at: datetime | None = None
    #: Since when everything is erased but what is still to be shown once; None: it is in use.
    left_at: datetime | None = None


class PageKey(Kept, table=True):
    """What opens a page: each device has one of its own."""

    __tablename__ = "page_keys"
    __table_args__ = (UniqueConstraint("key_hash"), Index(None, "recipient_id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    #: Keyed hash: the key itself is only on the device.
    key_hash: bytes = Field(sa_type=LargeBinary)
    given_at: datetime


class PageCode(Kept, table=True):
    """A code that opens a page on one more device, once."""

    __tablename__ = "page_codes"
    __table_args__ = (UniqueConstraint("code_hash"),)

    recipient_id: int = Field(primary_key=True, foreign_key="recipients.id", sa_type=_Identifier)
    code_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime


_IS_FLEETING = text("is_fleeting")


class PageLine(Kept, table=True):
    """One line of a page: what the person wrote, or was told. It repeats what the inbox and the outbox keep."""

    __tablename__ = "page_lines"
    __table_args__ = (
        UniqueConstraint("recipient_id", "number"),
        UniqueConstraint("recipient_id", "key"),
        Index(None, "key"),
        Index("ix_page_lines_fleeting", "laid_at", sqlite_where=_IS_FLEETING, postgresql_where=_IS_FLEETING),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    number: int
    #: The number of the line whose place it takes; its own where it takes none.
    place: int
    #: The key in the outbox of what was told, or the channel's id of what was written.
    key: str
    #: The person wrote it.
    is_own: bool
    content: Any = Field(sa_type=EncryptedJson)
    laid_at: datetime
    #: Kept for an hour only.
    is_fleeting: bool = False


class Upload(Kept, table=True):
    """A piece of a document that a person sent through a page, until it is kept as an attachment."""

    __tablename__ = "uploads"
    __table_args__ = (UniqueConstraint("reference", "rank"), Index(None, "recipient_id"), Index(None, "received_at"))

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
    #: By which the document is called until it is here.
    reference: str
    rank: int
    content: bytes = Field(sa_type=EncryptedBytes)
    received_at: datetime


class SearchSubject(Kept, table=True):
    """A dossier or a thread as the staff's lists sort and count it: nothing in it tells of anybody."""

    __tablename__ = "search_subjects"
    __table_args__ = (
        UniqueConstraint("of_dossier"),
        UniqueConstraint("of_thread"),
        Index("ix_search_subjects_listed", "updated_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    #: One of the two.
    of_dossier: int | None = Field(default=None, foreign_key="dossiers.id", sa_type=_Identifier)
    of_thread: int | None = Field(default=None, foreign_key="threads.id", sa_type=_Identifier)
    #: As the dossier, or the thread, itself says.
    status: str
    is_over: bool
    #: The next word is the town's.
    awaits_town: bool
    #: The member of the staff who has it.
    holder_id: int | None = Field(default=None, sa_type=_Identifier)
    #: Whose matter it is: both may be true.
    is_press: bool
    is_team: bool
    began_at: datetime
    updated_at: datetime
    #: What made its words: of another version, they are made anew.
    version: int


class SearchWord(Kept, table=True):
    """That a word, or a facet, is found in a subject; see `storage.search_index`."""

    __tablename__ = "search_words"
    __table_args__ = (Index(None, "subject_id"), {"sqlite_with_rowid": False})

    #: The first bytes of a keyed hash, as a signed number.
    word: int = Field(primary_key=True, sa_type=BigInteger)
    subject_id: int = Field(primary_key=True, foreign_key="search_subjects.id", sa_type=_Identifier)


class StaffAccess(Kept, table=True):
    """What a member of the staff may do at the desk on the web. Without a row: they do not enter it."""

    __tablename__ = "staff_accesses"

    member_id: int = Field(primary_key=True, foreign_key="staff_members.id", sa_type=_Identifier)
    role: str
    granted_at: datetime
    #: Since when they may not enter any more; None: they may.
    revoked_at: datetime | None = None


class StaffLink(Kept, table=True):
    """A secret that is used once: a way to sign in at the desk, or a code that joins two accounts of one person."""

    __tablename__ = "staff_links"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "member_id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=_Identifier)
    kind: str
    #: Keyed hash: the secret itself is nowhere.
    token_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime


class StaffSession(Kept, table=True):
    """A browser in which a member of the staff has signed in."""

    __tablename__ = "staff_sessions"
    __table_args__ = (UniqueConstraint("key_hash"), Index(None, "member_id"), _IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=_Identifier)
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
    __table_args__ = (Index(None, "happened_at"), _IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    happened_at: datetime
    #: As `staff_members` numbers them; None: whoever is at the machine.
    member_id: int | None = Field(default=None, sa_type=_Identifier)
    #: A word of ours.
    action: str
    #: "dossier:K7R-M3W-X9A", "thread:12" or the like; None: nothing in particular.
    subject: str | None = None
    #: The member to whom it was handed; None: it was handed to nobody.
    to_member_id: int | None = Field(default=None, sa_type=_Identifier)


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
        _IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=_Identifier)
    about: str
    #: To whom it was being written, whatever becomes of the dossier meanwhile.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=_Identifier)
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
    member_id: int = Field(primary_key=True, foreign_key="staff_members.id", sa_type=_Identifier)
    seen_at: datetime
    #: When they were last seen writing; None: they only look.
    wrote_at: datetime | None = None


class StaffFilter(Kept, table=True):
    """A narrowed list that a member of the staff comes back to, under a name of their own."""

    __tablename__ = "staff_filters"
    __table_args__ = (Index(None, "member_id"), _IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=_Identifier)
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

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=_Identifier)
    about: str
    #: What it becomes: an answer, a note.
    verb: str
    #: To whom it was begun; None: to nobody, it is a note.
    recipient_id: int | None = Field(default=None, foreign_key="recipients.id", sa_type=_Identifier)
    text: str = Field(sa_type=EncryptedText)
    written_at: datetime
    #: The key of the form that last kept it; None: it was kept before that was written down.
    form_key: str | None = None


class EntryText(Kept, table=True):
    """The file of an entry as it was saved at the desk, or as it was found there before."""

    __tablename__ = "entry_texts"
    __table_args__ = (Index(None, "entry_id"), _IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    entry_id: str
    content: str = Field(sa_type=EncryptedText)
    #: None: it was written elsewhere than at the desk.
    member_id: int | None = Field(default=None, foreign_key="staff_members.id", sa_type=_Identifier)
    kept_at: datetime


_WAITS = text("done_at IS NULL")


class StaffBatch(Kept, table=True):
    """One operation that a member of the staff asked for on many rows: done little by little, whatever happens."""

    __tablename__ = "staff_batches"
    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        Index("ix_staff_batches_waits", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
        _IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=_Identifier)
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

    id: int | None = Field(default=None, primary_key=True, sa_type=_Identifier)
    batch_id: int = Field(foreign_key="staff_batches.id", sa_type=_Identifier)
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


def table(name: str) -> Table:
    """Return the Core table: on the way of each message, rows are read and written without making objects."""
    return Kept.metadata.tables[name]


@cache
def without_encryption(kept: Table) -> Table:
    """Return the table as the database knows it: its encrypted columns read and written as they lie.

    The same table each time: statements on a new one would be worked out anew.
    """
    columns = [
        Column(column.name, column.type.impl if isinstance(column.type, ENCRYPTED) else column.type)
        for column in kept.columns
    ]
    return Table(kept.name, MetaData(), *columns)


def rows_at_once(kept: Table, usual: int) -> int:
    """Return how many rows of the table may be in memory together: few, where each may hold a whole document."""
    heavy = any(isinstance(column.type, EncryptedBytes) for column in kept.columns)
    return min(usual, _HEAVY_ROWS) if heavy else usual


@cache
def insert_new(name: str, dialect: str) -> Any:
    """Return the statement that inserts a row, or does nothing where a unique key is already taken."""
    make = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return make(table(name)).on_conflict_do_nothing()


@cache
def insert_new_returning_id(name: str, dialect: str) -> Any:
    """`insert_new`, with the id of what entered: none if nothing did. (The row count says nothing with psycopg.)"""
    return insert_new(name, dialect).returning(table(name).c.id)
