"""What is asked, how it was answered, and what editors write."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Integer
from sqlmodel import Field

from storage.engine.encryption import EncryptedJson, EncryptedText
from storage.engine.tables.base import IDS_ONCE, Identifier, Kept


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

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    #: So that it is erased with the person; the editors are not shown it.
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    #: E-mail addresses and numbers masked.
    text: str = Field(sa_type=EncryptedText)
    #: Entry ids it may have been about, best first.
    guesses: Any = Field(sa_type=EncryptedJson)
    #: Whether these were offered.
    was_offered: bool
    #: The entry id picked among them, "" for none of them; None: the person did not say.
    picked: str | None = None
    asked_at: datetime


class EntryText(Kept, table=True):
    """The file of an entry as it was saved at the desk, or as it was found there before."""

    __tablename__ = "entry_texts"
    __table_args__ = (Index(None, "entry_id"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    entry_id: str
    content: str = Field(sa_type=EncryptedText)
    #: None: it was written elsewhere than at the desk.
    member_id: int | None = Field(default=None, foreign_key="staff_members.id", sa_type=Identifier)
    kept_at: datetime
