"""A closing day that moves: it is noticed, reminders follow it, and all whom it concerns are told, each once.

Those concerned are the people who asked for reminders, those who fill a dossier that aims at the wave, and the staff.
They are told page by page, one transaction each: what was done is kept with the change, so a crash repeats nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation.reminders.wave_news import Move, aims_at, tell_move, tell_staff
from bot.conversation.talk.messages import Reply
from bot.conversation.values.deadline_plan import plan, to_come
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.services.dossiers import read_dossier
from bot.services.reminders import plans_of
from bot.services.source import DeskAddress
from bot.services.telling import ForPerson, tell_all_desks, tell_people
from knowledge.call.model import Wave
from knowledge.library import Library
from storage import dossiers, reminders, said_once, wave_changes
from storage.engine.database import Transaction
from storage.reminders import Follower
from storage.wave_changes import Change

#: People or dossiers looked at in one transaction: on SQLite, everybody else waits for its end.
AT_ONCE = 100

#: A dossier taken back by its town aims at nothing.
_LIVE = tuple(status.value for status in Status if status is not Status.WITHDRAWN)

#: The knowledge of the moment: it may be loaded anew while the program runs.
GetLibrary = Callable[[], Library]


def follow_moved_days(
    library: GetLibrary, transaction: Transaction, now: datetime, *, desks: Sequence[DeskAddress] = ()
) -> bool:
    """Notice what changed of the waves, or tell some of those concerned. Return whether more is left to do.

    Nearly always there is nothing to do, which two small reads tell.
    """
    known = library()
    if _notice(known, transaction, now):
        return True
    for change in wave_changes.list_open(transaction):
        wave = known.call.facts.wave(change.wave)
        if (wave.closes_on if wave else None) != change.after:
            continue  # this process has older knowledge: those that have this one tell of it
        locked = wave_changes.lock_open(transaction, change.id)
        if locked is not None:
            _tell_some(known, transaction, locked, wave, desks, now)
        return True
    return False


# --- noticing


def _notice(known: Library, transaction: Transaction, now: datetime) -> bool:
    """Keep one change that has not been noticed yet. Return whether there was any."""
    last, waves = reminders.last_days(transaction), {wave.id: wave for wave in known.call.facts.waves}
    for wave in waves.values():
        if wave.id not in last and _begin(known, transaction, wave, last, now):
            return True
    for wave_id, (closes_on, moves) in last.items():
        wave_now = waves.get(wave_id)
        if wave_now is None or (wave_now.closes_on != closes_on and len(wave_now.earlier) >= moves):
            _note_change(known, transaction, wave_id, wave_now, now)
            return True
    return False


def _begin(known: Library, transaction: Transaction, wave: Wave, last: Mapping[str, object], now: datetime) -> bool:
    """Take note of a wave that was not known: it is new, bears another id than before, or comes back."""
    renamed = next((old for old in wave.formerly if old in last), None)
    if renamed is not None:
        if reminders.lock_day(transaction, renamed) is not None:
            reminders.rename_wave(transaction, renamed, wave.id)
        return True
    if not reminders.begin_day(transaction, wave.id, wave.closes_on, len(wave.earlier)):
        return False
    if wave_changes.is_taken_back(transaction, wave.id):
        is_over = wave.closes_on < known.day(now)
        moves = len(wave.earlier)
        wave_changes.note(transaction, wave.id, None, wave.closes_on, moves, now, is_quiet=is_over)
        return True
    return False


def _note_change(known: Library, transaction: Transaction, wave_id: str, wave: Wave | None, now: datetime) -> None:
    before = reminders.lock_day(transaction, wave_id)
    if before is None or (wave is not None and before[0] == wave.closes_on):
        return  # another process was faster
    today = known.day(now)
    after = wave.closes_on if wave else None
    is_over = before[0] < today and (after is None or after < today)
    wave_changes.note(transaction, wave_id, before[0], after, before[1], now, is_quiet=is_over)
    if wave is None:
        reminders.forget_day(transaction, wave_id)
    else:
        reminders.keep_day(transaction, wave_id, wave.closes_on, len(wave.earlier))


# --- telling


def _tell_some(
    known: Library,
    transaction: Transaction,
    change: Change,
    wave: Wave | None,
    desks: Sequence[DeskAddress],
    now: datetime,
) -> None:
    """Tell some of those who follow the wave; then some who fill a dossier that aims at it; then the staff."""
    # Of a wave that comes back, what was planned and dropped may be for the very day that it closes on again.
    planned_for = change.after if change.before else None
    followers = reminders.list_followers(transaction, change.wave, planned_for, change.people_until, AT_ONCE)
    if followers:
        _tell_followers(known, transaction, change, wave, followers, now)
        wave_changes.people_told(transaction, change, followers[-1].recipient_id)
        return
    kept = () if change.is_quiet else dossiers.list_after(transaction, change.dossiers_until, _LIVE, AT_ONCE)
    if kept:
        read = [(each.id, dossier) for each in kept if (dossier := read_dossier(each, known)) is not None]
        aiming = [(number, dossier) for number, dossier in read if aims_at(known, dossier, change.wave)]
        members = dossiers.list_reachable_members(transaction, [number for number, _ in aiming])
        _tell_members(known, transaction, change, members, now)
        sent = [dossier.reference for _, dossier in aiming if dossier.status is not Status.DRAFT]
        wave_changes.dossiers_told(transaction, change, kept[-1].id, sent)
        return
    if not change.is_quiet:
        reply = Reply(tell_staff(known, _move(change), change.dossiers, now))
        tell_all_desks(transaction, desks, reply, f"moved:{change.id}", now)
    wave_changes.all_told(transaction, change, now)


def _tell_followers(
    known: Library,
    transaction: Transaction,
    change: Change,
    wave: Wave | None,
    followers: Sequence[Follower],
    now: datetime,
) -> None:
    """Plan for the new day, and tell all but those who blocked us."""
    own = _aiming_dossiers(known, transaction, change, [each.recipient_id for each in followers])
    told = []
    ids = [each.recipient_id for each in followers]
    if wave is None:
        reminders.drop_wave(transaction, change.wave, ids, now)
    else:
        reminders.forget_wave(transaction, change.wave, ids)
    for each in followers:
        planned = plan(known.call.facts, wave, ZoneInfo(each.zone)) if wave else ()
        reminders.plan(transaction, each.recipient_id, plans_of(planned), each.zone, now, asked_at=each.asked_at)
        if each.is_blocked or change.is_quiet or not _is_first(transaction, change, each.recipient_id, now):
            continue
        has_more = bool(to_come(planned, now))
        reply = tell_move(known, _move(change), own[each.recipient_id], now, is_follower=True, has_more=has_more)
        told.append(ForPerson(each.channel, each.recipient_id, reply, _key(change, each.recipient_id)))
    tell_people(transaction, told, now)


def _tell_members(
    known: Library, transaction: Transaction, change: Change, members: Mapping[int, str], now: datetime
) -> None:
    """Tell those who fill a dossier, unless they were told as followers or for another dossier of theirs."""
    left = {each: channel for each, channel in members.items() if _is_first(transaction, change, each, now)}
    own = _aiming_dossiers(known, transaction, change, list(left))
    told = [
        ForPerson(
            channel,
            each,
            tell_move(known, _move(change), own[each], now, is_follower=False, has_more=False),
            _key(change, each),
        )
        for each, channel in left.items()
    ]
    tell_people(transaction, told, now)


def _aiming_dossiers(
    known: Library, transaction: Transaction, change: Change, recipient_ids: Sequence[int]
) -> dict[int, list[Dossier]]:
    """Return those of each recipient's dossiers that aim at the wave."""
    kept = dossiers.list_of_recipients(transaction, sorted(recipient_ids))
    found: dict[int, list[Dossier]] = {}
    for recipient_id, own in kept.items():
        read = (read_dossier(each, known) for each in own)
        found[recipient_id] = [each for each in read if each is not None and aims_at(known, each, change.wave)]
    return found


def _key(change: Change, recipient_id: int) -> str:
    return f"moved:{change.id}:{recipient_id}"


def _is_first(transaction: Transaction, change: Change, recipient_id: int, now: datetime) -> bool:
    """Whether this person is told of the change for the first time: as a follower, or for one of their dossiers."""
    return said_once.claim(transaction, f"wave-change:{change.id}", str(recipient_id), now)


def _move(change: Change) -> Move:
    return Move(change.wave, change.before, change.after)
