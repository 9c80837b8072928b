"""A thread in which nothing is said any more: the assistant answers the person again, and no question is lost.

What the staff answered is over, and can be opened again. What they did not answer is to be taken again, and they are
reminded of it until somebody does.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.talk.messages import Reply
from bot.desk import thread_operations
from bot.desk.desk import Desk
from bot.desk.outcome import Wording
from bot.services.source import DeskAddress
from bot.services.telling import desks_of_thread, tell_all_desks
from knowledge.templates.plain import Plain
from storage import said_once, threads
from storage.engine.database import Transaction
from storage.engine.tables import ThreadStatus
from storage.threads import KeptThread

#: How long nothing may be written before the assistant answers again.
LONGEST_SILENCE = timedelta(hours=48)
#: From which hour on, and on which days (Monday is 0), the staff are reminded of what waits.
OFFICE_HOUR, OFFICE_DAYS = 9, range(5)
#: Threads that a reminder names; the others are counted.
NAMED = 10


def give_back_silent(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """End each thread that has been silent for too long, or let it be taken again where the person waits."""
    for found in threads.list_silent(transaction, now - LONGEST_SILENCE):
        thread = threads.lock(transaction, found.id)
        if thread is None or (thread.status, thread.active_at) != (found.status, found.active_at):
            continue
        holder = desk.holder_of(transaction, thread)
        if threads.progress_of(transaction, thread.id).is_awaited:
            waits = Wording("desk_dialogue_unanswered", {"staff": holder.called if holder else None})
            thread_operations.give_back(desk, transaction, thread, waits, now, is_silent=True)
        else:
            over = Wording("staff_dialogue_silent", {"staff": holder.name if holder else None})
            desk.hand_back(transaction, thread, over, now)


def remind_of_waiting(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """Tell the desks, once a working day, which threads have waited for long without anybody having them."""
    local = now.astimezone(ZoneInfo(desk.library.call.facts.time_zone))
    if local.hour < OFFICE_HOUR or local.weekday() not in OFFICE_DAYS:
        return
    waiting = threads.list_silent(transaction, now - LONGEST_SILENCE, ThreadStatus.WAITING)
    if not waiting or not said_once.claim(transaction, "waiting threads", local.date().isoformat(), now):
        return
    told: dict[DeskAddress, list[KeptThread]] = {}
    for thread in waiting:
        for address in desks_of_thread(transaction, thread.id, desk.addresses, desk.press_addresses):
            told.setdefault(address, []).append(thread)
    for rank, (address, its) in enumerate(told.items()):
        rows: list[Plain] = [{"thread": each.id, "day": desk.library.day(each.active_at)} for each in its[:NAMED]]
        text = desk.library.say("desk_waiting", now, rows=rows, more=len(its) - len(rows))
        tell_all_desks(transaction, [address], Reply(text), f"waiting:{local.date()}:{rank}", now)
