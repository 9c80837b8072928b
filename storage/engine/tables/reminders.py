"""What people asked to be reminded of, and the days of the waves as they were last told."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.tables.base import IDS_ONCE, Identifier, Kept


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

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
    recipient_id: int = Field(foreign_key="recipients.id", sa_type=Identifier)
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
    __table_args__ = (IDS_ONCE,)

    id: int | None = Field(default=None, primary_key=True, sa_type=Identifier)
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
    people_until: int = Field(default=0, sa_type=Identifier)
    dossiers_until: int = Field(default=0, sa_type=Identifier)
    #: Numbers of the dossiers in the staff's hands that aim at the wave, separated by commas.
    dossiers: str = ""
    #: When all were told; None: not yet.
    told_at: datetime | None = None
