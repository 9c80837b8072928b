"""What is to leave and what became of it. Nothing is sent here.

Each recipient has a lane: only its head can be taken, the oldest unsent row of those that are urgent, else of all. So
its messages leave one by one and in order, whatever the number of couriers. A row taken is not taken again before its
lease ends; a courier that dies loses nothing.
A row is due at once when it enters: what is to be said later is planned elsewhere and enters when its time has come.
No row waits for longer than LONGEST_WAIT: one due later was written by a clock that was wrong, and is due.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from storage import recipients, said_once
from storage.engine.database import Transaction
from storage.engine.encryption import is_unreadable
from storage.engine.errors import WrongKey
from storage.engine.tables import IS_LOST, OutboxStatus, insert_new, table

_OUTBOX = table("outbox")
_RECIPIENTS = table("recipients")

#: The longest that a row waits for another attempt, or for the end of a lease.
LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Departure:
    """A message to put in the outbox. `content` is what JSON can carry."""

    key: str
    channel: str
    recipient_id: int
    content: Any
    #: See `tables.Outbox`.
    about: str | None = None
    is_fleeting: bool = False
    #: It leaves before what is not, with the first row that still waits about the same thing, if there is one.
    is_urgent: bool = False
    #: It has reached its recipient in this very transaction, under this id of the channel; None: it is still to leave.
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that a courier has in hand until its lease ends."""

    id: int
    key: str
    channel: str
    recipient_id: int
    #: None if no key opens it.
    address: str | None
    #: The content as JSON; None if no key opens it.
    content: str | None
    #: This one included.
    attempts: int
    created_at: datetime
    is_fleeting: bool
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A row that did not leave, as the staff see it."""

    key: str
    channel: str
    address: str
    status: OutboxStatus
    attempts: int
    created_at: datetime
    reason: str | None


def put(transaction: Transaction, departures: Sequence[Departure], now: datetime) -> None:
    """Put messages in the outbox, in order. One whose key entered before changes nothing, also if it was fleeting."""
    departures = [each for each in departures if not each.is_fleeting or _is_new(transaction, each.key, now)]
    if not departures:
        return
    rows = [_row(departure, now) for departure in departures]
    if any(departure.external_id is None for departure in departures):
        transaction.put_into.add("outbox")
    transaction.connection.execute(insert_new("outbox", transaction.dialect), rows if len(rows) > 1 else rows[0])
    for departure in departures:
        if departure.is_urgent and departure.about is not None:
            _take_first_along(transaction, departure.recipient_id, departure.about)


def has_put(transaction: Transaction) -> bool:
    """Whether anything that is still to leave was put in the outbox in this transaction."""
    return "outbox" in transaction.put_into


def _row(departure: Departure, now: datetime) -> dict[str, Any]:
    is_there = departure.external_id is not None
    return {
        "key": departure.key,
        "channel": departure.channel,
        "recipient_id": departure.recipient_id,
        "content": departure.content,
        "status": OutboxStatus.SENT if is_there else OutboxStatus.PENDING,
        "attempts": int(is_there),
        "created_at": now,
        "due_at": now,
        "finished_at": now if is_there else None,
        "external_id": departure.external_id,
        "about": departure.about,
        "is_fleeting": departure.is_fleeting,
        "is_urgent": departure.is_urgent,
    }


def _take_first_along(transaction: Transaction, recipient_id: int, about: str) -> None:
    """Make urgent the first row that waits about something: what begins its topic is not overtaken by what follows."""
    waits = (_OUTBOX.c.recipient_id == recipient_id, _OUTBOX.c.about == about, _PENDING)
    first = select(func.min(_OUTBOX.c.id)).where(*waits).scalar_subquery()
    transaction.connection.execute(update(_OUTBOX).where(_OUTBOX.c.id == first).values(is_urgent=True))


def _is_new(transaction: Transaction, key: str, now: datetime) -> bool:
    """Whether a row that will not be kept enters for the first time. Of its key, which may hold a channel's own ids,
    only a keyed hash is remembered."""
    return said_once.claim(transaction, "outbox", transaction.hash_address("outbox", key).hex(), now)


_OTHER = _OUTBOX.alias("other")
_PENDING = _OUTBOX.c.status == OutboxStatus.PENDING.value


def _there_is(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether another unsent row of the lane is so."""
    lane = _OTHER.c.recipient_id == _OUTBOX.c.recipient_id
    return exists().where(lane, _OTHER.c.status == OutboxStatus.PENDING.value, *which)


_IS_OLDER = _OTHER.c.id < _OUTBOX.c.id
_IS_IN_HAND = and_(
    _OTHER.c.id != _OUTBOX.c.id,
    _OTHER.c.taken_until.is_not(None),
    _OTHER.c.taken_until > bindparam("now"),
    _OTHER.c.taken_until <= bindparam("latest"),
)
_IS_HEAD = or_(
    and_(_OUTBOX.c.is_urgent, ~_there_is(_OTHER.c.is_urgent, _IS_OLDER), ~_there_is(_IS_IN_HAND)),
    and_(~_OUTBOX.c.is_urgent, ~_there_is(_IS_OLDER), ~_there_is(_OTHER.c.is_urgent)),
)
_DUE_HEADS = (
    select(_OUTBOX.c.id, _OUTBOX.c.recipient_id, _OUTBOX.c.is_urgent)
    .where(
        _PENDING,
        _OUTBOX.c.channel.in_(bindparam("channels", expanding=True)),
        or_(_OUTBOX.c.due_at <= bindparam("now"), _OUTBOX.c.due_at > bindparam("latest")),
        _IS_HEAD,
    )
    .order_by(_OUTBOX.c.due_at, _OUTBOX.c.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True, of=_OUTBOX)
)
_TAKE = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .values(due_at=bindparam("lease_end"), taken_until=bindparam("lease_end"), attempts=_OUTBOX.c.attempts + 1)
)
_READ = (
    select(
        _OUTBOX.c.id,
        _OUTBOX.c.key,
        _OUTBOX.c.channel,
        _OUTBOX.c.recipient_id,
        type_coerce(_RECIPIENTS.c.address, Text).label("address"),
        type_coerce(_OUTBOX.c.content, Text).label("content"),
        _OUTBOX.c.attempts,
        _OUTBOX.c.created_at,
        _OUTBOX.c.is_fleeting,
        _OUTBOX.c.is_urgent,
    )
    .join(_RECIPIENTS, _RECIPIENTS.c.id == _OUTBOX.c.recipient_id)
    .where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_OUTBOX.c.id)
)
_NEXT_DUE = select(func.min(_OUTBOX.c.due_at)).where(
    _PENDING,
    _OUTBOX.c.channel.in_(bindparam("channels", expanding=True)),
    _OUTBOX.c.due_at > bindparam("now"),
    _OUTBOX.c.due_at <= bindparam("latest"),
)


def claim(
    transaction: Transaction, channels: Sequence[str], now: datetime, lease: timedelta, at_most: int
) -> Sequence[Claimed]:
    """Take at most `at_most` rows that are due on `channels`, one of each lane, for the length of `lease`."""
    execute = transaction.connection.execute
    sought = {"channels": list(channels), "now": now, "latest": now + LONGEST_WAIT, "at_most": at_most}
    heads = execute(_DUE_HEADS, sought).all()
    ids = [head.id for head in heads if not (head.is_urgent and _is_being_taken(transaction, head.recipient_id, now))]
    if not ids:
        return []
    execute(_TAKE, {"ids": ids, "lease_end": now + lease})
    return [
        Claimed(
            id=row.id,
            key=row.key,
            channel=row.channel,
            recipient_id=row.recipient_id,
            address=_opened(transaction, row.address),
            content=_opened(transaction, row.content),
            attempts=row.attempts,
            created_at=row.created_at,
            is_fleeting=row.is_fleeting,
            is_urgent=row.is_urgent,
        )
        for row in execute(_READ, {"ids": ids})
    ]


def _is_being_taken(transaction: Transaction, recipient_id: int, now: datetime) -> bool:
    """Whether another courier is about to have the first row of the lane that is not urgent in hand. If not, none can
    until our own claim is known: on SQLite, that is always so."""
    if transaction.dialect == "sqlite":
        return False
    mine = (_OUTBOX.c.recipient_id == recipient_id, _PENDING, ~_OUTBOX.c.is_urgent)
    first = transaction.connection.execute(select(func.min(_OUTBOX.c.id)).where(*mine)).scalar()
    if first is None:
        return False
    locked = select(_OUTBOX.c.taken_until).where(_OUTBOX.c.id == first).with_for_update(skip_locked=True)
    row = transaction.connection.execute(locked).first()
    return row is None or (row.taken_until is not None and now < row.taken_until <= now + LONGEST_WAIT)


def _opened(transaction: Transaction, token: str) -> str | None:
    try:
        return transaction.keys.decrypt_text(token)
    except WrongKey:
        return None


def next_due(transaction: Transaction, channels: Sequence[str], now: datetime) -> datetime | None:
    """Return when the next row falls due, after `now`; None if none waits."""
    sought = {"channels": list(channels), "now": now, "latest": now + LONGEST_WAIT}
    found: datetime | None = transaction.connection.execute(_NEXT_DUE, sought).scalar()
    return found


def lag(transaction: Transaction, now: datetime) -> timedelta:
    """Return for how long the oldest message that nobody has in hand has been due; zero: none is."""
    is_free = or_(_OUTBOX.c.taken_until.is_(None), _OUTBOX.c.taken_until <= now)
    first = transaction.connection.execute(select(func.min(_OUTBOX.c.due_at)).where(_PENDING, is_free)).scalar()
    return max(now - first, timedelta()) if first is not None else timedelta()


_IS_WAITING = select(exists().where(_OUTBOX.c.recipient_id == bindparam("recipient"), _PENDING))


def is_waiting(transaction: Transaction, recipient_id: int) -> bool:
    """Whether anything is still to leave for this recipient."""
    return bool(transaction.connection.execute(_IS_WAITING, {"recipient": recipient_id}).scalar())


_FINISH = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"))
    .values(
        status=bindparam("new_status"),
        finished_at=bindparam("now"),
        external_id=bindparam("external"),
        reason=bindparam("why"),
    )
)
_FINISH_IF_PENDING = _FINISH.where(_PENDING)
_PUT_OFF_ROW = (
    update(_OUTBOX)
    # A courier whose lease ended has nothing to say any more: another one counts the attempts.
    .where(_OUTBOX.c.id == bindparam("row"), _OUTBOX.c.attempts == bindparam("attempt"), _PENDING)
    .values(due_at=bindparam("until"), taken_until=None, reason=bindparam("why"))
    .returning(_OUTBOX.c.id)
)
_PUT_OFF_REST = (
    update(_OUTBOX)
    .where(
        and_(_OUTBOX.c.recipient_id == bindparam("recipient"), _PENDING),
        or_(
            and_(_OUTBOX.c.is_urgent == bindparam("urgent"), _OUTBOX.c.id > bindparam("row")),
            and_(bindparam("urgent"), ~_OUTBOX.c.is_urgent),
        ),
        _OUTBOX.c.due_at < bindparam("until"),
    )
    .values(due_at=bindparam("until"))
)
_LANE = (_OUTBOX.c.recipient_id == bindparam("recipient"), _PENDING)
_FORGET_LANE = delete(_OUTBOX).where(*_LANE, _OUTBOX.c.is_fleeting).returning(_OUTBOX.c.id)
_REFUSE_LANE = (
    update(_OUTBOX)
    .where(*_LANE)
    .values(status=OutboxStatus.REFUSED.value, finished_at=bindparam("now"), reason=bindparam("why"))
)


def mark_sent(transaction: Transaction, claimed: Claimed, external_id: str | None, now: datetime) -> None:
    """Write down that the row left: true whoever says it, and whatever was written before."""
    if claimed.is_fleeting:
        _forget(transaction, claimed)
        return
    values = {"row": claimed.id, "new_status": OutboxStatus.SENT.value, "now": now, "external": external_id}
    transaction.connection.execute(_FINISH, {**values, "why": None})


def put_off(transaction: Transaction, claimed: Claimed, until: datetime, reason: str) -> None:
    """Try again at `until`. What is behind it in the lane waits with it, so that the search for due rows passes over
    that; what is urgent and enters meanwhile does not."""
    execute = transaction.connection.execute
    put_off_row = {"row": claimed.id, "attempt": claimed.attempts, "until": until, "why": reason}
    if execute(_PUT_OFF_ROW, put_off_row).first() is None:
        return
    rest = {"row": claimed.id, "recipient": claimed.recipient_id, "until": until, "urgent": claimed.is_urgent}
    execute(_PUT_OFF_REST, rest)


def refuse(transaction: Transaction, claimed: Claimed, reason: str, now: datetime, *, blocked: bool) -> None:
    """Write down that the channel said no. If the recipient blocked us, this is so for all that waits for it."""
    _give_up(transaction, claimed, OutboxStatus.REFUSED, reason, now)
    if blocked:
        recipients.mark_blocked(transaction, claimed.recipient_id, reason, now)
        lane = {"recipient": claimed.recipient_id}
        is_forgotten = transaction.connection.execute(_FORGET_LANE, lane).all()
        transaction.connection.execute(_REFUSE_LANE, {**lane, "now": now, "why": reason})
        if is_forgotten:
            transaction.leave_no_trace()
            recipients.forget_if_unused(transaction, claimed.recipient_id)


def abandon(transaction: Transaction, claimed: Claimed, reason: str, now: datetime) -> None:
    """Write down that it was tried for too long, or cannot be sent at all."""
    _give_up(transaction, claimed, OutboxStatus.ABANDONED, reason, now)


def _give_up(transaction: Transaction, claimed: Claimed, status: OutboxStatus, reason: str, now: datetime) -> None:
    if claimed.is_fleeting:
        _forget(transaction, claimed)
        return
    values = {"row": claimed.id, "new_status": status.value, "now": now, "external": None, "why": reason}
    transaction.connection.execute(_FINISH_IF_PENDING, values)


def _forget(transaction: Transaction, claimed: Claimed) -> None:
    """Keep nothing of a row, nor of its recipient if it was the last that was kept of them."""
    transaction.leave_no_trace()
    transaction.connection.execute(delete(_OUTBOX).where(_OUTBOX.c.id == claimed.id))
    recipients.forget_if_unused(transaction, claimed.recipient_id)


def find_sent(transaction: Transaction, recipient_id: int, external_id: str) -> str | None:
    """Return the content, as JSON, of what left for this recipient under the channel's id `external_id`."""
    columns = _OUTBOX.c
    # A message that was cut in pieces has several ids, with a space between.
    wanted = select(columns.content).where(
        columns.recipient_id == recipient_id,
        columns.status == OutboxStatus.SENT.value,
        literal(" ").concat(columns.external_id).concat(" ").contains(f" {external_id} ", autoescape=True),
    )
    content = transaction.connection.execute(wanted.order_by(columns.id.desc()).limit(1)).scalar()
    return None if content is None or is_unreadable(content) else json.dumps(content)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message has come to lie."""

    #: None: it has not left.
    external_id: str | None
    #: Until when a courier may still have it in hand; None: none has.
    in_hand_until: datetime | None


def find_place(transaction: Transaction, key: str) -> Place:
    """Return where the message of this key is."""
    columns = _OUTBOX.c
    wanted = select(columns.external_id, columns.status, columns.due_at).where(columns.key == key)
    row = transaction.connection.execute(wanted).first()
    if row is None:
        return Place(None, None)
    is_open = row.status in (OutboxStatus.PENDING.value, OutboxStatus.WITHDRAWN.value)
    return Place(row.external_id, row.due_at if is_open else None)


def withdraw(transaction: Transaction, row_id: int, now: datetime) -> bool:
    """Keep a row from leaving. Return whether that is sure: no courier has had it in hand."""
    gone = update(_OUTBOX).where(_OUTBOX.c.id == row_id, _PENDING)
    values = {"status": OutboxStatus.WITHDRAWN.value, "finished_at": now}
    attempts = transaction.connection.execute(gone.values(values).returning(_OUTBOX.c.attempts)).scalar()
    return attempts == 0


def list_by_start(transaction: Transaction, key_start: str) -> Sequence[str]:
    """Return the keys that begin so, in the order in which they entered."""
    wanted = select(_OUTBOX.c.key).where(_OUTBOX.c.key.startswith(key_start, autoescape=True))
    return list(transaction.connection.execute(wanted.order_by(_OUTBOX.c.id)).scalars())


@dataclass(frozen=True, slots=True)
class Kept:
    """A row, with what became of it."""

    id: int
    key: str
    channel: str
    recipient_id: int
    content: Any
    status: OutboxStatus
    external_id: str | None


def list_by_key(transaction: Transaction, key: str) -> Sequence[Kept]:
    """Return the row of this key, and those of the same message to several people, `key:to:…`."""
    columns = _OUTBOX.c
    wanted = select(
        *(columns.id, columns.key, columns.channel, columns.recipient_id),
        *(columns.content, columns.status, columns.external_id),
    ).where((columns.key == key) | columns.key.startswith(f"{key}:to:", autoescape=True))
    rows = transaction.connection.execute(wanted.order_by(columns.id))
    return [
        Kept(row.id, row.key, row.channel, row.recipient_id, row.content, OutboxStatus(row.status), row.external_id)
        for row in rows
    ]


def rewrite(transaction: Transaction, row_id: int, content: Any) -> bool:
    """Change what is to leave. Return False, and change nothing, if a courier has already had it in hand."""
    changed = update(_OUTBOX).where(_OUTBOX.c.id == row_id, _PENDING, _OUTBOX.c.attempts == 0).values(content=content)
    return transaction.connection.execute(changed.returning(_OUTBOX.c.id)).first() is not None


@dataclass(frozen=True, slots=True)
class Latest:
    """The last message put in the outbox for a recipient, whatever became of it."""

    content: Any
    external_id: str | None


def find_latest(transaction: Transaction, recipient_id: int) -> Latest | None:
    """Return the recipient's last message; None if there is none."""
    columns = _OUTBOX.c
    wanted = select(columns.content, columns.external_id).where(columns.recipient_id == recipient_id)
    row = transaction.connection.execute(wanted.order_by(columns.id.desc()).limit(1)).first()
    return Latest(row.content, row.external_id) if row else None


@dataclass(frozen=True, slots=True)
class Lost:
    """A row that will never leave."""

    key: str
    #: None if no key opens it.
    content: Any
    reason: str | None
    #: The recipient wants nothing from us any more.
    is_blocked: bool


def list_lost(transaction: Transaction, key_start: str, since: datetime) -> Sequence[Lost]:
    """Return what was refused or given up since then, among the rows whose key begins so, the first lost
    first: by id, SQLite would read the whole table to be spared the sorting."""
    columns = _OUTBOX.c
    rows = transaction.connection.execute(
        select(
            columns.key,
            type_coerce(columns.content, Text).label("token"),
            columns.reason,
            _RECIPIENTS.c.blocked_at.is_not(None).label("is_blocked"),
        )
        .join(_RECIPIENTS, _RECIPIENTS.c.id == columns.recipient_id)
        .where(
            IS_LOST,
            columns.finished_at >= since,
            columns.key.startswith(key_start, autoescape=True),
        )
        .order_by(columns.finished_at, columns.id)
    )
    return [
        Lost(row.key, json.loads(opened) if opened is not None else None, row.reason, row.is_blocked)
        for row in rows
        for opened in (_opened(transaction, row.token),)
    ]


def list_undelivered(transaction: Transaction, limit: int = 100) -> Sequence[Undelivered]:
    """Return what was refused, given up, or was tried and still waits: the latest first."""
    columns = _OUTBOX.c
    lost = columns.status.in_([OutboxStatus.REFUSED.value, OutboxStatus.ABANDONED.value])
    waits = and_(_PENDING, columns.reason.is_not(None))
    rows = transaction.connection.execute(
        select(
            columns.key,
            columns.channel,
            _RECIPIENTS.c.address,
            columns.status,
            columns.attempts,
            columns.created_at,
            columns.reason,
        )
        .join(_RECIPIENTS, _RECIPIENTS.c.id == columns.recipient_id)
        .where(lost | waits)
        .order_by(columns.id.desc())
        .limit(limit)
    )
    return [Undelivered(row.key, row.channel, row.address, OutboxStatus(row.status), *tuple(row)[4:]) for row in rows]
