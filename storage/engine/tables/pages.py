"""Conversations on the web: their keys, lines and uploads."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.encryption import EncryptedBytes, EncryptedJson
from storage.engine.tables.base import Identifier, Kept


class Page(Kept, table=True):
    """What somebody on a pull channel is shown: how far its lines go, and how far they were seen."""

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("start_hash"), Index(None, "begun_at"), Index(None, "left_at"))

    recipient_id: int = Field(primary_key=True, foreign_key="recipients.id", sa_type=Identifier)
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

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    #: Keyed hash: the key itself is only on the device.
    key_hash: bytes = Field(sa_type=LargeBinary)
    given_at: datetime


class PageCode(Kept, table=True):
    """A code that opens a page on one more device, once."""

    __tablename__ = "page_codes"
    __table_args__ = (UniqueConstraint("code_hash"),)

    recipient_id: int = Field(primary_key=True, foreign_key="recipients.id", sa_type=Identifier)
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

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
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

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
    #: By which the document is called until it is here.
    reference: str
    rank: int
    content: bytes = Field(sa_type=EncryptedBytes)
    received_at: datetime
