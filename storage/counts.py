"""How much there is, for the staff: numbers only, nothing of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from storage import outbox
from storage.engine.database import Transaction
from storage.engine.tables import InboxStatus, OutboxStatus, ReminderStatus, ThreadStatus, table

_INBOX, _OUTBOX, _THREADS = table("inbox"), table("outbox"), table("threads")
_QUESTIONS, _DOSSIERS, _REMINDERS = table("team_questions"), table("dossiers"), table("reminders")


@dataclass(frozen=True, slots=True)
class Recent:
    """What happened since an instant."""

    messages: int
    people: int
    questions: int
    undelivered: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits now."""

    #: By what it is: letters to send, messages that failed, threads that nobody has taken, reminders that are due.
    numbers: Mapping[str, int]
    #: For how long the oldest letter has been due.
    lag: timedelta


def waiting(transaction: Transaction, now: datetime) -> Waiting:
    wanted = {
        "letters": (_OUTBOX.c.status == OutboxStatus.PENDING.value,),
        "failed_messages": (_INBOX.c.status == InboxStatus.FAILED.value,),
        "untaken_threads": (_THREADS.c.status == ThreadStatus.WAITING.value,),
        "due_reminders": (_REMINDERS.c.status == ReminderStatus.PLANNED.value, _REMINDERS.c.due_at <= now),
    }
    numbers = {
        what: int(transaction.connection.execute(select(func.count()).where(*those)).scalar_one())
        for what, those in wanted.items()
    }
    return Waiting(numbers, outbox.lag(transaction, now))


def since(transaction: Transaction, instant: datetime) -> Recent:
    execute = transaction.connection.execute
    received = select(func.count(), func.count(_INBOX.c.recipient_id.distinct())).where(_INBOX.c.handled_at >= instant)
    messages, people = execute(received).one()
    lost = (OutboxStatus.REFUSED.value, OutboxStatus.ABANDONED.value)
    return Recent(
        messages,
        people,
        execute(select(func.count()).where(_QUESTIONS.c.asked_at >= instant)).scalar_one(),
        execute(select(func.count()).where(_OUTBOX.c.status.in_(lost), _OUTBOX.c.finished_at >= instant)).scalar_one(),
    )


def dossiers_by_status(transaction: Transaction) -> dict[str, int]:
    rows = transaction.connection.execute(select(_DOSSIERS.c.status, func.count()).group_by(_DOSSIERS.c.status))
    return {status: int(number) for status, number in rows}


def planned_reminders(transaction: Transaction) -> int:
    wanted = select(func.count()).where(_REMINDERS.c.status == ReminderStatus.PLANNED.value)
    return int(transaction.connection.execute(wanted).scalar_one())
