"""Requests to the press desk, each in a thread with the person; and whose matter a thread is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update

from storage.engine.batches import batches
from storage.engine.database import Transaction
from storage.engine.tables import PressStatus, insert_new, table

_REQUESTS = table("press_requests")
_THREADS = table("threads")
_MEMBERS = table("dossier_members")
_QUESTIONS = table("team_questions")
_COLUMNS = (
    _REQUESTS.c.reference,
    _REQUESTS.c.thread_id,
    _REQUESTS.c.status,
    _REQUESTS.c.is_urgent,
    _REQUESTS.c.content,
    _REQUESTS.c.sent_at,
    _REQUESTS.c.needed_at,
)


@dataclass(frozen=True, slots=True)
class KeptRequest:
    reference: str
    thread_id: int
    status: str
    is_urgent: bool
    #: Question id -> answer.
    content: Mapping[str, str]
    sent_at: datetime
    #: At the earliest; None: no hour was given.
    needed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Matter:
    """Whose matter a thread is: both may be true."""

    is_press: bool
    is_team: bool


def add(transaction: Transaction, key: str, recipient_id: int, request: KeptRequest) -> None:
    """Keep a request. The same `key` again changes nothing."""
    transaction.connection.execute(
        insert_new("press_requests", transaction.dialect),
        {
            "key": key,
            "reference": request.reference,
            "recipient_id": recipient_id,
            "thread_id": request.thread_id,
            "status": request.status,
            "is_urgent": request.is_urgent,
            "content": dict(request.content),
            "sent_at": request.sent_at,
            "needed_at": request.needed_at,
            "changed_at": request.sent_at,
        },
    )
    transaction.changes_thread(request.thread_id)


def list_of_recipient(transaction: Transaction, recipient_id: int) -> Sequence[KeptRequest]:
    """Return what a person asked, the latest first."""
    wanted = select(*_COLUMNS).where(_REQUESTS.c.recipient_id == recipient_id).order_by(_REQUESTS.c.id.desc())
    return [KeptRequest(*row) for row in transaction.connection.execute(wanted)]


def list_of_thread(transaction: Transaction, thread_id: int) -> Sequence[KeptRequest]:
    """Return what was asked in a thread, the latest first."""
    wanted = select(*_COLUMNS).where(_REQUESTS.c.thread_id == thread_id).order_by(_REQUESTS.c.id.desc())
    return [KeptRequest(*row) for row in transaction.connection.execute(wanted)]


def latest_of_threads(transaction: Transaction, ids: Sequence[int]) -> dict[int, KeptRequest]:
    """Return what was asked last in each of several threads; one in which nothing was is missing."""
    found: dict[int, KeptRequest] = {}
    for some in batches(ids):
        wanted = select(*_COLUMNS).where(_REQUESTS.c.thread_id.in_(some)).order_by(_REQUESTS.c.id)
        found |= {row.thread_id: KeptRequest(*row) for row in transaction.connection.execute(wanted)}
    return found


def list_open(transaction: Transaction) -> Sequence[KeptRequest]:
    """Return the requests that are not closed: those that wait first, the urgent before the others, oldest first."""
    wanted = (
        select(*_COLUMNS)
        .where(_REQUESTS.c.status != PressStatus.CLOSED.value)
        .order_by(_REQUESTS.c.status.desc(), _REQUESTS.c.is_urgent.desc(), _REQUESTS.c.id)
    )
    return [KeptRequest(*row) for row in transaction.connection.execute(wanted)]


def change(
    transaction: Transaction, thread_id: int, before: Sequence[PressStatus], after: PressStatus, now: datetime
) -> None:
    """Bring the requests of a thread that are in one of the statuses `before` to `after`."""
    transaction.connection.execute(
        update(_REQUESTS)
        .where(_REQUESTS.c.thread_id == thread_id, _REQUESTS.c.status.in_([status.value for status in before]))
        .values(status=after.value, changed_at=now)
    )
    transaction.changes_thread(thread_id)


def is_waiting(transaction: Transaction, thread_id: int) -> bool:
    """Whether a request of the thread was not answered yet."""
    waits = (_REQUESTS.c.thread_id == thread_id, _REQUESTS.c.status == PressStatus.WAITING.value)
    return bool(transaction.connection.execute(select(exists().where(*waits))).scalar())


def matter_of(transaction: Transaction, thread_id: int) -> Matter:
    """Say whose matter a thread is. Somebody who also asked the team, or has a dossier, stays the team's as well."""
    person = select(_THREADS.c.recipient_id).where(_THREADS.c.id == thread_id).scalar_subquery()
    is_press, has_dossier, has_asked = transaction.connection.execute(
        select(
            exists().where(_REQUESTS.c.thread_id == thread_id),
            exists().where(_MEMBERS.c.recipient_id == person),
            exists().where(_QUESTIONS.c.recipient_id == person),
        )
    ).one()
    return Matter(bool(is_press), not is_press or bool(has_dossier) or bool(has_asked))
