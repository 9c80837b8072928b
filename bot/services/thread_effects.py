"""The thread between a person and the staff: what a turn does to it."""

from datetime import datetime

from bot.conversation.talk.effects import EndDialogue, ReopenDialogue, SendPressRequest, WriteToThread
from bot.conversation.values.about import about_thread
from bot.services.source import Source
from bot.services.telling import tell_all_desks
from storage import press_requests, threads
from storage.engine.database import Transaction
from storage.engine.tables import PressStatus, ThreadStatus
from storage.press_requests import KeptRequest


def write_to_thread(transaction: Transaction, effect: WriteToThread, source: Source) -> None:
    threads.write(transaction, effect.thread, None, effect.text, source.now)


def end_dialogue(transaction: Transaction, effect: EndDialogue, source: Source) -> None:
    if effect.stands:
        threads.pass_on(transaction, effect.thread, ThreadStatus.WAITING, None)
    elif end_thread(transaction, effect.thread, source.now):
        desks, about = source.press_desks or source.desks, about_thread(effect.thread)
        tell_all_desks(transaction, desks, effect.request_waits, source.key, source.now, about)


def reopen_dialogue(transaction: Transaction, effect: ReopenDialogue, source: Source) -> None:
    thread = threads.lock(transaction, effect.thread)
    is_theirs = thread is not None and thread.recipient_id == source.recipient_id
    if not is_theirs or threads.find_open(transaction, source.recipient_id) is not None:
        return
    author = threads.progress_of(transaction, effect.thread).last_author
    status = ThreadStatus.WAITING if author is None else ThreadStatus.HELD
    threads.change(transaction, effect.thread, status, author, source.now)


def end_thread(transaction: Transaction, thread: int, now: datetime) -> bool:
    """Give the person back to the assistant. Return whether a press request still waits: the thread is then open."""
    press_requests.change(transaction, thread, [PressStatus.ANSWERED], PressStatus.CLOSED, now)
    waits = press_requests.is_waiting(transaction, thread)
    threads.change(transaction, thread, ThreadStatus.WAITING if waits else ThreadStatus.CLOSED, None, now)
    return waits


def send_press_request(transaction: Transaction, effect: SendPressRequest, source: Source) -> None:
    """Keep the request and open the thread in which the staff answer it; one already open goes on."""
    request, now = effect.request, source.now
    thread = threads.open_for(transaction, source.recipient_id, None, now)
    threads.write(transaction, thread, None, effect.told.text, now)
    kept = KeptRequest(
        reference=request.reference,
        thread_id=thread,
        status=PressStatus.WAITING.value,
        is_urgent=request.is_urgent,
        content=request.answers,
        sent_at=now,
        needed_at=request.needed_at,
    )
    press_requests.add(transaction, source.key, source.recipient_id, kept)
    desks = source.press_desks or source.desks
    tell_all_desks(transaction, desks, effect.told, source.key, now, about_thread(thread))
