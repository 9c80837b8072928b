"""Reminders of closing days, planned in the database: what is due is what is not marked, never a timer in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, exists, select, update

from storage.engine.database import Transaction
from storage.engine.tables import ReminderStatus, insert_new, table

_REMINDERS = table("reminders")
_RECIPIENTS = table("recipients")
_WAVE_DAYS = table("wave_days")
_IS_PLANNED = _REMINDERS.c.status == ReminderStatus.PLANNED.value


@dataclass(frozen=True, slots=True)
class Plan:
    """A reminder to keep."""

    wave: str
    closes_on: date
    days_before: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class KeptReminder:
    id: int
    recipient_id: int
    #: The recipient's.
    channel: str
    wave: str
    closes_on: date
    days_before: int
    zone: str
    asked_at: datetime
    due_at: datetime
    is_blocked: bool
    #: One for the same wave has left for them before.
    is_followed_up: bool


@dataclass(frozen=True, slots=True)
class Follower:
    """Someone who follows a wave."""

    recipient_id: int
    channel: str
    zone: str
    asked_at: datetime
    is_blocked: bool


def plan(
    transaction: Transaction,
    recipient_id: int,
    plans: Sequence[Plan],
    zone: str,
    now: datetime,
    *,
    asked_at: datetime | None = None,
) -> None:
    """Keep reminders. One that is there already, sent or to come, stays as it is; one whose time is over is not sent,
    but says who follows the wave. `asked_at`: by default now."""
    rows = [
        {
            "recipient_id": recipient_id,
            "wave": each.wave,
            "closes_on": each.closes_on,
            "days_before": each.days_before,
            "zone": zone,
            "status": (ReminderStatus.PLANNED if each.due_at > now else ReminderStatus.DROPPED).value,
            "asked_at": asked_at or now,
            "due_at": each.due_at,
        }
        for each in plans
    ]
    if rows:
        transaction.connection.execute(insert_new("reminders", transaction.dialect), rows)


def stop(transaction: Transaction, recipient_id: int, wave: str | None = None) -> None:
    """Forget what was planned for a recipient and what was sent: of one wave, or all. No news of its day either."""
    gone = delete(_REMINDERS).where(_REMINDERS.c.recipient_id == recipient_id)
    transaction.connection.execute(gone if wave is None else gone.where(_REMINDERS.c.wave == wave))


_PLANNED = (
    select(_REMINDERS.c.wave, _REMINDERS.c.closes_on, _REMINDERS.c.days_before, _REMINDERS.c.due_at)
    .where(_REMINDERS.c.recipient_id == bindparam("recipient"), _IS_PLANNED)
    .order_by(_REMINDERS.c.due_at)
)


def list_planned(transaction: Transaction, recipient_id: int) -> Sequence[Plan]:
    """Return what is to come for a recipient, the earliest first."""
    return [Plan(*row) for row in transaction.connection.execute(_PLANNED, {"recipient": recipient_id})]


# --- what is due

_DUE = (
    select(_REMINDERS.c.id, _REMINDERS.c.recipient_id)
    .where(_IS_PLANNED, _REMINDERS.c.due_at <= bindparam("now"))
    .order_by(_REMINDERS.c.due_at)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
_BEFORE = _REMINDERS.alias("before")
_ALL_DUE_OF = (
    select(
        _REMINDERS.c.id,
        _REMINDERS.c.recipient_id,
        _RECIPIENTS.c.channel,
        _REMINDERS.c.wave,
        _REMINDERS.c.closes_on,
        _REMINDERS.c.days_before,
        _REMINDERS.c.zone,
        _REMINDERS.c.asked_at,
        _REMINDERS.c.due_at,
        _RECIPIENTS.c.blocked_at.is_not(None),
        exists().where(
            _BEFORE.c.recipient_id == _REMINDERS.c.recipient_id,
            _BEFORE.c.wave == _REMINDERS.c.wave,
            _BEFORE.c.closes_on == _REMINDERS.c.closes_on,
            _BEFORE.c.status == ReminderStatus.SENT.value,
        ),
    )
    .join(_RECIPIENTS, _RECIPIENTS.c.id == _REMINDERS.c.recipient_id)
    .where(
        _REMINDERS.c.recipient_id.in_(bindparam("recipients", expanding=True)),
        _IS_PLANNED,
        _REMINDERS.c.due_at <= bindparam("now"),
    )
    .order_by(_REMINDERS.c.recipient_id, _REMINDERS.c.due_at)
    .with_for_update(skip_locked=True, of=_REMINDERS)
)
_FINISH = (
    update(_REMINDERS)
    .where(_REMINDERS.c.id.in_(bindparam("rows", expanding=True)))
    .values(status=bindparam("became"), finished_at=bindparam("now"))
)


def take_due(transaction: Transaction, now: datetime, at_most: int) -> Sequence[KeptReminder]:
    """Return what is due, of some `at_most` recipients, each with all that is due to them: the earliest first.

    The rows are ours until the end of the transaction; another process takes others.
    """
    execute = transaction.connection.execute
    due = execute(_DUE, {"now": now, "at_most": at_most}).all()
    if not due:
        return []
    recipients = sorted({row.recipient_id for row in due})
    return [KeptReminder(*row) for row in execute(_ALL_DUE_OF, {"recipients": recipients, "now": now})]


def finish(transaction: Transaction, ids: Sequence[int], status: ReminderStatus, now: datetime) -> None:
    """Write down what became of reminders."""
    if ids:
        transaction.connection.execute(_FINISH, {"rows": list(ids), "became": status.value, "now": now})


# --- closing days that move


def last_days(transaction: Transaction) -> dict[str, tuple[date, int]]:
    """Return, for each wave, the closing day last planned for and how often it had been moved."""
    rows = transaction.connection.execute(select(_WAVE_DAYS.c.wave, _WAVE_DAYS.c.closes_on, _WAVE_DAYS.c.moves))
    return {row.wave: (row.closes_on, row.moves) for row in rows}


def keep_day(transaction: Transaction, wave: str, closes_on: date, moves: int) -> None:
    """Remember the closing day that the reminders of a wave are planned for."""
    execute = transaction.connection.execute
    values = {"closes_on": closes_on, "moves": moves}
    known = update(_WAVE_DAYS).where(_WAVE_DAYS.c.wave == wave).values(values).returning(_WAVE_DAYS.c.wave)
    if execute(known).first() is None:
        execute(insert_new("wave_days", transaction.dialect), {"wave": wave, **values})


def forget_day(transaction: Transaction, wave: str) -> None:
    transaction.connection.execute(delete(_WAVE_DAYS).where(_WAVE_DAYS.c.wave == wave))


def lock_day(transaction: Transaction, wave: str) -> tuple[date, int] | None:
    """Return the day last planned for; other processes wait until the transaction ends."""
    wanted = select(_WAVE_DAYS.c.closes_on, _WAVE_DAYS.c.moves).where(_WAVE_DAYS.c.wave == wave)
    row = transaction.connection.execute(wanted.with_for_update()).first()
    return (row.closes_on, row.moves) if row else None


def begin_day(transaction: Transaction, wave: str, closes_on: date, moves: int) -> bool:
    """Remember the closing day of a new wave. Return False if another process was faster."""
    statement = insert_new("wave_days", transaction.dialect).returning(_WAVE_DAYS.c.wave)
    values = {"wave": wave, "closes_on": closes_on, "moves": moves}
    return transaction.connection.execute(statement, values).first() is not None


def rename_wave(transaction: Transaction, old: str, new: str) -> None:
    """Follow a wave that bears another id now: whoever followed it still does."""
    execute = transaction.connection.execute
    follows = select(_REMINDERS.c.recipient_id).where(_REMINDERS.c.wave == new)
    execute(delete(_REMINDERS).where(_REMINDERS.c.wave == old, _REMINDERS.c.recipient_id.in_(follows)))
    execute(update(_REMINDERS).where(_REMINDERS.c.wave == old).values(wave=new))
    execute(update(_WAVE_DAYS).where(_WAVE_DAYS.c.wave == old).values(wave=new))


def list_followers(
    transaction: Transaction, wave: str, closes_on: date | None, after: int, at_most: int
) -> Sequence[Follower]:
    """Return some of those who follow the wave, from behind the recipient `after` on, in their order.

    Those whose reminders are all for `closes_on` are left out.
    """
    here = [_REMINDERS.c.wave == wave, _REMINDERS.c.recipient_id > after]
    if closes_on is not None:
        here.append(_REMINDERS.c.closes_on != closes_on)
    some = select(_REMINDERS.c.recipient_id).where(*here).distinct().order_by(_REMINDERS.c.recipient_id).limit(at_most)
    ids = list(transaction.connection.execute(some).scalars())
    if not ids:
        return []
    rows = transaction.connection.execute(
        select(
            _REMINDERS.c.recipient_id,
            _RECIPIENTS.c.channel,
            _REMINDERS.c.zone,
            _REMINDERS.c.asked_at,
            _RECIPIENTS.c.blocked_at.is_not(None),
        )
        .join(_RECIPIENTS, _RECIPIENTS.c.id == _REMINDERS.c.recipient_id)
        .where(*here, _REMINDERS.c.recipient_id.in_(ids))
        .order_by(_REMINDERS.c.recipient_id, _REMINDERS.c.id)
    ).all()
    return list({row[0]: Follower(*row) for row in rows}.values())


def forget_wave(transaction: Transaction, wave: str, recipients: Sequence[int]) -> None:
    """Forget what was planned and sent to these recipients for the wave: it is planned anew."""
    transaction.connection.execute(
        delete(_REMINDERS).where(_REMINDERS.c.wave == wave, _REMINDERS.c.recipient_id.in_(recipients))
    )


def drop_wave(transaction: Transaction, wave: str, recipients: Sequence[int], now: datetime) -> None:
    """Send these recipients nothing more for the wave; that they followed it is kept, for the day it comes back."""
    transaction.connection.execute(
        update(_REMINDERS)
        .where(_REMINDERS.c.wave == wave, _REMINDERS.c.recipient_id.in_(recipients), _IS_PLANNED)
        .values(status=ReminderStatus.DROPPED.value, finished_at=now)
    )
