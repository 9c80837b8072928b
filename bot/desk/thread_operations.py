"""A thread passes from one member of the staff to another, goes back to be taken, or is opened again.

No question of a person ends by itself: see `threads.progress_of`.
"""

from dataclasses import replace
from datetime import datetime

from bot.base.wording import text
from bot.conversation.talk.messages import Reply
from bot.conversation.values.about import About, about_thread
from bot.conversation.values.dossier import EventKind
from bot.conversation.values.member import Member
from bot.desk.desk import Desk, Told, no_longer
from bot.desk.outcome import Wording
from bot.services.staff import author_of
from bot.services.telling import tell_person
from storage import press_requests, threads
from storage.engine.database import Transaction
from storage.engine.tables import PressStatus, ThreadStatus
from storage.threads import KeptThread


def take_over(desk: Desk, transaction: Transaction, thread_id: int, staff: Member, reason: str, now: datetime) -> Told:
    """Take a thread from the colleague who has it; what nobody has is simply taken. The person never sees why."""
    thread = threads.lock(transaction, thread_id)
    if thread is None or thread.holder_id in (None, staff.id):
        return desk.take_thread(transaction, thread_id, staff, now)
    if not reason.strip():
        return desk.told(False, Wording("desk_reason_wanted", {"kind": "thread"}), now)
    former = desk.holder_of(transaction, thread)
    words = {"staff": staff.shown, "former": former.called if former else "", "reason": reason.strip()}
    return _pass(desk, transaction, thread, staff, staff, Wording("desk_dialogue_taken_over", words), now)


def hand(desk: Desk, transaction: Transaction, thread_id: int, staff: Member, to: Member, now: datetime) -> Told:
    """Give a thread to another member of the staff: one's own, or one that nobody has."""
    thread = threads.lock(transaction, thread_id)
    if thread is None or thread.status == ThreadStatus.CLOSED:
        return desk.told(False, no_longer(thread, thread_id), now)
    if thread.holder_id == to.id:
        return desk.told(False, Wording("desk_theirs_already", {"member": to.shown}), now)
    if thread.holder_id not in (None, staff.id):
        return desk.held_by(transaction, thread, now)
    handed = Wording("desk_dialogue_handed", {"staff": staff.shown, "to": to.called})
    return replace(_pass(desk, transaction, thread, staff, to, handed, now), to=to.id)


def _pass(
    desk: Desk, transaction: Transaction, thread: KeptThread, by: Member, to: Member, told: Wording, now: datetime
) -> Told:
    """Give the thread to `to`; the person and the desks are told, and the history keeps it."""
    former = desk.holder_of(transaction, thread)
    threads.change(transaction, thread.id, ThreadStatus.HELD, to.id, now)
    say = desk.library.say
    desks = say(told.message, now, thread=thread.id, **told.values)
    threads.note(transaction, thread.id, author_of(by), desks, now)
    key = f"{about_thread(thread.id)}:{now.isoformat()}:passed"
    person = say("staff_dialogue_passed", now, staff=to.name, former=former.name if former else None)
    tell_person(transaction, thread.channel, thread.recipient_id, Reply(person, (desk.end_choice(now),)), key, now)
    desk.tell_of_thread(transaction, thread.id, Reply(desks, is_urgent=True), key, now)
    return desk.told(True, Wording("desk_done_thread", {"thread": thread.id, "event": None}), now)


# --- over, and again


def reopen(desk: Desk, transaction: Transaction, thread_id: int, staff: Member, now: datetime) -> Told:
    """Take a thread that is over in hand again, with all that stands in it; the person is told."""
    thread = threads.lock(transaction, thread_id)
    if thread is None:
        return desk.told(False, no_longer(thread, thread_id), now)
    if thread.status != ThreadStatus.CLOSED:
        return desk.told(False, Wording("desk_thread_open", {"thread": thread_id}), now)
    other = threads.find_open(transaction, thread.recipient_id)
    if other is not None:
        return desk.told(False, Wording("desk_thread_elsewhere", {"thread": thread_id, "other": other.id}), now)
    threads.change(transaction, thread_id, ThreadStatus.HELD, staff.id, now)
    say, key = desk.library.say, f"thread:{thread_id}:{now.isoformat()}:reopened"
    reply = Reply(say("staff_dialogue_reopened", now, staff=staff.name), (desk.end_choice(now),))
    tell_person(transaction, thread.channel, thread.recipient_id, reply, key, now)
    desks = Reply(say("desk_dialogue_reopened", now, thread=thread_id, staff=staff.shown), is_urgent=True)
    desk.tell_of_thread(transaction, thread_id, desks, key, now)
    return desk.told(True, Wording("desk_done_thread", {"thread": thread_id, "event": None}), now)


def write(
    desk: Desk,
    transaction: Transaction,
    thread_id: int,
    staff: Member,
    text: str,
    now: datetime,
    source: str | None = None,
    *,
    is_press: bool = False,
) -> Told:
    """Write to the person, also where the thread is over: it is opened again, and the answer that comes late leaves.

    Where another thread with the person is open, this one stays over, and the answer leaves all the same.
    """
    thread = threads.lock(transaction, thread_id)
    is_over = thread is not None and thread.status == ThreadStatus.CLOSED
    if thread is None or not is_over or threads.find_open(transaction, thread.recipient_id) is None:
        if is_over:
            threads.change(transaction, thread_id, ThreadStatus.HELD, staff.id, now)
        return desk.write_in_thread(transaction, thread_id, staff, text, now, source, is_press=is_press)
    key = f"{about_thread(thread_id)}:{len(threads.list_messages(transaction, thread_id)) + 1}"
    threads.write(transaction, thread_id, author_of(staff), text, now, source=source, outbox_key=key)
    late = desk.library.say("staff_dialogue_message", now, staff=staff.name, text=text)
    tell_person(transaction, thread.channel, thread.recipient_id, Reply(late), key, now)
    done = Wording("desk_done_thread", {"thread": thread_id, "event": EventKind.MESSAGE.value})
    return desk.told(True, done, now)


def release(
    desk: Desk, transaction: Transaction, thread_id: int, staff: Member, now: datetime, *, is_press: bool = False
) -> Told:
    """Give the person back to the assistant. A question that nobody answered is then to be taken by another."""
    thread = threads.lock(transaction, thread_id)
    if refused := desk.unless_held(transaction, thread, thread_id, staff, now):
        return refused
    assert thread is not None
    has_request = press_requests.is_waiting(transaction, thread_id)
    if threads.progress_of(transaction, thread_id).is_answered or has_request:
        # Who took a press request and gives the person back has done with it, perhaps on the telephone.
        return desk.release_thread(transaction, thread_id, staff, now, is_press=is_press)
    give_back(desk, transaction, thread, Wording("desk_dialogue_released", {"staff": staff.shown}), now)
    return desk.told(True, Wording("desk_done_thread", {"thread": thread_id, "event": None}), now)


def close(desk: Desk, transaction: Transaction, thread_id: int, staff: Member, reason: str, now: datetime) -> Told:
    """End a thread that needs no answer here, answered or not: the person reads why."""
    thread = threads.lock(transaction, thread_id)
    if thread is None or thread.status == ThreadStatus.CLOSED:
        return desk.told(False, no_longer(thread, thread_id), now)
    if thread.holder_id not in (None, staff.id):
        return desk.held_by(transaction, thread, now)
    press_requests.change(transaction, thread_id, [PressStatus.WAITING], PressStatus.CLOSED, now)
    # It stands among the notes: it must say that it is not for the staff alone.
    noted = "\n".join((text("desk", "closed-with"), reason))
    threads.note(transaction, thread_id, author_of(staff), noted, now)
    over = Wording("staff_dialogue_closed", {"staff": staff.name, "reason": reason})
    desk.hand_back(transaction, thread, over, now)
    return desk.told(True, Wording("desk_done_thread", {"thread": thread_id, "event": None}), now)


def give_back(
    desk: Desk, transaction: Transaction, thread: KeptThread, told: Wording, now: datetime, *, is_silent: bool = False
) -> None:
    """Let the thread be taken again, and the assistant answer the person meanwhile: their question stays asked.

    `told`: what the desks are; `is_silent`: because nothing was written for long.
    """
    former = desk.holder_of(transaction, thread)
    threads.pass_on(transaction, thread.id, ThreadStatus.WAITING, None)
    key = f"{about_thread(thread.id)}:{now.isoformat()}:back"
    name = former.name if former else None
    person = Reply(desk.library.say("staff_dialogue_waits", now, staff=name, is_silent=is_silent))
    tell_person(transaction, thread.channel, thread.recipient_id, person, key, now)
    desks = Reply(desk.library.say(told.message, now, thread=thread.id, **told.values))
    desk.tell_of_thread(transaction, thread.id, desks, key, now)


def open_to_send(
    desk: Desk, transaction: Transaction, about: str, staff: Member, sent: str, now: datetime
) -> int | Told:
    """Return the thread in which what is called `sent` may leave, as `Desk.open_thread`; one that is over opens."""
    number = About(about).thread
    thread = threads.find(transaction, number) if number is not None else None
    if thread is not None and thread.status == ThreadStatus.CLOSED:
        reopened = reopen(desk, transaction, thread.id, staff, now)
        return thread.id if reopened.is_done else reopened
    return desk.open_thread(transaction, about, staff, sent, now)
