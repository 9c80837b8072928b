"""How long things are kept: warn 30 and 7 days before, never erase unwarned. Pure: what is kept and now -> a step."""

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.form.summary import place_name
from bot.conversation.privacy.route import COPY, KEEP
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import answer_of
from knowledge.call.form import FieldType
from knowledge.call.model import CallFacts, ReminderRules
from knowledge.library import Library
from knowledge.places.time_zones import MAINLAND, zone_name

#: How long before an erasure those concerned are warned: the first time, and the last.
FIRST_WARNING, LAST_WARNING = timedelta(days=30), timedelta(days=7)
#: The hours of a call that reminds nobody.
_HOURS = ReminderRules(days_before=(1,), hour=9, quiet_from=21, quiet_until=8)


@dataclass(frozen=True, slots=True)
class Retained:
    """What is known of something kept."""

    #: When anybody concerned last did something.
    touched_at: datetime
    months: int
    #: How often those concerned were warned since, when last, and of which day.
    warnings: int = 0
    warned_at: datetime | None = None
    erase_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is to be done before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Warn:
    """Those concerned are to be warned: what is kept will be erased at `erase_at`."""

    #: 1 or 2.
    rank: int
    erase_at: datetime
    #: When to look again.
    review_at: datetime


@dataclass(frozen=True, slots=True)
class Erase:
    """It was kept for long enough."""


Step = Wait | Warn | Erase


def next_step(retained: Retained, now: datetime, zone: ZoneInfo, facts: CallFacts, *, can_warn: bool) -> Step:
    """Return what is to be done. `zone`: of those concerned; `can_warn`: any of them can be written to.

    After an outage the warnings still come first, each with its whole notice: the erasure is put off.
    """
    term = term_of(retained.touched_at, retained.months)
    if not can_warn:
        return Erase() if now >= term else Wait(term)
    is_valid = retained.warned_at is not None and retained.warned_at >= retained.touched_at
    warnings, erase_at = (retained.warnings, retained.erase_at or term) if is_valid else (0, term)
    if warnings == 0:
        return _warn(1, term, FIRST_WARNING, now, zone, facts)
    if warnings == 1:
        return _warn(2, erase_at, LAST_WARNING, now, zone, facts)
    return Erase() if now >= erase_at else Wait(erase_at)


def _warn(rank: int, erase_at: datetime, notice: timedelta, now: datetime, zone: ZoneInfo, facts: CallFacts) -> Step:
    due = _by_day(erase_at - notice, zone, facts)
    if now < due:
        return Wait(due)
    if is_night(now, zone, facts):
        return Wait(max(_by_day(now + timedelta(hours=12), zone, facts), now + timedelta(hours=1)))
    erase_at = max(erase_at, now + notice)
    return Warn(rank, erase_at, _by_day(erase_at - LAST_WARNING, zone, facts) if rank == 1 else erase_at)


def term_of(touched_at: datetime, months: int) -> datetime:
    """Return the same hour of the same day `months` later; of a shorter month, its last day."""
    years, month = divmod(touched_at.month - 1 + months, 12)
    year = touched_at.year + years
    day = min(touched_at.day, calendar.monthrange(year, month + 1)[1])
    return touched_at.replace(year=year, month=month + 1, day=day)


def is_night(at: datetime, zone: ZoneInfo, facts: CallFacts) -> bool:
    """Whether nobody is written to at this hour of their own time zone."""
    rules = facts.reminders or _HOURS
    hour = at.astimezone(zone).hour
    return hour >= rules.quiet_from or hour < rules.quiet_until


def _by_day(at: datetime, zone: ZoneInfo, facts: CallFacts) -> datetime:
    """Return the hour at which the call writes to people, on that day; where it is night for them, their morning."""
    rules = facts.reminders or _HOURS
    call_zone = ZoneInfo(facts.time_zone)
    due = datetime.combine(at.astimezone(call_zone).date(), time(rules.hour), call_zone)
    local = due.astimezone(zone)
    if is_night(due, zone, facts):
        morning = local.date() + timedelta(days=1 if local.hour >= rules.quiet_until else 0)
        due = datetime.combine(morning, time(rules.quiet_until), zone)
    return due.astimezone(UTC)


# --- what is said


def months_of(dossier: Dossier, library: Library) -> int:
    retention = library.call.privacy.retention
    return retention.drafts_months if _is_draft(dossier) else retention.dossiers_months


def zone_of(dossier: Dossier, library: Library) -> ZoneInfo:
    """Return the time zone of the dossier's town."""
    form = library.call.form
    kept = answer_of(form, dossier, FieldType.PLACE) if form else None
    code = str(kept.value["code"]) if kept else None
    place = library.towns.place(code) if code else None
    return ZoneInfo(zone_name(place.departement) if place else MAINLAND)


def warning(dossier: Dossier, warn: Warn, library: Library, now: datetime) -> Reply:
    """Return what those who fill a dossier are told before it is erased."""
    text = library.say(
        "expiry_warning",
        now,
        name=place_name(dossier, library, now),
        day=library.day(warn.erase_at),
        is_draft=_is_draft(dossier),
        is_last=warn.rank > 1,
    )
    choices = (
        Choice(KEEP, library.say("do_keep", now)),
        form_choice(dossier.reference, Verb.SUMMARY, label=library.say("do_open", now)),
        Choice(COPY, library.say("do_my_data", now)),
    )
    return Reply(text, choices)


def expired(dossier: Dossier, library: Library, now: datetime) -> Reply:
    """Return what those who filled a dossier are told once it is erased."""
    values = {"months": months_of(dossier, library), "is_draft": _is_draft(dossier)}
    return Reply(library.say("expired", now, name=place_name(dossier, library, now), **values), is_fleeting=True)


def expired_for_desk(dossier: Dossier, library: Library, now: datetime) -> Reply | None:
    """Return what the staff are told once it is erased; None where they never had it."""
    if dossier.sent_at is None:
        return None
    months = months_of(dossier, library)
    return Reply(library.say("desk_expired", now, reference=dossier.reference, months=months))


def _is_draft(dossier: Dossier) -> bool:
    return dossier.status in (Status.DRAFT, Status.WITHDRAWN)
