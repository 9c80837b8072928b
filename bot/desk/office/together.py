"""The same operation for all rows of a narrowed list: confirmed with their number, then done little by little.

It is kept before it is begun: each row is done or refused once, whatever the program underwent, and told.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.base.wording import text
from bot.conversation.values.about import About
from bot.conversation.values.member import Member
from bot.desk.desk import Desk, Told
from bot.desk.office.acting import Asked, NotAllowed, NothingDone, act, list_colleagues
from bot.desk.office.entry import Signed
from bot.desk.office.inbox import seen_by
from bot.desk.office.roles import Right, Role, has
from bot.desk.verbs import VERBS, Verb, Words
from bot.search.listing import Filter, list_standing
from bot.services.staff import read_members
from storage import audit, staff_access, staff_batches
from storage.engine.database import Transaction
from storage.search_index import Tab
from storage.staff_batches import Batch, Progress

#: Rows that one order may name, and that one transaction settles.
MOST, AT_ONCE = 500, 10
#: How long it is kept what became of each row.
LIFE = timedelta(days=30)
#: Lists of which all may be done together: what is over is not.
TABS = frozenset({Tab.OPEN, Tab.TO_TAKE, Tab.MINE, Tab.AWAITED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done, and with which list."""

    verb: Verb
    filter: Filter
    tab: Tab
    words: str = ""
    #: The number of the colleague to whom all is handed.
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What would be done."""

    #: With how each stands.
    rows: Mapping[About, str]
    #: The colleague to whom all would be handed; None: nobody.
    to: Member | None

    @property
    def mark(self) -> str:
        """By which it is known again whether these are still the same rows, as they stood, in whatever order."""
        lines = sorted(f"{about} {stands}" for about, stands in self.rows.items())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an order, as far as it has come."""

    batch: Batch
    progress: Progress
    #: The colleague to whom it is handed; None: nobody.
    to: Member | None
    #: What was refused, with why.
    refused: Sequence[tuple[About, str]]
    #: What had changed by then, and was left alone.
    changed: Sequence[About]


def plan(transaction: Transaction, signed: Signed, wanted: Wanted, now: datetime) -> Planned | Told:
    """Return what would be done; Told: why nothing can. Errors: NotAllowed."""
    if not has(signed.role, Right.INBOX) or not VERBS[wanted.verb].is_for_many or wanted.tab not in TABS:
        raise NotAllowed
    if VERBS[wanted.verb].words is Words.NEEDED and not wanted.words.strip():
        return Told(False, text("desk", "words-wanted"))
    to = None
    if wanted.verb is Verb.HAND:
        to = next((each for each in list_colleagues(transaction, signed) if str(each.id) == wanted.choice), None)
        if to is None:
            return Told(False, text("desk", "whom-cannot" if wanted.choice else "whom-wanted"))
    filter_ = seen_by(signed, wanted.filter)
    rows = list_standing(transaction, filter_, wanted.tab, now, member=signed.member.id, at_most=MOST + 1)
    if not rows:
        return Told(False, text("desk_together", "empty"))
    if len(rows) > MOST:
        return Told(False, text("desk_together", "many", most=MOST))
    return Planned(rows, to)


def order(
    transaction: Transaction, signed: Signed, wanted: Wanted, key: str, confirmed: str, now: datetime
) -> int | Told:
    """Keep the order and return its number, once for a key; Told: why nothing is done. Errors: NotAllowed.

    `confirmed`: the mark of the rows that its author was shown; the list must still hold the same.
    """
    before = staff_batches.find_by_key(transaction, signed.member.id, key)
    if before is not None:
        return before
    planned = plan(transaction, signed, wanted, now)
    if isinstance(planned, Told):
        return planned
    if planned.mark != confirmed:
        return Told(False, text("desk_together", "moved"))
    asked = (wanted.verb.value, wanted.choice, wanted.words.strip())
    # Dossiers first: the thread of one follows it.
    rows = sorted(planned.rows.items(), key=lambda row: row[0].reference is None)
    made = staff_batches.add(transaction, signed.member.id, key, asked, rows, now)
    if made is None:  # the same form, in another process at this very moment
        return staff_batches.find_by_key(transaction, signed.member.id, key) or Told(
            False, text("desk", "done-already")
        )
    audit.record(transaction, signed.member.id, "together", f"batch:{made}", now)
    return made


def proceed(desk: Desk, transaction: Transaction, now: datetime) -> bool:
    """Sweep: settle some rows of the oldest order that waits; return whether there may be more."""
    batch = staff_batches.take_waiting(transaction)
    if batch is None:
        return False
    signed = _author_of(transaction, batch)
    items = staff_batches.next_items(transaction, batch.id, AT_ONCE)
    for rank, about, stood in items:
        told = _do_one(desk, transaction, batch, signed, (About(about), stood), now)
        why = None if told.is_done else told.text
        staff_batches.settle(transaction, batch.id, rank, why, has_moved=told.has_moved)
    if len(items) < AT_ONCE:
        staff_batches.finish(transaction, batch.id, now)
    return True


def _author_of(transaction: Transaction, batch: Batch) -> Signed | None:
    """Return who asked for it with the role that they have now; None: they may not enter any more."""
    access = staff_access.find(transaction, batch.member_id)
    member = read_members(transaction).get(batch.member_id)
    if access is None or access.revoked_at is not None or member is None:
        return None
    return Signed(0, member, Role(access.role))


def _do_one(
    desk: Desk, transaction: Transaction, batch: Batch, signed: Signed | None, row: tuple[About, str], now: datetime
) -> Told:
    """Do it with one row, as it stood; where it could not be done, nothing of it is left."""
    if signed is None:
        return Told(False, text("desk", "no-longer-yours"))
    about, stood = row
    asked = Asked(Verb(batch.verb), about, f"batch:{batch.id}:{about}", batch.words, batch.choice, stood=stood)
    try:
        with transaction.connection.begin_nested():
            return act(transaction, desk, signed, asked, now)
    except NothingDone as nothing:
        return nothing.told
    except NotAllowed:
        return Told(False, text("desk_together", "gone"))


def read_result(transaction: Transaction, signed: Signed, number: int) -> Result:
    """Return what became of one of one's own orders. Errors: NotAllowed."""
    batch = staff_batches.find(transaction, number, signed.member.id)
    if batch is None:
        raise NotAllowed
    members = read_members(transaction)
    to = members.get(int(batch.choice)) if batch.verb == Verb.HAND and batch.choice else None
    undone = staff_batches.list_refused(transaction, number)
    refused = [(About(each.about), each.why) for each in undone if not each.has_moved]
    changed = [About(each.about) for each in undone if each.has_moved]
    return Result(batch, staff_batches.progress_of(transaction, number), to, refused, changed)


def forget_old(transaction: Transaction, now: datetime) -> None:
    """Sweep: forget what became of the rows of old orders."""
    staff_batches.forget_before(transaction, now - LIFE)
