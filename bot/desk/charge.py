"""Who may write to the town of a dossier or to the person of a thread, as it stands: read, never changed."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation.values.about import About
from bot.conversation.values.dossier import moved
from bot.conversation.values.member import Member
from bot.conversation.values.moves import Move, Status
from bot.desk.desk import Desk
from storage import threads
from storage.engine.database import Transaction
from storage.engine.tables import ThreadStatus


@dataclass(frozen=True, slots=True)
class Charge:
    """What a member of the staff finds when they write about something."""

    #: Nobody has it in hand, and who writes takes it.
    is_free: bool
    #: Who else has it in hand, as it can be told; None: nobody else.
    other: str | None = None
    #: It is closed: what is said of it now is rather said among colleagues.
    is_over: bool = False


def charge_of(desk: Desk, transaction: Transaction, about: str, staff: Member, now: datetime) -> Charge:
    """Return how `about` stands towards `staff`."""
    named = About(about)
    if named.reference is not None:
        found = desk.find(transaction, named.reference)
        if found is None:
            return Charge(False)
        dossier = found[0]
        if dossier.status is Status.CLOSED:
            return replace(_towards(dossier.holder, staff, is_free=False), is_over=True)
        is_free = dossier.holder is None and moved(dossier, Move.TAKE, now) is not None
        return _towards(dossier.holder, staff, is_free=is_free)
    thread = threads.find(transaction, named.thread) if named.thread is not None else None
    if thread is None:
        return Charge(False)
    if thread.status == ThreadStatus.CLOSED:  # who writes opens it again
        return Charge(True, is_over=True)
    holder = desk.holder_of(transaction, thread)
    return _towards(holder, staff, is_free=thread.holder_id is None)


def _towards(holder: Member | None, staff: Member, *, is_free: bool) -> Charge:
    return Charge(is_free, holder.shown if holder is not None and not holder.is_same(staff) else None)
