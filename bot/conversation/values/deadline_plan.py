"""When a closing day is recalled: a wave, the rules of the call and a time zone -> instants. Says nothing to anyone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from knowledge.call.model import CallFacts, ReminderRules, Wave


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One reminder to come."""

    wave: str
    #: The closing day it was planned for: when that day moves, it is planned again.
    closes_on: date
    days_before: int
    #: Not before; aware.
    due_at: datetime


def plan(facts: CallFacts, wave: Wave, zone: ZoneInfo) -> tuple[PlannedReminder, ...]:
    """Return the reminders of `wave` for someone in `zone`, the earliest first; some may be over."""
    rules = facts.reminders
    if rules is None:
        return ()
    call_zone = ZoneInfo(facts.time_zone)
    return tuple(
        PlannedReminder(wave.id, wave.closes_on, days, _due_at(rules, wave.closes_on, days, call_zone, zone))
        for days in sorted(rules.days_before, reverse=True)
    )


def to_come(planned: Iterable[PlannedReminder], now: datetime) -> tuple[PlannedReminder, ...]:
    return tuple(each for each in planned if each.due_at > now)


def _due_at(rules: ReminderRules, closes_on: date, days: int, call_zone: ZoneInfo, zone: ZoneInfo) -> datetime:
    """Return the hour of the call, moved to the end of the person's night where it falls into it.

    On the closing day the night counts for nothing: later would be too late.
    """
    at = datetime.combine(closes_on - timedelta(days=days), time(rules.hour), call_zone)
    local = at.astimezone(zone)
    if days and (local.hour >= rules.quiet_from or local.hour < rules.quiet_until):
        morning = local.date() + timedelta(days=1 if local.hour >= rules.quiet_until else 0)
        at = datetime.combine(morning, time(rules.quiet_until), zone)
    return at.astimezone(UTC)
