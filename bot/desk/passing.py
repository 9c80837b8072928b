"""A dossier passes from one member of the staff to another: taken over from someone absent, or handed to someone."""

from dataclasses import replace
from datetime import datetime

from bot.conversation.values.member import Member
from bot.desk import operations, thread_operations
from bot.desk.desk import Desk, Told
from storage import dossiers
from storage.engine.database import Transaction


def take_over(desk: Desk, transaction: Transaction, reference: str, staff: Member, reason: str, now: datetime) -> Told:
    """Take a dossier from the colleague who has it; of one's own, the thread with its owner that a colleague has."""
    kept = dossiers.find(transaction, reference)
    thread = desk.thread_of(transaction, kept) if kept else None
    found = desk.find(transaction, reference)
    if found and staff.is_same(found[0].holder) and thread and thread.holder_id not in (None, staff.id):
        return thread_operations.take_over(desk, transaction, thread.id, staff, reason, now)
    return desk.do(transaction, reference, lambda dossier, at: operations.take_over(dossier, staff, reason, at), now)


def hand(desk: Desk, transaction: Transaction, reference: str, staff: Member, to: Member, now: datetime) -> Told:
    """Hand a dossier to another member."""
    told = desk.do(transaction, reference, lambda dossier, at: operations.hand(dossier, staff, to, at), now)
    return replace(told, to=to.id)
