"""Who the staff are, what they ordered, and what they have not sent yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from storage.engine.encryption import EncryptedJson, EncryptedText
from storage.engine.tables.base import IDS_ONCE, Identifier, Kept


class StaffMember(Kept, table=True):
    """A member of the organisers' staff: one person, whom dossiers, threads and messages name by this id.

    Never erased: what they did for a town stays with what is kept of it.
    """

    __tablename__ = "staff_members"
    __table_args__ = (IDS_ONCE,)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    #: As they were last called.
    name: str = Field(sa_type=EncryptedText)
    #: What their channel calls them beside, without its « @ »; None: nothing.
    username: str | None = Field(default=None, sa_type=EncryptedText)
    created_at: datetime


class StaffIdentity(Kept, table=True):
    """An account by which a member of the staff is recognised. One person may have several, on several channels."""

    __tablename__ = "staff_identities"
    __table_args__ = (Index(None, "member_id"),)

    recipient_id: int = Field(primary_key=True, foreign_key="recipients.id", sa_type=Identifier)
    member_id: int = Field(foreign_key="staff_members.id", sa_type=Identifier)
    linked_at: datetime


class StaffOrder(Kept, table=True):
    """What a member of the staff has asked for and still has to write the words of. Each has one at most."""

    __tablename__ = "staff_orders"
    __table_args__ = (UniqueConstraint("recipient_id", "member_hash"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    #: The group.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
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
    __table_args__ = (Index(None, "recipient_id", "member_hash"), Index(None, "written_at"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    #: The group.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
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
