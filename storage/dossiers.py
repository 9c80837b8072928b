"""Dossiers, who may edit each, and their history. What a dossier says and may become is not known here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, delete, exists, insert, select, update

from storage import attachments, search_index, threads
from storage.engine.batches import batches
from storage.engine.database import Transaction
from storage.engine.marks import Mark, take_mark
from storage.engine.tables import Kept, ReminderStatus, table

_DOSSIERS = table("dossiers")
_MEMBERS = table("dossier_members")
_EVENTS = table("dossier_events")
_THREADS = table("threads")
_REMINDERS = table("reminders")
_PRESS_REQUESTS = table("press_requests")
_RECIPIENTS = table("recipients")
_SUBJECTS = table("search_subjects")

_COLUMNS = (_DOSSIERS.c.id, _DOSSIERS.c.reference, _DOSSIERS.c.revision, _DOSSIERS.c.content)
_RECIPIENT: BindParameter[int] = bindparam("recipient")
# Built once: these are asked for each message.
_IS_CONCERNED = select(
    exists().where(_MEMBERS.c.recipient_id == _RECIPIENT).label("has_dossiers"),
    exists().where(_THREADS.c.recipient_id == _RECIPIENT).label("has_threads"),
    exists()
    .where(_REMINDERS.c.recipient_id == _RECIPIENT, _REMINDERS.c.status == ReminderStatus.PLANNED.value)
    .label("has_reminders"),
    exists().where(_PRESS_REQUESTS.c.recipient_id == _RECIPIENT).label("has_press_requests"),
)
_OF_RECIPIENT = (
    select(*_COLUMNS, _MEMBERS.c.is_owner, _DOSSIERS.c.updated_at)
    .join(_MEMBERS, _MEMBERS.c.dossier_id == _DOSSIERS.c.id)
    .where(_MEMBERS.c.recipient_id == _RECIPIENT)
    .order_by(_DOSSIERS.c.id)  # always in this order, or two who lock several could wait for each other
    .with_for_update(of=_DOSSIERS, key_share=True)
)

#: When a new dossier is first looked at to see how long it has to be kept: the sweep then says when next.
FIRST_LOOK = timedelta(days=1)


class SavedMeanwhile(Exception):
    """Somebody else saved the dossier since it was read: nothing was written."""


@dataclass(frozen=True, slots=True)
class KeptDossier:
    """A dossier as it was saved."""

    id: int
    reference: str
    revision: int
    #: As JSON.
    content: str
    #: Whether the recipient it was looked up for owns it; None when it was not looked up for one.
    is_owner: bool | None = None


@dataclass(frozen=True, slots=True)
class PlainFacts:
    """What the row says in plain."""

    status: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class KeptEvent:
    content: Any
    happened_at: datetime
    recipient_id: int | None


@dataclass(frozen=True, slots=True)
class Member:
    recipient_id: int
    channel: str
    is_owner: bool


@dataclass(frozen=True, slots=True)
class Concerned:
    """What there is to look for about a recipient: for most messages, nothing."""

    has_dossiers: bool
    #: They have, or had, a thread with the staff.
    has_threads: bool
    #: Reminders are planned for them.
    has_reminders: bool
    has_press_requests: bool


def is_concerned(transaction: Transaction, recipient_id: int) -> Concerned:
    """Say whether what is looked up for each message, here and beside, would find anything.

    To be asked once the conversation is locked: with the lock, PostgreSQL would answer as of before it waited.
    """
    return Concerned(*transaction.connection.execute(_IS_CONCERNED, {"recipient": recipient_id}).one())


def lock_of_recipient(transaction: Transaction, recipient_id: int) -> Sequence[KeptDossier]:
    """Return the dossiers that a recipient may edit, the latest changed first; others wait until the end."""
    rows = transaction.connection.execute(_OF_RECIPIENT, {"recipient": recipient_id}).all()
    latest_first = sorted(rows, key=lambda row: (row.updated_at, row.id), reverse=True)
    return [KeptDossier(*row[:5]) for row in latest_first]


_OF_RECIPIENTS = (
    select(_MEMBERS.c.recipient_id, *_COLUMNS, _MEMBERS.c.is_owner)
    .join(_DOSSIERS, _DOSSIERS.c.id == _MEMBERS.c.dossier_id)
    .where(_MEMBERS.c.recipient_id.in_(bindparam("recipients", expanding=True)))
    .order_by(_DOSSIERS.c.updated_at.desc(), _DOSSIERS.c.id.desc())
)


def list_of_recipients(transaction: Transaction, recipient_ids: Sequence[int]) -> dict[int, list[KeptDossier]]:
    """Return the dossiers that each of these recipients may edit, the latest changed first; nobody waits for them."""
    found: dict[int, list[KeptDossier]] = {recipient_id: [] for recipient_id in recipient_ids}
    for row in transaction.connection.execute(_OF_RECIPIENTS, {"recipients": recipient_ids}):
        found[row.recipient_id].append(KeptDossier(*row[1:]))
    return found


def lock(transaction: Transaction, reference: str) -> KeptDossier | None:
    """Return the dossier of this number; others wait until the transaction ends."""
    wanted = select(*_COLUMNS).where(_DOSSIERS.c.reference == reference)
    row = transaction.connection.execute(wanted.with_for_update(key_share=True)).first()
    return KeptDossier(*row) if row else None


def find(transaction: Transaction, reference: str) -> KeptDossier | None:
    """Return the dossier of this number; nobody waits for it."""
    row = transaction.connection.execute(select(*_COLUMNS).where(_DOSSIERS.c.reference == reference)).first()
    return KeptDossier(*row) if row else None


def find_by_id(transaction: Transaction, dossier_id: int) -> KeptDossier | None:
    """`find`, by the row's id."""
    row = transaction.connection.execute(select(*_COLUMNS).where(_DOSSIERS.c.id == dossier_id)).first()
    return KeptDossier(*row) if row else None


def find_all_by_id(transaction: Transaction, ids: Sequence[int]) -> dict[int, KeptDossier]:
    """`find_by_id`, for several: what is no more is missing."""
    found: dict[int, KeptDossier] = {}
    for some in batches(ids):
        rows = transaction.connection.execute(select(*_COLUMNS).where(_DOSSIERS.c.id.in_(some)))
        found |= {row.id: KeptDossier(*row) for row in rows}
    return found


def references_of(transaction: Transaction, ids: Sequence[int]) -> dict[int, str]:
    """Return the numbers that people know dossiers by; what is no more is missing."""
    found: dict[int, str] = {}
    for some in batches(ids):
        wanted = select(_DOSSIERS.c.id, _DOSSIERS.c.reference).where(_DOSSIERS.c.id.in_(some))
        found |= {row.id: row.reference for row in transaction.connection.execute(wanted)}
    return found


def plain_facts_of(transaction: Transaction, dossier_id: int) -> PlainFacts | None:
    """Return where a dossier is, also one that cannot be read."""
    columns = (_DOSSIERS.c.status, _DOSSIERS.c.created_at, _DOSSIERS.c.updated_at)
    row = transaction.connection.execute(select(*columns).where(_DOSSIERS.c.id == dossier_id)).first()
    return PlainFacts(*row) if row else None


def lock_by_id(transaction: Transaction, dossier_id: int) -> KeptDossier | None:
    """`lock`, by the row's id."""
    wanted = select(*_COLUMNS).where(_DOSSIERS.c.id == dossier_id)
    row = transaction.connection.execute(wanted.with_for_update(key_share=True)).first()
    return KeptDossier(*row) if row else None


def list_all(transaction: Transaction, statuses: Sequence[str] | None = None) -> Sequence[KeptDossier]:
    """Return the dossiers, of these statuses if any are given, the latest changed first."""
    wanted: Select[Any] = select(*_COLUMNS).order_by(_DOSSIERS.c.updated_at.desc(), _DOSSIERS.c.id.desc())
    if statuses is not None:
        wanted = wanted.where(_DOSSIERS.c.status.in_(statuses))
    return [KeptDossier(*row) for row in transaction.connection.execute(wanted)]


def list_after(
    transaction: Transaction, dossier_id: int, statuses: Sequence[str], at_most: int
) -> Sequence[KeptDossier]:
    """Return some dossiers of these statuses, from behind the one of this id on, in the order of their ids."""
    wanted = select(*_COLUMNS).where(_DOSSIERS.c.id > dossier_id, _DOSSIERS.c.status.in_(statuses))
    rows = transaction.connection.execute(wanted.order_by(_DOSSIERS.c.id).limit(at_most))
    return [KeptDossier(*row) for row in rows]


def add(
    transaction: Transaction, reference: str, status: str, content: str, owner: int | None, now: datetime
) -> KeptDossier:
    """Keep a new dossier, revision 1. Errors: IntegrityError if the number is taken."""
    values = {
        "reference": reference,
        "status": status,
        "revision": 1,
        "content": content,
        "created_at": now,
        "updated_at": now,
        "review_at": now + FIRST_LOOK,
        "warnings": 0,
    }
    made = transaction.connection.execute(insert(_DOSSIERS).values(values).returning(_DOSSIERS.c.id)).scalar_one()
    transaction.changes_dossier(int(made))
    if owner is not None:
        add_member(transaction, int(made), owner, now, is_owner=True)
    return KeptDossier(int(made), reference, 1, content)


def save(
    transaction: Transaction, reference: str, revision: int, status: str, content: str, now: datetime
) -> KeptDossier:
    """Keep a changed dossier; `revision`: the one that was read. Errors: SavedMeanwhile."""
    row = transaction.connection.execute(
        update(_DOSSIERS)
        .where(_DOSSIERS.c.reference == reference, _DOSSIERS.c.revision == revision)
        .values(revision=revision + 1, status=status, content=content, updated_at=now)
        .returning(_DOSSIERS.c.id)
    ).first()
    if row is None:
        raise SavedMeanwhile(reference)
    transaction.changes_dossier(row.id)
    return KeptDossier(row.id, reference, revision + 1, content)


def erase(transaction: Transaction, dossier_id: int) -> None:
    """Erase a dossier, its history, its documents, its members and codes. Threads begun with it stay."""
    execute = transaction.connection.execute
    attachments.erase_of_dossier(transaction, dossier_id)
    search_index.forget_dossier(transaction, dossier_id)
    for thread_id in threads.list_ids(transaction, of_dossier=dossier_id):
        transaction.changes_thread(thread_id)
    change_threads(transaction, dossier_id)
    for kept in reversed(Kept.metadata.sorted_tables):
        if "dossier_id" in kept.c and kept.c.dossier_id.nullable:  # it began with the dossier, and outlives it
            execute(update(kept).where(kept.c.dossier_id == dossier_id).values(dossier_id=None))
        elif "dossier_id" in kept.c:
            execute(delete(kept).where(kept.c.dossier_id == dossier_id))
    execute(delete(_DOSSIERS).where(_DOSSIERS.c.id == dossier_id))


# --- history


def add_events(
    transaction: Transaction, dossier_id: int, contents: Sequence[Any], recipient_id: int | None, now: datetime
) -> None:
    """Write down what happened; `recipient_id`: who did it, None for the staff."""
    rows = [
        {"dossier_id": dossier_id, "recipient_id": recipient_id, "content": content, "happened_at": now}
        for content in contents
    ]
    if rows:
        transaction.connection.execute(insert(_EVENTS), rows)
        transaction.changes_dossier(dossier_id)


def list_events(transaction: Transaction, dossier_ids: Sequence[int]) -> dict[int, list[KeptEvent]]:
    """Return what happened to each dossier, the oldest first."""
    found: dict[int, list[KeptEvent]] = {dossier_id: [] for dossier_id in dossier_ids}
    columns = (_EVENTS.c.dossier_id, _EVENTS.c.content, _EVENTS.c.happened_at, _EVENTS.c.recipient_id)
    for some in batches(dossier_ids):
        wanted = select(*columns).where(_EVENTS.c.dossier_id.in_(some)).order_by(_EVENTS.c.id)
        for row in transaction.connection.execute(wanted):
            found[row.dossier_id].append(KeptEvent(row.content, row.happened_at, row.recipient_id))
    return found


def list_events_after(transaction: Transaction, dossier_id: int, mark: Mark) -> Sequence[KeptEvent]:
    """Return what happened to a dossier since a mark."""
    columns = (_EVENTS.c.content, _EVENTS.c.happened_at, _EVENTS.c.recipient_id)
    wanted = select(*columns).where(_EVENTS.c.dossier_id == dossier_id, mark.passed_by(_EVENTS.c.id))
    return [KeptEvent(*row) for row in transaction.connection.execute(wanted.order_by(_EVENTS.c.id))]


def list_held(transaction: Transaction, member_id: int) -> Sequence[int]:
    """Return the ids of the dossiers that a member of the staff has, as the index knows it."""
    columns = _SUBJECTS.c
    held = select(columns.of_dossier).where(columns.holder_id == member_id, columns.of_dossier.is_not(None))
    return list(transaction.connection.execute(held.order_by(columns.of_dossier)).scalars())


def mark_events(transaction: Transaction) -> Mark:
    """Return how far all events have come, of whichever dossier."""
    return take_mark(transaction, _EVENTS.c.id)


def list_moved_after(transaction: Transaction, mark: Mark) -> Sequence[str]:
    """Return the numbers of the dossiers to which something happened since a mark."""
    wanted = select(_DOSSIERS.c.reference).join(_EVENTS, _EVENTS.c.dossier_id == _DOSSIERS.c.id)
    return list(transaction.connection.execute(wanted.where(mark.passed_by(_EVENTS.c.id)).distinct()).scalars())


# --- members


def list_members(transaction: Transaction, dossier_id: int) -> Sequence[Member]:
    """Return who may edit the dossier, the owner first."""
    rows = transaction.connection.execute(
        select(_MEMBERS.c.recipient_id, _RECIPIENTS.c.channel, _MEMBERS.c.is_owner)
        .join(_RECIPIENTS, _RECIPIENTS.c.id == _MEMBERS.c.recipient_id)
        .where(_MEMBERS.c.dossier_id == dossier_id)
        .order_by(_MEMBERS.c.is_owner.desc(), _MEMBERS.c.id)
    )
    return [Member(*row) for row in rows]


def list_reachable_members(transaction: Transaction, dossier_ids: Sequence[int]) -> dict[int, str]:
    """Return the channels of those who may edit one of these dossiers, by recipient, without those who blocked us."""
    rows = transaction.connection.execute(
        select(_RECIPIENTS.c.id, _RECIPIENTS.c.channel)
        .join(_MEMBERS, _MEMBERS.c.recipient_id == _RECIPIENTS.c.id)
        .where(_MEMBERS.c.dossier_id.in_(dossier_ids), _RECIPIENTS.c.blocked_at.is_(None))
        .order_by(_RECIPIENTS.c.id)
    )
    return {row.id: row.channel for row in rows}


def add_member(
    transaction: Transaction, dossier_id: int, recipient_id: int, now: datetime, *, is_owner: bool = False
) -> None:
    values = {"dossier_id": dossier_id, "recipient_id": recipient_id, "is_owner": is_owner, "joined_at": now}
    transaction.connection.execute(insert(_MEMBERS).values(values))
    _changes_matters(transaction, recipient_id)


def change_threads(transaction: Transaction, dossier_id: int) -> None:
    """Note that what is known of the threads of those who edit a dossier may be something else now."""
    for member in list_members(transaction, dossier_id):
        _changes_matters(transaction, member.recipient_id)


def _changes_matters(transaction: Transaction, recipient_id: int) -> None:
    """Note that threads of this person may be the team's matter now, or no longer: see `press_requests.matter_of`."""
    for thread_id in threads.list_ids(transaction, of_recipient=recipient_id):
        transaction.changes_thread(thread_id)


def replace_owner(transaction: Transaction, dossier_id: int, recipient_id: int, now: datetime) -> None:
    """Give the dossier to another owner: who had it can no longer reach it."""
    gone = _MEMBERS.c.is_owner.is_(True) | (_MEMBERS.c.recipient_id == recipient_id)
    change_threads(transaction, dossier_id)
    transaction.connection.execute(delete(_MEMBERS).where(_MEMBERS.c.dossier_id == dossier_id, gone))
    add_member(transaction, dossier_id, recipient_id, now, is_owner=True)
