"""What waits is told to the staff before it is too late, and once a day all of it: each once, on every desk.

A dossier that nobody took, a complement that nobody looked at, an urgent request to the press before its hour; and the
digest. `bot.search.workload` says the same for a desk on a page, whenever it is opened.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.base.wording import texts
from bot.conversation.talk.messages import Reply
from bot.conversation.values.about import about_thread
from bot.conversation.values.moves import Status
from bot.desk.desk import Desk
from bot.jobs.silence import OFFICE_DAYS, OFFICE_HOUR
from bot.search.rows import Row, open_rows
from bot.search.workload import workload
from bot.services.telling import tell_all_desks
from knowledge.library import Library
from knowledge.templates.plain import Plain
from storage import press_requests, recipients, said_once, search_index
from storage.engine.changes import Kind
from storage.engine.database import Transaction
from storage.engine.tables import PressStatus
from storage.search_index import Sought, Tab

#: How long before its hour an urgent request to the press is recalled; without an hour, so long after it was sent.
BEFORE_HOUR = timedelta(hours=1)
#: Rows that one message names; the others are counted.
NAMED = 10
#: From this hour on nobody is reminded until the next day.
EVENING = 19


@dataclass(frozen=True, slots=True)
class Rules:
    """When the staff are told; the settings say it."""

    #: Hours that a dossier may wait for somebody, or a complement for a look; None: nobody is reminded.
    hours: int | None = 24
    #: The hour of the call's time zone at which the day's digest is told; None: it is not.
    digest_hour: int | None = 8


def remind_staff(desk: Desk, rules: Rules, transaction: Transaction, now: datetime) -> None:
    """Tell the desks what has waited for so many hours that somebody should look, each thing once."""
    _recall_urgent(desk, transaction, now)
    local = now.astimezone(ZoneInfo(desk.library.call.facts.time_zone))
    if rules.hours is None or local.weekday() not in OFFICE_DAYS or not OFFICE_HOUR <= local.hour < EVENING:
        return
    until = now - timedelta(hours=rules.hours)
    untaken = Sought(kind=Kind.DOSSIER, statuses=frozenset({Status.SENT.value}), until=until)
    completed = Sought(kind=Kind.DOSSIER, statuses=frozenset({Status.COMPLETED.value}), until=until)
    for name, sought in (("untaken", untaken), ("completed", completed)):
        found = search_index.find(transaction, sought, Tab.OPEN, limit=500)
        new = [
            each
            for each in found
            if said_once.claim(transaction, f"{name}:{each.subject.id}", each.updated_at.isoformat(), now)
        ]
        if not new:
            continue
        rows = [_plain(row, desk.library, now) for row in open_rows(desk.library, transaction, new[:NAMED], now)]
        told = desk.library.say(
            "desk_reminder", now, what=name, hours=rules.hours, rows=rows, more=len(new) - len(rows)
        )
        tell_all_desks(transaction, desk.addresses, Reply(told), f"reminder:{name}:{now.isoformat()}", now)


def _recall_urgent(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """Tell the press desks, at any hour, of an urgent request that nobody answered and whose hour comes."""
    zone = ZoneInfo(desk.library.call.facts.time_zone)
    for each in press_requests.list_open(transaction):
        due = each.needed_at - BEFORE_HOUR if each.needed_at else each.sent_at + BEFORE_HOUR
        if each.status != PressStatus.WAITING or not each.is_urgent or now < due:
            continue
        if not said_once.claim(transaction, f"urgent:{each.reference}", "before its hour", now):
            continue
        told = desk.library.say(
            "desk_urgent_waits",
            now,
            reference=each.reference,
            thread=each.thread_id,
            needed_at=each.needed_at.astimezone(zone) if each.needed_at else None,
            is_past=each.needed_at is not None and each.needed_at <= now,
        )
        key = f"{about_thread(each.thread_id)}:urgent:{each.reference}"
        desk.tell_press(transaction, each.thread_id, Reply(told, is_urgent=True), key, now)


def tell_digest(desk: Desk, rules: Rules, transaction: Transaction, now: datetime) -> None:
    """Tell each desk once a working day, from the set hour on, how all stands; nothing where nothing is open."""
    local = now.astimezone(ZoneInfo(desk.library.call.facts.time_zone))
    if rules.digest_hour is None or local.weekday() not in OFFICE_DAYS or local.hour < rules.digest_hour:
        return
    day, text = local.date().isoformat(), None
    for address in desk.addresses:
        group = recipients.register(transaction, address.channel, address.address, now)
        if not said_once.claim(transaction, f"digest:{group}", day, now):
            continue
        text = text or write_digest(desk.library, transaction, now)
        if text is not None:
            tell_all_desks(transaction, [address], Reply(text), f"digest:{day}:{group}", now)


def write_digest(library: Library, transaction: Transaction, now: datetime) -> str | None:
    """Return the digest; None where nothing is open."""
    stands = workload(library, transaction, now)
    if not stands.counts[Tab.OPEN] and not stands.press:
        return None
    return library.say(
        "desk_digest",
        now,
        counts={tab.value: count for tab, count in stands.counts.items()},
        completed=stands.completed,
        press=stands.press,
        urgent=stands.urgent,
        rows=[_plain(row, library, now) for row in stands.oldest],
        wave=stands.wave,
        days_left=stands.days_left,
    )


def _plain(row: Row, library: Library, now: datetime) -> Plain:
    number = row.about.name
    return {
        "name": number,
        "is_thread": row.thread is not None,
        "town": row.town,
        "subject": row.subject,
        "status": texts("statuses")[row.status],
        "holder": row.holder.shown if row.holder else None,
        "days": (library.day(now) - library.day(row.updated_at)).days,
    }
