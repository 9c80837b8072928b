"""What is kept, table by table. What is done with each table lives in the file of `storage` that bears its name."""

# Each module enters its tables in the metadata of `Kept`; `table` finds them there.
from storage.engine.tables import (
    backoffice,
    conversations,
    dossiers,
    pages,
    questions,
    reminders,
    search,
    staff,
    threads,
)
from storage.engine.tables.backoffice import HeldAnswerStatus
from storage.engine.tables.base import (
    Kept,
    insert_new,
    insert_new_returning_id,
    rows_at_once,
    table,
    without_encryption,
)
from storage.engine.tables.conversations import IS_LOST, InboxStatus, OutboxStatus
from storage.engine.tables.dossiers import AttachmentStatus, PressStatus
from storage.engine.tables.reminders import ReminderStatus
from storage.engine.tables.threads import ThreadStatus

__all__ = [
    "IS_LOST",
    "AttachmentStatus",
    "HeldAnswerStatus",
    "InboxStatus",
    "Kept",
    "OutboxStatus",
    "PressStatus",
    "ReminderStatus",
    "ThreadStatus",
    "backoffice",
    "conversations",
    "dossiers",
    "insert_new",
    "insert_new_returning_id",
    "pages",
    "questions",
    "reminders",
    "rows_at_once",
    "search",
    "staff",
    "table",
    "threads",
    "without_encryption",
]
