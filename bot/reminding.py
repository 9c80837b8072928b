"""Between the reminders' rules and the storage: what is asked is kept, what is due is sent once, what moves is told."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from bot.attachment_keeping import read_documents
from bot.conversation.deadline_plan import PlannedReminder, plan, to_come
from bot.conversation.dossier import Document
from bot.conversation.effects import PlanReminders, StopReminders
from bot.conversation.messages import Reply
from bot.conversation.reminders import Due, remind, tell_moved
from bot.dossier_keeping import ForPerson, Source, read_dossier, tell_people
from knowledge.library import Library
from knowledge.model import Wave
from storage import dossiers, reminders
from storage.database import Transaction
from storage.dossiers import KeptDossier
from storage.reminders import Follower, KeptReminder, Plan
from storage.tables import ReminderStatus

#: People reminded in one transaction: on SQLite, everybody else waits for its end.
PEOPLE_AT_ONCE = 100
#: What leaves later than this says so.
LATE = timedelta(hours=3)

_IN_ORDER = ("recipient_id", "wave", "closes_on", "due_at")

#: The knowledge of the moment: it may be loaded anew while the program runs.
GetLibrary = Callable[[], Library]


def plan_reminders(transaction: Transaction, effect: PlanReminders, source: Source) -> None:
    reminders.plan(transaction, source.recipient_id, _plans(effect.planned), effect.zone, source.now)


def stop_reminders(transaction: Transaction, effect: StopReminders, source: Source) -> None:
    reminders.stop(transaction, source.recipient_id, effect.wave)


def send_due(library: GetLibrary, transaction: Transaction, now: datetime) -> bool:
    """Put what is due in the outbox, of some people. Return whether more is due."""
    found = reminders.take_due(transaction, now, PEOPLE_AT_ONCE)
    known = library()
    told: list[ForPerson] = []
    kept = dossiers.list_of_recipients(transaction, sorted({each.recipient_id for each in found}))
    documents = read_documents(transaction, [each for own in kept.values() for each in own])
    ended: dict[ReminderStatus, list[int]] = {status: [] for status in ReminderStatus}
    # Of several that fell due for one wave while the program was away, the last one says it all.
    of_one_wave = attrgetter("recipient_id", "wave", "closes_on")
    for _, of_wave in groupby(sorted(found, key=attrgetter(*_IN_ORDER)), key=of_one_wave):
        *overtaken, last = of_wave
        ended[ReminderStatus.DROPPED] += [each.id for each in overtaken]
        reply = None if last.is_blocked else _reply(last, kept[last.recipient_id], documents, known, now)
        ended[ReminderStatus.SENT if reply else ReminderStatus.DROPPED].append(last.id)
        if reply:
            told.append(ForPerson(last.channel, last.recipient_id, reply, _key(last)))
    tell_people(transaction, told, now)
    for status, ids in ended.items():
        reminders.finish(transaction, ids, status, now)
    return bool(found)


def _reply(
    kept: KeptReminder,
    own: Sequence[KeptDossier],
    documents: Mapping[int, tuple[Document, ...]],
    library: Library,
    now: datetime,
) -> Reply | None:
    planned = PlannedReminder(kept.wave, kept.closes_on, kept.days_before, kept.due_at)
    due = Due(planned, kept.asked_at, is_first=not kept.is_followed_up)
    read = [
        dossier.model_copy(update={"documents": documents[each.id]})
        for each in own
        if (dossier := read_dossier(each)) is not None
    ]
    return remind(due, read, library, now, is_late=now - kept.due_at > LATE)


def _key(kept: KeptReminder) -> str:
    return f"reminder:{kept.recipient_id}:{kept.wave}:{kept.closes_on}:{kept.days_before}"


def follow_moved_days(library: GetLibrary, transaction: Transaction, now: datetime) -> bool:
    """Plan again, for some people, the reminders of a wave whose closing day moved. Return whether more are left.

    Nearly always there is nothing to do, which two small reads tell.
    """
    facts = library().call.facts
    if facts.reminders is None:
        return False
    last, waves = reminders.last_days(transaction), {wave.id: wave for wave in facts.waves}
    for wave in facts.waves:
        if wave.id not in last:
            reminders.keep_day(transaction, wave.id, wave.closes_on, len(wave.earlier))
    for wave_id, (closes_on, moves) in last.items():
        now_known = waves.get(wave_id)
        if now_known is None or (now_known.closes_on != closes_on and len(now_known.earlier) >= moves):
            return _follow(library(), transaction, wave_id, now_known, now)
    return False


def _follow(library: Library, transaction: Transaction, wave_id: str, wave: Wave | None, now: datetime) -> bool:
    before = reminders.lock_day(transaction, wave_id)
    if before is None or (wave is not None and before[0] == wave.closes_on):
        return True  # another process was faster: look again
    followers = reminders.take_followers(transaction, wave_id, before[0], PEOPLE_AT_ONCE)
    told = [_move(library, transaction, follower, wave_id, wave, before[0], now) for follower in followers]
    tell_people(transaction, [each for each in told if each], now)
    if not followers and wave is None:
        reminders.forget_day(transaction, wave_id)
    elif not followers and wave is not None:
        reminders.keep_day(transaction, wave_id, wave.closes_on, len(wave.earlier))
    return True


def _move(
    library: Library,
    transaction: Transaction,
    follower: Follower,
    wave_id: str,
    wave: Wave | None,
    before: date,
    now: datetime,
) -> ForPerson | None:
    """Plan for the new day. Return what the follower is told, None for one who blocked us."""
    planned = plan(library.call.facts, wave, ZoneInfo(follower.zone)) if wave else ()
    plans = _plans(planned)
    reminders.plan(transaction, follower.recipient_id, plans, follower.zone, now, asked_at=follower.asked_at)
    if follower.is_blocked:
        return None
    reply = tell_moved(library, wave_id, before, now, has_more=bool(to_come(planned, now)))
    key = f"moved:{follower.recipient_id}:{wave_id}:{before}:{wave.closes_on if wave else 'gone'}"
    return ForPerson(follower.channel, follower.recipient_id, reply, key)


def _plans(planned: Sequence[PlannedReminder]) -> list[Plan]:
    return [Plan(each.wave, each.closes_on, each.days_before, each.due_at) for each in planned]
