"""A dossier passes from one member of the staff to another: taken over from someone absent, or handed to someone."""

from datetime import datetime

from bot.conversation.values.dossier import Dossier
from bot.conversation.values.member import Member
from bot.desk import operations, thread_operations
from bot.desk.desk import Desk, Told
from bot.desk.outcome import Outcome
from storage import dossiers, threads
from storage.engine.database import Transaction
from storage.engine.tables import ThreadStatus
from storage.threads import KeptThread


def take_over(desk: Desk, transaction: Transaction, reference: str, staff: Member, reason: str, now: datetime) -> Told:
    """Take a dossier, and the thread with its owner, from the colleague who has it."""
    thread = _thread_of(transaction, reference)
    found = desk.find(transaction, reference)
    if found and staff.is_same(found[0].holder) and thread and thread.holder_id not in (None, staff.id):
        return thread_operations.take_over(desk, transaction, thread.id, staff, reason, now)
    told = desk.do(transaction, reference, lambda dossier, at: operations.take_over(dossier, staff, reason, at), now)
    return _with_thread(desk, transaction, reference, staff, told, now)


def hand(desk: Desk, transaction: Transaction, reference: str, staff: Member, to: Member, now: datetime) -> Told:
    """Hand a dossier, and the thread with its owner, to another member."""

    def operation(dossier: Dossier, at: datetime) -> Outcome:
        return operations.hand(dossier, staff, to, at)

    told = desk.do(transaction, reference, operation, now)
    return _with_thread(desk, transaction, reference, to, told, now)


def _thread_of(transaction: Transaction, reference: str) -> KeptThread | None:
    """Return the open thread that began with the dossier, with whoever owns it now."""
    kept = dossiers.find(transaction, reference)
    owner = next(iter(dossiers.list_members(transaction, kept.id)), None) if kept else None
    thread = threads.find_open(transaction, owner.recipient_id) if owner else None
    return thread if kept and thread and thread.dossier_id == kept.id else None


def _with_thread(
    desk: Desk, transaction: Transaction, reference: str, holder: Member, told: Told, now: datetime
) -> Told:
    """Let the thread follow the dossier; who follows both is told once."""
    thread = _thread_of(transaction, reference) if told.is_done else None
    if thread is not None and thread.status == ThreadStatus.HELD:
        threads.pass_on(transaction, thread.id, ThreadStatus.HELD, holder.id)
    return told
